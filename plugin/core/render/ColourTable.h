// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "model/Model.h"
#include "render/TransferFunction.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <vector>

namespace neuralvolume
{

/// Colours and extinctions by value, at equal distances: what a transfer function is to a marcher.
struct ColourTable
{
  static constexpr int Size = 4096;

  std::vector<float> Extinctions;            ///< log2 of what passes through a world unit, negative; of Size entries
  std::vector<float> Opacities;              ///< over the unit distance
  std::array<std::vector<float>, 3> Colours; ///< red, green, blue
  float EntriesPerCode = 0.0f;               ///< entry = EntriesPerCode code + FirstEntry
  float FirstEntry = 0.0f;

  /// For codes from 0 to largestCode, which stand for the values of a range.
  ColourTable(
    const TransferFunction& transferFunction, const ValueRange& range, int largestCode, double opacityUnitDistance);

  /// The nearest entry.
  std::size_t EntryOf(float code) const
  {
    const float position = this->EntriesPerCode * code + this->FirstEntry + 0.5f;
    return std::size_t(std::clamp(position, 0.0f, float(Size) - 0.5f));
  }

  /// Of the nearest entry; the opacity is that over the unit distance.
  std::array<float, 3> GetColour(float code) const;
  float GetOpacity(float code) const { return this->Opacities[this->EntryOf(code)]; }

  /// How far a value may be from that of its entry.
  static double HalfEntryOf(const TransferFunction& transferFunction);
};

} // namespace neuralvolume
