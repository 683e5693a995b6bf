// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "render/RayCaster.h"

#include <algorithm>
#include <cmath>

namespace neuralvolume
{
namespace
{

using Vector3 = std::array<double, 3>;
using Vector4 = std::array<double, 4>;

Vector3 Subtract(const Vector3& a, const Vector3& b)
{
  return { a[0] - b[0], a[1] - b[1], a[2] - b[2] };
}

double Dot(const Vector3& a, const Vector3& b)
{
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

Vector3 PointAt(const Vector3& origin, const Vector3& direction, double distance)
{
  return { origin[0] + distance * direction[0], origin[1] + distance * direction[1],
    origin[2] + distance * direction[2] };
}

Vector4 Multiply(const std::array<double, 16>& matrix, const Vector4& vector)
{
  Vector4 product = {};
  for (std::size_t row = 0; row < 4; ++row)
  {
    for (std::size_t column = 0; column < 4; ++column)
    {
      product[row] += matrix[4 * row + column] * vector[column];
    }
  }
  return product;
}

/// Keeps the part where start + rate * distance >= 0.
void ClipToHalfSpace(double start, double rate, Interval& interval)
{
  if (rate > 0.0)
  {
    interval.Begin = std::max(interval.Begin, -start / rate);
  }
  else if (rate < 0.0)
  {
    interval.End = std::min(interval.End, -start / rate);
  }
  else if (!(start >= 0.0))
  {
    interval.End = interval.Begin;
  }
}

/// A number in [0, 1) for each pixel that differs evenly among neighbours: Jimenez 2014, "Next Generation
/// Post Processing in Call of Duty: Advanced Warfare".
double InterleavedGradientNoise(int x, int y)
{
  const auto fraction = [](double value) { return value - std::floor(value); };
  return fraction(52.9829189 * fraction(0.06711056 * x + 0.00583715 * y));
}

double LengthInWorld(const std::array<double, 9>& unitToWorld, const Vector3& difference)
{
  Vector3 world = {};
  for (std::size_t row = 0; row < 3; ++row)
  {
    world[row] = Dot({ unitToWorld[3 * row], unitToWorld[3 * row + 1], unitToWorld[3 * row + 2] }, difference);
  }
  return std::sqrt(Dot(world, world));
}

} // namespace

RayCaster::RayCaster(const View& view, const Box& bounds, const RenderSettings& settings)
  : Camera(view)
  , Bounds(bounds)
  , Jitter(settings.Jitter)
  , Cropping(settings.Cropping)
  , ClippingPlanes(settings.ClippingPlanes)
{
}

Ray RayCaster::Cast(int x, int y, const DepthRange& range, const std::array<double, 2>& point) const
{
  if (!(range.Near < range.Far))
  {
    return {};
  }
  const Line line = this->Unproject(x + point[0], y + point[1], range);
  // Clip it to the bounds, from the near plane on
  Interval interval{ 0.0, line.Drawn.End };
  for (std::size_t axis = 0; axis < 3; ++axis)
  {
    ClipToHalfSpace(line.Origin[axis] - this->Bounds.Low[axis], line.Direction[axis], interval);
    ClipToHalfSpace(this->Bounds.High[axis] - line.Origin[axis], -line.Direction[axis], interval);
  }
  Ray ray;
  if (!(interval.Begin < interval.End)) // also where a degenerate view makes it NaN
  {
    return ray;
  }
  // Count distances from where the ray enters the bounds
  ray.Origin = PointAt(line.Origin, line.Direction, interval.Begin);
  ray.Direction = line.Direction;
  interval = { std::max(line.Drawn.Begin - interval.Begin, 0.0), interval.End - interval.Begin };
  for (const ClippingPlane& plane : this->ClippingPlanes)
  {
    ClipToHalfSpace(Dot(plane.Normal, ray.Origin) + plane.Offset, Dot(plane.Normal, ray.Direction), interval);
  }
  if (interval.Begin < interval.End)
  {
    this->AppendCropped(interval, ray);
  }
  ray.Shift = this->Jitter ? InterleavedGradientNoise(x, y) : 0.0;
  return ray;
}

RayCaster::Line RayCaster::Unproject(double x, double y, const DepthRange& range) const
{
  const double clipX = 2.0 * x / this->Camera.Width - 1.0;
  const double clipY = 2.0 * y / this->Camera.Height - 1.0;
  const auto pointAt = [&](double clipZ)
  {
    const Vector4 point = Multiply(this->Camera.ClipToUnit, { clipX, clipY, clipZ, 1.0 });
    return Vector3{ point[0] / point[3], point[1] / point[3], point[2] / point[3] };
  };
  Line line;
  line.Origin = pointAt(-1.0);
  line.Direction = Subtract(pointAt(1.0), line.Origin);
  const double length = LengthInWorld(this->Camera.UnitToWorld, line.Direction);
  for (double& component : line.Direction)
  {
    component /= length;
  }
  const auto distanceTo = [&](double depth)
  {
    const Vector3 end = pointAt(2.0 * std::clamp(depth, 0.0, 1.0) - 1.0);
    return LengthInWorld(this->Camera.UnitToWorld, Subtract(end, line.Origin));
  };
  line.Drawn = { distanceTo(range.Near), distanceTo(range.Far) };
  return line;
}

bool RayCaster::IsDrawn(const std::array<double, 3>& position) const
{
  const auto isKept = [&](const ClippingPlane& plane) { return Dot(plane.Normal, position) + plane.Offset >= 0.0; };
  return this->IsInDrawnRegion(position) && std::ranges::all_of(this->ClippingPlanes, isKept);
}

bool RayCaster::IsInDrawnRegion(const std::array<double, 3>& position) const
{
  if (this->Cropping.Regions == neuralvolume::Cropping().Regions)
  {
    return true;
  }
  int region = 0;
  for (std::size_t axis = 0, stride = 1; axis < 3; ++axis, stride *= 3)
  {
    const bool above = position[axis] > this->Cropping.Planes[2 * axis + 1];
    const bool below = position[axis] < this->Cropping.Planes[2 * axis];
    region += int(stride) * (below ? 0 : above ? 2 : 1);
  }
  return (this->Cropping.Regions >> region) & 1u;
}

void RayCaster::AppendCropped(const Interval& interval, Ray& ray) const
{
  // Cut the interval where the ray crosses the planes
  std::array<double, 8> cuts;
  cuts[6] = interval.Begin;
  cuts[7] = interval.End;
  for (std::size_t plane = 0; plane < 6; ++plane)
  {
    const double rate = ray.Direction[plane / 2];
    const double cut = rate == 0.0 ? 0.0 : (this->Cropping.Planes[plane] - ray.Origin[plane / 2]) / rate;
    cuts[plane] = std::clamp(cut, interval.Begin, interval.End);
  }
  std::sort(cuts.begin(), cuts.end());
  // Keep the pieces in regions that are drawn
  for (std::size_t i = 0; i + 1 < cuts.size(); ++i)
  {
    const Interval piece{ cuts[i], cuts[i + 1] };
    if (piece.Begin < piece.End && this->IsInDrawnRegion(PointAt(ray.Origin, ray.Direction, piece.GetMiddle())))
    {
      ray.Append(piece);
    }
  }
}

} // namespace neuralvolume
