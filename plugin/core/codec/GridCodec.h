// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "codec/IntegerModel.h"
#include "network/Layout.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace neuralvolume
{

/// The contexts in which the multiples of one level are coded: how large those next to it were, and the features of
/// the same entry that came before.
class LevelContexts
{
public:
  LevelContexts(const GridLevel& level, int features)
    : Features(std::size_t(features))
    , Offsets(NeighboursOf(level))
    , Margin(this->Offsets.back())
    , Magnitudes((this->Margin + level.Entries) * this->Features)
    , Models(this->Features * NeighbourClasses * EntryClasses)
  {
  }

  /// Of the next multiple, entry by entry, features together.
  IntegerModel& Next(std::size_t entry, std::size_t feature)
  {
    const std::uint8_t* const here = this->Magnitudes.data() + (this->Margin + entry) * this->Features;
    unsigned neighbours = 0;
    for (std::size_t i = 0; i < this->Offsets.size(); ++i)
    {
      neighbours += Weights[i] * here[feature - this->Offsets[i] * this->Features];
    }
    unsigned before = 0;
    for (std::size_t f = 0; f < feature; ++f)
    {
      before += here[f];
    }
    const std::size_t context = ClassOf(neighbours) * EntryClasses + std::min(before, EntryClasses - 1);
    return this->Models[feature * NeighbourClasses * EntryClasses + context];
  }

  void Keep(std::size_t entry, std::size_t feature, int multiple)
  {
    this->Magnitudes[(this->Margin + entry) * this->Features + feature] =
      std::uint8_t(std::min(multiple < 0 ? -multiple : multiple, LargestMagnitude));
  }

private:
  static constexpr std::size_t Neighbours = 7;
  static constexpr std::array<unsigned, Neighbours> Weights = { 2, 2, 2, 1, 1, 1, 1 };
  static constexpr int LargestMagnitude = 15;
  static constexpr unsigned NeighbourClasses = 12;
  static constexpr unsigned EntryClasses = 4;

  /// How far back in the table the neighbours lie, the farthest last. Hashing keeps neighbours along x together, up to
  /// their order, and nothing else.
  static std::array<std::size_t, Neighbours> NeighboursOf(const GridLevel& level)
  {
    const std::size_t y = level.Resolution;
    const std::size_t z = y * y;
    return level.Dense ? std::array<std::size_t, Neighbours>{ 1, y, z, y - 1, y + 1, z + 1, z + y }
                       : std::array<std::size_t, Neighbours>{ 1, 2, 3, 4, 5, 6, 7 };
  }

  static unsigned ClassOf(unsigned neighbours)
  {
    unsigned result = 0;
    while (result + 1 < NeighbourClasses && neighbours >= Thresholds[result])
    {
      ++result;
    }
    return result;
  }

  static constexpr std::array<unsigned, NeighbourClasses - 1> Thresholds = { 1, 2, 3, 4, 6, 8, 11, 15, 21, 31, 51 };

  std::size_t Features;
  std::array<std::size_t, Neighbours> Offsets;
  std::size_t Margin;                   ///< entries of zeros before the first
  std::vector<std::uint8_t> Magnitudes; ///< [entry][feature]
  std::vector<IntegerModel> Models;     ///< [feature][neighbours][entry]
};

} // namespace neuralvolume
