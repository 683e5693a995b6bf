// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "render/bricks/Sight.h"

#include <algorithm>
#include <array>

namespace neuralvolume
{
namespace
{

using Vector3 = std::array<double, 3>;

/// Unit coordinates of a point in normalised device coordinates.
Vector3 ToUnit(const View& view, double x, double y, double z)
{
  const auto row = [&](std::size_t i)
  {
    const double* const m = view.ClipToUnit.data() + 4 * i;
    return m[0] * x + m[1] * y + m[2] * z + m[3];
  };
  return { row(0) / row(3), row(1) / row(3), row(2) / row(3) };
}

Vector3 Subtract(const Vector3& a, const Vector3& b)
{
  return { a[0] - b[0], a[1] - b[1], a[2] - b[2] };
}

double Dot(const Vector3& a, const Vector3& b)
{
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

Vector3 Cross(const Vector3& a, const Vector3& b)
{
  return { a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0] };
}

/// Unit coordinates of the lattice's sample, or of the last one before the end.
Vector3 PlaceOf(const BrickLattice& lattice, const Index& sample)
{
  Vector3 place;
  for (std::size_t axis = 0; axis < 3; ++axis)
  {
    place[axis] = (lattice.SampleOfVolume(axis, sample[axis]) + 0.5) / lattice.Volume[axis];
  }
  return place;
}

} // namespace

Sight::Sight(const View& view)
{
  const Vector3 inside = ToUnit(view, 0.0, 0.0, 0.0);
  const auto side = [&](double x, double y, double otherX, double otherY) {
    return Bound({ ToUnit(view, x, y, -1.0), ToUnit(view, otherX, otherY, -1.0), ToUnit(view, x, y, 1.0) }, inside);
  };
  this->Sides = { side(-1, -1, -1, 1), side(1, -1, 1, 1), side(-1, -1, 1, -1), side(-1, 1, 1, 1) };
}

bool Sight::Shows(const BrickLattice& lattice, std::size_t brick) const
{
  const Index cells = { BrickLattice::Cells, BrickLattice::Cells, BrickLattice::Cells };
  const Index first = Multiply(IndexAt(brick, lattice.Bricks), cells);
  const Vector3 low = PlaceOf(lattice, first);
  const Vector3 high = PlaceOf(lattice, Add(first, cells));
  const auto touches = [&](const HalfSpace& side)
  {
    double farthest = side.Offset;
    for (std::size_t axis = 0; axis < 3; ++axis)
    {
      farthest += std::max(side.Normal[axis] * low[axis], side.Normal[axis] * high[axis]);
    }
    return farthest >= 0.0;
  };
  return std::ranges::all_of(this->Sides, touches);
}

/// Between a plane through three points and a point inside.
Sight::HalfSpace Sight::Bound(const std::array<Vector3, 3>& points, const Vector3& inside)
{
  const Vector3 normal = Cross(Subtract(points[1], points[0]), Subtract(points[2], points[0]));
  const double sign = Dot(normal, Subtract(inside, points[0])) < 0.0 ? -1.0 : 1.0;
  const Vector3 inwards = { sign * normal[0], sign * normal[1], sign * normal[2] };
  return { inwards, -Dot(inwards, points[0]) };
}

} // namespace neuralvolume
