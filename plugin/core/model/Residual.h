// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "codec/Predictor.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace neuralvolume
{

/// What the network or, where that is smaller, a constant misses of the original, so that every decoded value is within
/// a bound of it: bricks that are coded one by one (codec/BrickCoder.h).
struct Residual
{
  static constexpr int BrickSize = 32; ///< samples along an edge
  static constexpr std::int32_t LargestLattice = 1 << 20;

  double Bound = 0.0;            ///< of every decoded value's error, in the array's units
  double Unit = 0.0;             ///< what a 1 of a brick's values stands for
  std::vector<double> Constants; ///< what bricks are added to, one for each component; empty: to the network
  BrickScheme Scheme;
  std::vector<std::uint64_t> Ends; ///< where a brick's bytes end; bricks x fastest
  std::vector<std::byte> Bytes;    ///< of all bricks

  /// The bytes of a brick.
  std::span<const std::byte> GetBrick(std::size_t brick) const;

  friend bool operator==(const Residual&, const Residual&) = default;
};

/// Bricks along x, y, z over a volume of so many samples.
std::array<int, 3> ResidualBricks(const std::array<int, 3>& samples);

/// The section that holds a residual's weights, lengths and bytes.
std::vector<std::byte> PackResidual(const Residual& residual);

/// Reads them into a residual that has its bound and unit. Throws std::runtime_error where the bytes are not what
/// so many bricks and components take.
void UnpackResidual(std::span<const std::byte> section, std::size_t bricks, std::size_t components, Residual& residual);

} // namespace neuralvolume
