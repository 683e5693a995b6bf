// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "render/RayTile.h"

#include <algorithm>

namespace neuralvolume
{
namespace
{

constexpr Rgba NothingYet = { 0.0f, 0.0f, 0.0f, 1.0f };

/// Along a Morton curve, so that the rays of a packet are neighbours.
int EvenBits(int index)
{
  return (index & 1) | ((index >> 1) & 2) | ((index >> 2) & 4) | ((index >> 3) & 8);
}

/// Premultiplied.
Rgba LookUp(const ColourTable& table, float code, float second)
{
  const ColourTable::Entry entry = table.EntryOf(code, second);
  const std::array<float, 3> colour = table.GetColour(entry.Colour);
  const float opacity = table.Opacities[entry.Opacity];
  return { opacity * colour[0], opacity * colour[1], opacity * colour[2], opacity };
}

} // namespace

RayTile::RayTile(const Scene& scene)
  : Common(scene)
{
  static_assert(Size * Size == RayBatch::Capacity);
  this->Rays.reserve(RayBatch::Capacity);
}

void RayTile::Draw(int x, int y, Image& image)
{
  this->CastRays(x, y, image);
  for (int interval = 0; this->Gather(interval); ++interval)
  {
    this->Common.Marcher.March(this->Common.March, this->Batch);
    this->Scatter();
  }
  for (const CastRay& ray : this->Rays)
  {
    image.Pixels[ray.Pixel] = this->ColourOf(ray.State);
  }
}

Rgba RayTile::ColourOf(const Rgba& state) const
{
  const MarchScene& scene = this->Common.March;
  const float length = state[1];
  const auto grey = [](float value) { return Rgba{ value, value, value, 1.0f }; };
  switch (scene.BlendMode)
  {
    case BlendMode::MaximumIntensity:
    case BlendMode::MinimumIntensity:
      return length > 0.0f ? LookUp(scene.Colours, state[0], state[2]) : Rgba{};
    case BlendMode::Average:
      return length > 0.0f ? grey(state[0] / length) : Rgba{};
    case BlendMode::Additive:
      return length > 0.0f ? grey(std::min(state[0] / scene.UnitDistance, 1.0f)) : Rgba{};
    default:
      return { state[0], state[1], state[2], 1.0f - state[3] };
  }
}

void RayTile::CastRays(int x, int y, const Image& image)
{
  this->Rays.clear();
  for (int index = 0; index < Size * Size; ++index)
  {
    const int column = x + EvenBits(index);
    const int row = y + EvenBits(index >> 1);
    if (column < image.Width && row < image.Height)
    {
      const std::size_t pixel = std::size_t(row) * image.Width + column;
      const Ray ray = this->Common.Caster.Cast(column, row, this->Common.Depths.At(pixel));
      if (ray.Count > 0)
      {
        this->Rays.push_back({ ray, pixel, NothingYet });
      }
    }
  }
}

/// All rays' intervals of a number; false where none has so many.
bool RayTile::Gather(int interval)
{
  this->Batch.Count = 0;
  for (std::size_t i = 0; i < this->Rays.size(); ++i)
  {
    if (interval < this->Rays[i].Ray.Count)
    {
      this->Add(i, this->Rays[i].Ray.Intervals[interval]);
    }
  }
  return this->Batch.Count > 0;
}

void RayTile::Add(std::size_t ray, const Interval& interval)
{
  const CastRay& cast = this->Rays[ray];
  const std::size_t i = this->Batch.Count++;
  this->Sources[i] = ray;
  const std::array<float, 3> origin = this->Common.Placement.Place(cast.Ray.Origin);
  const std::array<float, 3> direction = this->Common.Placement.PlaceVector(cast.Ray.Direction);
  for (std::size_t axis = 0; axis < 3; ++axis)
  {
    this->Batch.Origins[axis][i] = origin[axis];
    this->Batch.Directions[axis][i] = direction[axis];
  }
  this->Batch.Begins[i] = float(interval.Begin);
  this->Batch.Ends[i] = float(interval.End);
  this->Batch.Shifts[i] = float(cast.Ray.Shift);
  for (std::size_t channel = 0; channel < 4; ++channel)
  {
    this->Batch.Colours[channel][i] = cast.State[channel];
  }
}

void RayTile::Scatter()
{
  for (std::size_t i = 0; i < this->Batch.Count; ++i)
  {
    for (std::size_t channel = 0; channel < 4; ++channel)
    {
      this->Rays[this->Sources[i]].State[channel] = this->Batch.Colours[channel][i];
    }
  }
}

} // namespace neuralvolume
