// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "model/FitReport.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace neuralvolume
{

/// How many errors of which size, in bounded memory: zero, then 2^10 bins an octave from 2^-40 to 2^24, of either
/// sign. Integers add up to the same in any order, so each thread may count its own.
class ErrorCounts
{
public:
  void Add(double error) { ++this->Counts[IndexOf(error)]; }
  void Add(const ErrorCounts& other);

  /// The smallest size that this fraction of all errors does not exceed, to a relative 2^-11.
  double Percentile(double fraction) const;

  /// Of errors in units of scale, which are integers or not, the largest of them being maximum.
  ErrorHistogram MakeHistogram(double scale, double maximum, bool integers) const;

private:
  static constexpr std::size_t Bins = 1 + 64 * 1024;

  static std::size_t IndexOf(double error);
  static double ErrorAt(std::size_t index);

  std::vector<std::uint64_t> Counts = std::vector<std::uint64_t>(2 * Bins); ///< positive, then negative
};

} // namespace neuralvolume
