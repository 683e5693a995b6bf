// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "model/Model.h"

#include <array>

namespace neuralvolume
{

/// x -> Matrix x + Offset, row-major.
struct AffineMap
{
  std::array<double, 9> Matrix;
  std::array<double, 3> Offset;

  std::array<double, 3> Apply(const std::array<double, 3>& x) const;
};

AffineMap Invert(const AffineMap& map);

/// From world positions to the unit cube that the network knows: sample i of n lies at (i + 0.5) / n along
/// each axis, so that the cube reaches half a sample beyond the outermost ones.
AffineMap PhysicalToUnit(const Model& model);

/// The inverse of PhysicalToUnit.
AffineMap UnitToPhysical(const Model& model);

/// Whether all points of a part are points of the whole, as far as files that round them can tell.
bool IsPartOf(const Geometry& part, const Geometry& whole);

} // namespace neuralvolume
