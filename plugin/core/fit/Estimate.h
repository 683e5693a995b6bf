// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "model/Model.h"
#include "model/VolumeView.h"
#include "network/Evaluator.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace neuralvolume
{

/// Errors, relative to the data range, of a network at about that many random points of the volume (all of them where
/// there are no more), values clamped as a model's are: cheap enough to ask during a fit. One for each component of
/// each valid point.
std::vector<float> SampleErrors(const Evaluator& evaluator, const VolumeView& volume,
  std::span<const ValueRange> ranges, std::size_t samples, std::uint64_t seed);

} // namespace neuralvolume
