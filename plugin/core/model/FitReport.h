// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

namespace neuralvolume
{

/// How often which error occurs, decoded minus original, over all components: an odd number of bins of the same
/// width, the middle one around zero; those at the ends hold the largest error. Errors of integers are integers,
/// and as many of them fall into each bin.
struct ErrorHistogram
{
  static constexpr std::size_t MaximumBins = 21;

  double BinWidth = 0.0;             ///< in the array's units
  std::vector<std::uint64_t> Counts; ///< empty where nothing was measured

  friend bool operator==(const ErrorHistogram&, const ErrorHistogram&) = default;
};

/// What the fit reached; shown in panels and by "neuralvolume info". Errors are in the array's units, over all
/// values of all valid samples.
struct FitReport
{
  double Psnr = 0.0;                 ///< dB, by the data's range; infinite when exact
  std::optional<double> NetworkPsnr; ///< dB without the residual, as drawn; none where there is no residual
  double Ssim = 0.0;
  double MaximumError = 0.0;
  double Percentile999Error = std::numeric_limits<double>::quiet_NaN(); ///< what 99.9 % of all errors do not exceed
  double MeanError = std::numeric_limits<double>::quiet_NaN();          ///< signed: the bias
  ErrorHistogram Histogram;
  std::uint64_t Steps = 0;
  std::uint64_t Seed = 0;
  std::uint64_t OriginalBytes = 0;
  std::string Backend;
  std::string StopReason; ///< "target", "steps", "time" or "stopped"

  friend bool operator==(const FitReport&, const FitReport&) = default;
};

/// The report as a file holds it: as many digits as say something. The largest error stays exact.
FitReport Rounded(const FitReport& report);

} // namespace neuralvolume
