// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "render/Image.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

namespace neuralvolume
{

/// Throws std::invalid_argument where there are no entries, one is not finite, A is not in [0, 1] or minimum > maximum.
void RequireEntries(const std::vector<Rgba>& entries, double minimum, double maximum);

/// Colour and opacity by value: piecewise linear between equally spaced entries.
class TransferFunction
{
public:
  /// Entries from minimum to maximum, in the array's units; values outside get the first or the last entry.
  /// Colours are not premultiplied; A is the opacity over RenderSettings::OpacityUnitDistance. Where minimum
  /// and maximum are equal, values below get the first entry and all others the last. Throws as
  /// RequireEntries does.
  TransferFunction(std::vector<Rgba> entries, double minimum, double maximum);

  /// NaN is transparent.
  Rgba Evaluate(double value) const;

  double GetMinimum() const { return this->Minimum; }
  double GetMaximum() const { return this->Maximum; }

  friend bool operator==(const TransferFunction&, const TransferFunction&) = default;

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

inline double TransferFunction::Position(double value) const
{
  if (!(value >= this->Minimum))
  {
    return 0.0;
  }
  return value < this->Maximum ? (value - this->Minimum) * this->EntriesPerUnit : double(this->Entries.size() - 1);
}

inline Rgba TransferFunction::Evaluate(double value) const
{
  if (std::isnan(value))
  {
    return { 0.0f, 0.0f, 0.0f, 0.0f };
  }
  const double position = this->Position(value);
  const std::size_t index = std::min(std::size_t(position), this->Entries.size() - 2);
  const float fraction = float(position - double(index));
  const Rgba& low = this->Entries[index];
  const Rgba& high = this->Entries[index + 1];
  Rgba result;
  for (std::size_t channel = 0; channel < 4; ++channel)
  {
    result[channel] = low[channel] + fraction * (high[channel] - low[channel]);
  }
  return result;
}

} // namespace neuralvolume
