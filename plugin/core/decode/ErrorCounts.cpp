// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "decode/ErrorCounts.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <functional>
#include <numeric>

namespace neuralvolume
{
namespace
{

// Bits of a float: its exponent and the leading ten of its fraction are the number of a bin.
constexpr int DroppedBits = 13;
constexpr std::uint32_t FirstBin = std::bit_cast<std::uint32_t>(0x1p-40f) >> DroppedBits;

/// Bins as wide as MaximumBins of them must be to reach the maximum; of integers as many in each.
double BinWidthFor(double maximum, bool integers)
{
  constexpr auto bins = double(ErrorHistogram::MaximumBins);
  if (!integers)
  {
    return maximum / (bins / 2.0);
  }
  const double width = std::ceil((2.0 * maximum + 1.0) / bins);
  return std::fmod(width, 2.0) == 0.0 ? width + 1.0 : width;
}

} // namespace

std::size_t ErrorCounts::IndexOf(double error)
{
  const std::uint32_t bin = std::bit_cast<std::uint32_t>(float(std::abs(error))) >> DroppedBits;
  const std::size_t index = bin < FirstBin ? 0 : std::min<std::size_t>(bin - FirstBin + 1, Bins - 1);
  return error < 0.0 ? Bins + index : index;
}

double ErrorCounts::ErrorAt(std::size_t index)
{
  const std::uint32_t bin = std::uint32_t(index % Bins) + FirstBin - 1;
  const double size = std::bit_cast<float>((bin << DroppedBits) + (1u << (DroppedBits - 1)));
  return index % Bins == 0 ? 0.0 : (index < Bins ? size : -size);
}

void ErrorCounts::Add(const ErrorCounts& other)
{
  std::ranges::transform(this->Counts, other.Counts, this->Counts.begin(), std::plus());
}

double ErrorCounts::Percentile(double fraction) const
{
  const std::uint64_t all = std::accumulate(this->Counts.begin(), this->Counts.end(), std::uint64_t(0));
  const double wanted = fraction * double(all);
  std::uint64_t below = 0;
  std::size_t index = 0;
  while (index < Bins && double(below += this->Counts[index] + this->Counts[Bins + index]) < wanted)
  {
    ++index;
  }
  return ErrorAt(index);
}

ErrorHistogram ErrorCounts::MakeHistogram(double scale, double maximum, bool integers) const
{
  const double width = BinWidthFor(maximum, integers);
  const auto binOf = [&](double error)
  {
    const double exact = integers ? std::round(error) : error;
    return width > 0.0 ? std::ptrdiff_t(std::round(std::clamp(exact, -maximum, maximum) / width)) : 0;
  };
  // Half a bin of floating-point errors lies beyond the last one's middle, where rounding goes up.
  const auto middle = std::min<std::ptrdiff_t>(binOf(maximum), ErrorHistogram::MaximumBins / 2);
  ErrorHistogram histogram{ width, std::vector<std::uint64_t>(std::size_t(2 * middle + 1)) };
  for (std::size_t i = 0; i < this->Counts.size(); ++i)
  {
    const std::ptrdiff_t bin = std::clamp(binOf(ErrorAt(i) * scale), -middle, middle);
    histogram.Counts[std::size_t(middle + bin)] += this->Counts[i];
  }
  return histogram;
}

} // namespace neuralvolume
