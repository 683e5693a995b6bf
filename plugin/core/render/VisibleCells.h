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

  /// The first stretch of a ray, from a distance on, that lies in visible cells. Begins at infinity where there is none.
  Interval FindVisible(const Ray& ray, double from) const;

private:
  class Walk;

  std::array<int, 3> Dimensions = {};
  std::array<double, 3> CellSize = {}; // in unit coordinates
  std::vector<std::uint8_t> Visible;
};

} // namespace neuralvolume
