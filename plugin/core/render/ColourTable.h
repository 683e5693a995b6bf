// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "model/Model.h"
#include "render/Classification.h"
#include "render/ScalarSource.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <vector>

namespace neuralvolume
{

/// Colours and extinctions by codes, at equal distances: what a classification is to a marcher.
struct ColourTable
{
  static constexpr int Size = 4096;   ///< entries by one value
  static constexpr int Columns = 512; ///< by both, along the first one
  static constexpr int Rows = 256;    ///< and the second

  /// Which entry along an axis a code has.
  struct Axis
  {
    int Entries = 1;
    float EntriesPerCode = 0.0f; ///< entry = EntriesPerCode code + FirstEntry
    float FirstEntry = 0.0f;

    /// The nearest one.
    std::size_t EntryOf(float code) const
    {
      const float position = this->EntriesPerCode * code + this->FirstEntry + 0.5f;
      return std::size_t(std::clamp(position, 0.0f, float(this->Entries) - 0.5f));
    }
  };

  /// Where a position's colour is found, and its opacity.
  struct Entry
  {
    std::size_t Colour;
    std::size_t Opacity;
  };

  std::vector<float> Extinctions;            ///< log2 of what passes through a world unit, negative
  std::vector<float> Opacities;              ///< over the unit distance
  std::array<std::vector<float>, 3> Colours; ///< red, green, blue
  SecondCoordinate Second = SecondCoordinate::None;
  bool IsOfBoth = false; ///< entries lie in Rows of Columns; otherwise the second coordinate decides opacities alone
  Axis FirstAxis;
  Axis SecondAxis;

  /// For codes from 0 to largestCode, which stand for the values of ranges; that of gradients is [0, 4].
  ColourTable(const Classification& classification, const std::array<ValueRange, 2>& ranges, int largestCode,
    double opacityUnitDistance);

  /// second: 0 where there is none.
  Entry EntryOf(float first, float second) const
  {
    const std::size_t entry = this->FirstAxis.EntryOf(first);
    if (this->Second == SecondCoordinate::None)
    {
      return { entry, entry };
    }
    const std::size_t other = this->SecondAxis.EntryOf(second);
    const std::size_t both = other * Columns + entry;
    return this->IsOfBoth ? Entry{ both, both } : Entry{ entry, other };
  }

  std::array<float, 3> GetColour(std::size_t entry) const
  {
    return { this->Colours[0][entry], this->Colours[1][entry], this->Colours[2][entry] };
  }

  /// At least the largest opacity that a table has for values within bounds.
  static float MaximumOpacity(const Classification& classification, const ValueBounds& bounds);

private:
  void Append(const Rgba& colour, double opacityUnitDistance);
  void FillByOne(const Classification& classification, double opacityUnitDistance);
  void FillByBoth(const TransferFunction2D& function, double opacityUnitDistance);
};

} // namespace neuralvolume
