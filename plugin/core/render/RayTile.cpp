// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "render/RayTile.h"

#include <algorithm>
#include <cmath>

namespace neuralvolume
{
namespace
{

constexpr int MaxSamplesPerRay = 16; // in a batch: more are wasted where rays turn opaque, fewer make small batches
constexpr int BatchSize = 1024;      // enough for the network; RayTile::Size^2 at least, so that each ray gets a sample

} // namespace

RayTile::RayTile(const Scene& scene)
  : Common(scene)
  , X(BatchSize)
  , Y(BatchSize)
  , Z(BatchSize)
  , Lengths(BatchSize)
  , Outputs(std::size_t(BatchSize) * scene.Evaluator.GetOutputs())
{
  this->Rays.reserve(Size * Size);
}

void RayTile::Draw(int x, int y, Image& image)
{
  this->CastRays(x, y, image);
  while (!this->Rays.empty())
  {
    this->Gather();
    this->Common.Evaluator.Evaluate(
      { this->X.data(), this->Y.data(), this->Z.data() }, this->Count, this->Outputs.data());
    this->Composite(image);
  }
}

void RayTile::CastRays(int x, int y, const Image& image)
{
  this->Rays.clear();
  for (int row = y; row < std::min(y + Size, image.Height); ++row)
  {
    for (int column = x; column < std::min(x + Size, image.Width); ++column)
    {
      const std::size_t pixel = std::size_t(row) * image.Width + column;
      const Ray ray = this->Common.Caster.Cast(column, row, this->Common.Depths.At(pixel));
      if (!ray.IsAtEnd())
      {
        this->Rays.push_back({ .Path = ray, .Visible = {}, .Colour = {}, .Pixel = pixel, .Samples = 0 });
      }
    }
  }
}

void RayTile::Gather()
{
  this->Count = 0;
  const int samples = std::clamp(BatchSize / int(this->Rays.size()), 1, MaxSamplesPerRay);
  for (LiveRay& ray : this->Rays)
  {
    const std::size_t first = this->Count;
    while (this->Count < first + samples && !ray.Path.IsAtEnd())
    {
      this->GatherStep(ray);
    }
    ray.Samples = int(this->Count - first);
  }
}

void RayTile::GatherStep(LiveRay& ray)
{
  const Interval step = ray.Path.GetStep();
  const double middle = step.GetMiddle();
  if (middle >= ray.Visible.End)
  {
    ray.Visible = this->Common.Cells.FindVisible(ray.Path, middle);
  }
  if (middle < ray.Visible.Begin)
  {
    ray.Path.AdvanceTo(ray.Visible.Begin);
    return;
  }
  this->AddSample(ray.Path, step);
  ray.Path.Advance();
}

void RayTile::AddSample(const Ray& ray, const Interval& step)
{
  std::array<float, 3> position;
  for (std::size_t axis = 0; axis < 3; ++axis)
  {
    const double exact = ray.Origin[axis] + step.GetMiddle() * ray.Direction[axis];
    position[axis] = float(std::clamp(exact, this->Common.Bounds.Low[axis], this->Common.Bounds.High[axis]));
  }
  if (!this->Common.Samples.IsValid(position))
  {
    return;
  }
  this->X[this->Count] = position[0];
  this->Y[this->Count] = position[1];
  this->Z[this->Count] = position[2];
  this->Lengths[this->Count] = float(step.GetLength());
  ++this->Count;
}

void RayTile::Composite(Image& image)
{
  std::size_t first = 0;
  std::size_t kept = 0;
  for (LiveRay& ray : this->Rays)
  {
    const std::size_t next = first + ray.Samples;
    const bool opaque = this->CompositeRay(ray, first);
    if (opaque || ray.Path.IsAtEnd())
    {
      image.Pixels[ray.Pixel] = ray.Colour;
    }
    else
    {
      this->Rays[kept++] = ray;
    }
    first = next;
  }
  this->Rays.resize(kept);
}

bool RayTile::CompositeRay(LiveRay& ray, std::size_t first) const
{
  const std::size_t outputs = this->Common.Evaluator.GetOutputs();
  for (std::size_t i = first; i < first + ray.Samples; ++i)
  {
    const double value = this->Common.Scalar.FromOutputs(this->Outputs.data() + i * outputs);
    const Rgba sample = this->Common.TransferFunction.Evaluate(value);
    if (sample[3] == 0.0f)
    {
      continue;
    }
    const float opacity = 1.0f - std::pow(1.0f - sample[3], this->Lengths[i] * this->Common.OpacityUnitsPerWorldUnit);
    const float weight = (1.0f - ray.Colour[3]) * opacity;
    ray.Colour[0] += weight * sample[0];
    ray.Colour[1] += weight * sample[1];
    ray.Colour[2] += weight * sample[2];
    ray.Colour[3] += weight;
    if (ray.Colour[3] >= this->Common.OpacityLimit)
    {
      return true;
    }
  }
  return false;
}

} // namespace neuralvolume
