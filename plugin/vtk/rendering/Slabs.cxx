// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "Slabs.h"

#include <tbb/parallel_for.h>
#include <tbb/parallel_reduce.h>

#include <algorithm>
#include <array>
#include <numeric>
#include <span>

namespace neuralvolume
{
namespace
{

/// A linear function of window depth along a pixel's ray.
struct Linear
{
  double AtNear, AtFar;

  double Root() const { return this->AtNear / (this->AtNear - this->AtFar); }
};

/// A row of the matrix from clip to unit coordinates: there homogeneous coordinates are linear in depth.
Linear MakeCoordinate(const View& view, std::size_t row, std::size_t pixel)
{
  const double x = 2.0 * (double(pixel % view.Width) + 0.5) / view.Width - 1.0;
  const double y = 2.0 * (double(pixel / view.Width) + 0.5) / view.Height - 1.0;
  const double* factors = view.ClipToUnit.data() + 4 * row;
  const double atMiddle = factors[0] * x + factors[1] * y + factors[3];
  return { atMiddle - factors[2], atMiddle + factors[2] };
}

/// Keeps the depths where it is not negative.
void Clip(const Linear& distance, double& near, double& far)
{
  if (distance.AtNear < 0.0 && distance.AtFar < 0.0)
  {
    far = near;
  }
  else if (distance.AtNear < 0.0)
  {
    near = std::max(near, distance.Root());
  }
  else if (distance.AtFar < 0.0)
  {
    far = std::min(far, distance.Root());
  }
}

} // namespace

/// A ray's way through the boxes.
class Slabs::Ray
{
public:
  Ray(std::span<const Span> spans, const Linear& weight, int perOverlap)
    : Boxes(spans)
    , Weight(weight)
    , PerOverlap(perOverlap)
  {
    for (const Span& span : spans)
    {
      this->Cuts.insert(this->Cuts.end(), { span.Near, span.Far });
    }
    std::ranges::sort(this->Cuts);
  }

  int CountSlabs() const
  {
    int count = 0;
    for (std::size_t i = 0; i + 1 < this->Cuts.size(); ++i)
    {
      count += this->CountBetween(i);
    }
    return count;
  }

  /// Of no length where the ray has less slabs.
  Span GetSlab(int index) const
  {
    for (std::size_t i = 0; i + 1 < this->Cuts.size(); ++i)
    {
      const int count = this->CountBetween(i);
      if (index < count)
      {
        return { this->Divide(i, index, count), this->Divide(i, index + 1, count) };
      }
      index -= count;
    }
    return { 0.0f, 0.0f };
  }

private:
  int CountBetween(std::size_t cut) const
  {
    const Span between{ this->Cuts[cut], this->Cuts[cut + 1] };
    if (!(between.Near < between.Far))
    {
      return 0;
    }
    const auto boxes = std::ranges::count_if(
      this->Boxes, [&](const Span& box) { return box.Near <= between.Near && box.Far >= between.Far; });
    return boxes > 1 ? this->PerOverlap : int(boxes);
  }

  /// The depth at a part of the distance from a cut to the next.
  float Divide(std::size_t cut, int part, int parts) const
  {
    if (part == 0 || part == parts)
    {
      return this->Cuts[cut + (part == 0 ? 0 : 1)];
    }
    const double near = this->ToDistance(this->Cuts[cut]);
    const double far = this->ToDistance(this->Cuts[cut + 1]);
    return float(this->ToDepth(near + (far - near) * part / parts));
  }

  // Distances are parts of the way from the near to the far plane.
  double ToDistance(double depth) const
  {
    const double far = this->Weight.AtFar * depth;
    return far / (this->Weight.AtNear * (1.0 - depth) + far);
  }
  double ToDepth(double distance) const
  {
    const double near = this->Weight.AtNear * distance;
    return near / (this->Weight.AtFar * (1.0 - distance) + near);
  }

  std::span<const Span> Boxes;
  Linear Weight;
  int PerOverlap;
  std::vector<float> Cuts;
};

Slabs::Slabs(const std::vector<View>& views, const RayDepths& depths, int slabsPerOverlap)
  : Camera(views.front())
  , Volumes(views.size())
  , PerOverlap(slabsPerOverlap)
{
  const std::size_t pixels = std::size_t(this->Camera.Width) * this->Camera.Height;
  this->Spans.resize(pixels * this->Volumes);
  this->Count = tbb::parallel_reduce(
    tbb::blocked_range<std::size_t>(0, pixels), 0,
    [&](const tbb::blocked_range<std::size_t>& range, int count)
    {
      for (std::size_t pixel = range.begin(); pixel < range.end(); ++pixel)
      {
        for (std::size_t volume = 0; volume < this->Volumes; ++volume)
        {
          auto [near, far] = depths.At(pixel);
          const Linear weight = MakeCoordinate(views[volume], 3, pixel);
          for (std::size_t axis = 0; axis < 3; ++axis)
          {
            const Linear low = MakeCoordinate(views[volume], axis, pixel);
            Clip(low, near, far);
            Clip({ weight.AtNear - low.AtNear, weight.AtFar - low.AtFar }, near, far);
          }
          this->Spans[pixel * this->Volumes + volume] = { float(near), float(std::max(near, far)) };
        }
        count = std::max(count, this->GetRay(pixel).CountSlabs());
      }
      return count;
    },
    [](int a, int b) { return std::max(a, b); });
}

std::vector<Stretch> Slabs::Cut(int index) const
{
  const std::size_t pixels = this->Spans.size() / this->Volumes;
  std::vector<Stretch> stretches(this->Volumes, { std::vector<float>(pixels), std::vector<float>(pixels) });
  tbb::parallel_for(tbb::blocked_range<std::size_t>(0, pixels),
    [&](const tbb::blocked_range<std::size_t>& range)
    {
      for (std::size_t pixel = range.begin(); pixel < range.end(); ++pixel)
      {
        const Span slab = this->GetRay(pixel).GetSlab(index);
        for (std::size_t volume = 0; volume < this->Volumes; ++volume)
        {
          const Span box = this->Spans[pixel * this->Volumes + volume];
          stretches[volume].Near[pixel] = std::max(slab.Near, box.Near);
          stretches[volume].Far[pixel] = std::min(slab.Far, box.Far);
        }
      }
    });
  return stretches;
}

Slabs::Ray Slabs::GetRay(std::size_t pixel) const
{
  return { std::span(this->Spans).subspan(pixel * this->Volumes, this->Volumes), MakeCoordinate(this->Camera, 3, pixel),
    this->PerOverlap };
}

} // namespace neuralvolume
