// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "model/BoundCode.h"

#include <array>
#include <cstddef>
#include <span>
#include <vector>

namespace neuralvolume
{

/// The bounds of macro cells as codes.
struct BoundGrid
{
  std::array<int, 3> Cells = { 0, 0, 0 }; ///< along x, y, z
  std::size_t Components = 1;
  std::vector<BoundCode> Codes; ///< [cell][component], cells x fastest

  std::size_t GetCount() const;

  friend bool operator==(const BoundGrid&, const BoundGrid&) = default;
};

/// Each code rounded to multiples of step.
BoundGrid RoundOutwards(const BoundGrid& grid, int step);

/// Cells of factor^3 cells: what holds for one of these holds for the union; those without a value are left out.
BoundGrid UniteCells(const BoundGrid& grid, int factor);

BoundGrid EncodeMacroCells(const MacroCells& cells, std::span<const ValueRange> ranges);

/// What MacroCells::Bounds holds.
std::vector<float> DecodeMacroCells(const BoundGrid& grid, std::span<const ValueRange> ranges);

} // namespace neuralvolume
