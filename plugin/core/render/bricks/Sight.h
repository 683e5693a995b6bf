// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "render/View.h"
#include "render/bricks/BrickLattice.h"

#include <array>
#include <cstddef>

namespace neuralvolume
{

/// Which bricks lie in a view, behind others or not.
class Sight
{
public:
  /// Of a view that shows all.
  Sight() = default;
  explicit Sight(const View& view);

  bool Shows(const BrickLattice& lattice, std::size_t brick) const;

private:
  /// Where dot(Normal, p) + Offset >= 0, in unit coordinates.
  struct HalfSpace
  {
    std::array<double, 3> Normal = {};
    double Offset = 0.0;
  };

  static HalfSpace Bound(const std::array<std::array<double, 3>, 3>& points, const std::array<double, 3>& inside);

  std::array<HalfSpace, 4> Sides; ///< left, right, below and above
};

} // namespace neuralvolume
