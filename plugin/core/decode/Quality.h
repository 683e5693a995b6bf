// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "model/Model.h"
#include "model/VolumeView.h"
#include "network/Evaluator.h"

#include <cstdint>

namespace neuralvolume
{

/// How near a volume is to the original, over the points that have a value in both. Errors are in the array's
/// units. Percentile and histogram know each error to a relative 2^-11, so those of integers below 1024 exactly.
struct Quality
{
  double MeanSquaredError = 0.0;
  double Psnr = 0.0; ///< dB, by the original's range over all components; infinite when exact, minus infinity
                     ///< where a constant original is not
  double MaximumError = 0.0;
  double Percentile999Error = 0.0; ///< what 99.9 % of all absolute errors do not exceed
  double MeanError = 0.0;          ///< signed
  ErrorHistogram Histogram;
  double Ssim = 0.0;        ///< NaN where no window is free of points without a value
  DecodedRanges Decoded;    ///< of the model, if one was compared
  double DataRange = 0.0;   ///< largest minus smallest value of the original, over all components
  std::uint64_t Points = 0; ///< points compared
};

/// SSIM (Wang et al. 2004) is that of scikit-image's structural_similarity(win_size=7, data_range=range): 7^3
/// uniform windows, sample covariance, K = 0.01 and 0.03, mean over all windows inside the volume and over
/// components. Where an axis has fewer than 7 points, its window is the largest odd number that fits; windows
/// that hold a point without a value are left out. A constant original has SSIM 1 if it is exact, otherwise 0.
///
/// Both use all cores and a bounded amount of memory, whatever the volume's size, and give the same bits for any
/// number of threads. They throw std::invalid_argument where dimensions, components or types disagree.
Quality Compare(const Model& model, const Evaluator& evaluator, const VolumeView& original);
Quality Compare(const VolumeView& volume, const VolumeView& original);

/// Throws std::invalid_argument where dimensions, components or types disagree.
void RequireComparable(const Model& model, const VolumeView& original);

} // namespace neuralvolume
