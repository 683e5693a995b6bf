// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "decode/Blocks.h"

#include <algorithm>
#include <cstddef>

namespace neuralvolume
{

/// A volume's samples, every 2^Level-th along each axis, and the last one where it is not among them, in bricks
/// for interpolation: brick b holds the cells between samples 16 b and 16 b + 16 along each axis. It ends with the
/// first samples of the next one and may have a margin around them, for central differences.
struct BrickLattice
{
  static constexpr int CellBits = 4;
  static constexpr int Cells = 1 << CellBits; ///< between samples, along a brick's edge

  BrickLattice(const Index& volume, int level, int margin)
    : Volume(volume)
    , Level(level)
    , Margin(margin)
  {
    for (std::size_t axis = 0; axis < 3; ++axis)
    {
      this->Count[axis] = ((volume[axis] - 2 + (1 << level)) >> level) + 1;
      this->Bricks[axis] = std::max((this->Count[axis] - 2 + Cells) / Cells, 1);
    }
  }

  /// Samples along a brick's edge, x fastest.
  int GetEdge() const { return Cells + 1 + 2 * this->Margin; }
  std::size_t GetBrickSamples() const { return CountOf({ this->GetEdge(), this->GetEdge(), this->GetEdge() }); }
  std::size_t GetBricks() const { return CountOf(this->Bricks); }

  /// The sample with which a brick begins, margin included.
  int FirstSample(int brick) const { return brick * Cells - this->Margin; }

  /// The sample of the volume that a sample of the lattice is; those outside are the nearest ones inside.
  int SampleOfVolume(std::size_t axis, int sample) const
  {
    const int inside = std::clamp(sample, 0, this->Count[axis] - 1);
    return std::min(inside << this->Level, this->Volume[axis] - 1);
  }

  Index Volume; ///< its samples
  int Level;
  int Margin;        ///< in samples
  Index Count = {};  ///< samples
  Index Bricks = {}; ///< along x, y, z
};

} // namespace neuralvolume
