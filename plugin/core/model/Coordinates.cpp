// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "model/Coordinates.h"

#include <algorithm>
#include <cmath>

namespace neuralvolume
{
namespace
{

using Matrix3 = std::array<double, 9>;

double Cofactor(const Matrix3& m, int row, int column)
{
  const int r0 = (row + 1) % 3, r1 = (row + 2) % 3;
  const int c0 = (column + 1) % 3, c1 = (column + 2) % 3;
  return m[3 * r0 + c0] * m[3 * r1 + c1] - m[3 * r0 + c1] * m[3 * r1 + c0];
}

/// How far geometries may differ, in voxels and relative to 1: files round them.
constexpr double Tolerance = 1e-4;

template <std::size_t Count>
bool AreClose(const std::array<double, Count>& a, const std::array<double, Count>& b, double tolerance)
{
  return std::ranges::equal(a, b, [=](double x, double y) { return std::abs(x - y) <= tolerance; });
}

/// Continuous structured index of the unit cube's low face.
double LowFace(const Model& model, int axis)
{
  const Geometry& geometry = model.Geometry;
  const int low = geometry.Extent[2 * axis];
  const bool flat = low == geometry.Extent[2 * axis + 1];
  // Cells lie between points, except in a plane of them, which is as thick as its one point.
  return model.Array.Kind == Association::Cells && !flat ? low : low - 0.5;
}

} // namespace

AffineMap Invert(const AffineMap& map)
{
  const Matrix3& m = map.Matrix;
  const double determinant = m[0] * Cofactor(m, 0, 0) + m[1] * Cofactor(m, 0, 1) + m[2] * Cofactor(m, 0, 2);
  AffineMap inverse{};
  for (int row = 0; row < 3; ++row)
  {
    for (int column = 0; column < 3; ++column)
    {
      inverse.Matrix[3 * row + column] = Cofactor(m, column, row) / determinant;
      inverse.Offset[row] -= inverse.Matrix[3 * row + column] * map.Offset[column];
    }
  }
  return inverse;
}

std::array<double, 3> AffineMap::Apply(const std::array<double, 3>& x) const
{
  std::array<double, 3> result = this->Offset;
  for (int row = 0; row < 3; ++row)
  {
    for (int column = 0; column < 3; ++column)
    {
      result[row] += this->Matrix[3 * row + column] * x[column];
    }
  }
  return result;
}

AffineMap UnitToPhysical(const Model& model)
{
  const Geometry& geometry = model.Geometry;
  AffineMap map{ {}, geometry.Origin };
  for (int axis = 0; axis < 3; ++axis)
  {
    const double edge = model.GetDimensions()[axis] * geometry.Spacing[axis];
    const double low = LowFace(model, axis) * geometry.Spacing[axis];
    for (int row = 0; row < 3; ++row)
    {
      map.Matrix[3 * row + axis] = geometry.Direction[3 * row + axis] * edge;
      map.Offset[row] += geometry.Direction[3 * row + axis] * low;
    }
  }
  return map;
}

AffineMap PhysicalToUnit(const Model& model)
{
  return Invert(UnitToPhysical(model));
}

bool IsPartOf(const Geometry& part, const Geometry& whole)
{
  for (std::size_t axis = 0; axis < 3; ++axis)
  {
    if (part.Extent[2 * axis] < whole.Extent[2 * axis] || part.Extent[2 * axis + 1] > whole.Extent[2 * axis + 1])
    {
      return false;
    }
  }
  const auto [x, y, z] = whole.Spacing;
  const double voxel = std::min({ std::abs(x), std::abs(y), std::abs(z) });
  return AreClose(part.Origin, whole.Origin, Tolerance * voxel) &&
         AreClose(part.Spacing, whole.Spacing, Tolerance * voxel) &&
         AreClose(part.Direction, whole.Direction, Tolerance);
}

} // namespace neuralvolume
