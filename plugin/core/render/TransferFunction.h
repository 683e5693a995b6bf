// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "render/Image.h"

#include <vector>

namespace neuralvolume
{

/// Colour and opacity by value: piecewise linear between equally spaced entries.
class TransferFunction
{
public:
  /// Entries from minimum to maximum, in the array's units; values outside get the first or the last entry.
  /// Colours are not premultiplied; A is the opacity over RenderSettings::OpacityUnitDistance. Where minimum
  /// and maximum are equal, values below get the first entry and all others the last. Throws
  /// std::invalid_argument where there are no entries, one is not finite, A is not in [0, 1] or minimum > maximum.
  TransferFunction(std::vector<Rgba> entries, double minimum, double maximum);

  /// NaN is transparent.
  Rgba Evaluate(double value) const;

  /// At least the largest opacity of values in [low, high]; takes constant time. 0 where low > high; a bound
  /// that is NaN bounds nothing.
  float MaximumOpacity(double low, double high) const;

private:
  /// Of a value among the entries, 0 to their number - 1.
  double Position(double value) const;

  std::vector<Rgba> Entries;
  double Minimum;
  double Maximum;
  double EntriesPerUnit;
  std::vector<std::vector<float>> MaximumOpacities; ///< [j][i] = maximum opacity of entries i .. i + 2^j - 1
};

} // namespace neuralvolume
