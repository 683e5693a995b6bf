// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "model/FitReport.h"

#include "model/Decimal.h"

#include <algorithm>

namespace neuralvolume
{
namespace
{

/// To two significant decimal digits.
std::uint64_t RoundCount(std::uint64_t count)
{
  std::uint64_t unit = 1;
  while (count / unit >= 100)
  {
    unit *= 10;
  }
  return (count / unit + (count % unit >= unit - unit / 2 ? 1 : 0)) * unit;
}

} // namespace

FitReport Rounded(const FitReport& report)
{
  FitReport rounded = report;
  rounded.Psnr = RoundDecimal(report.Psnr, 6);
  if (report.NetworkPsnr)
  {
    rounded.NetworkPsnr = RoundDecimal(*report.NetworkPsnr, 4);
  }
  rounded.Ssim = RoundDecimal(report.Ssim, 5);
  rounded.Percentile999Error = RoundDecimal(report.Percentile999Error, 5);
  rounded.MeanError = RoundDecimal(report.MeanError, 4);
  rounded.Histogram.BinWidth = RoundDecimal(report.Histogram.BinWidth, 6);
  std::ranges::transform(report.Histogram.Counts, rounded.Histogram.Counts.begin(), RoundCount);
  return rounded;
}

} // namespace neuralvolume
