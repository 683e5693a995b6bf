// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "model/Model.h"
#include "render/Ray.h"
#include "render/Scalar.h"
#include "render/TransferFunction.h"

#include <array>
#include <cstdint>
#include <vector>

namespace neuralvolume
{

/// The macro cells in which a transfer function lets something be seen.
class VisibleCells
{
public:
  /// Everywhere something may be seen; so it is for a model without macro cells.
  VisibleCells() = default;
  VisibleCells(const Model& model, const Scalar& scalar, const TransferFunction& transferFunction);

  /// Where nothing is to be seen at a distance along a ray: the distance at which the ray leaves that cell.
  /// Elsewhere: 0.
  double GetEmptyUntil(const Ray& ray, double distance) const;

private:
  std::array<int, 3> Dimensions = {};
  std::array<double, 3> CellsPerUnit = {}; ///< cells along the unit cube's edges
  std::vector<std::uint8_t> Visible;
};

} // namespace neuralvolume
