// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>

/// Probabilities in the logistic domain, by tables, so that every machine reckons the same.
namespace neuralvolume
{

/// Of Stretch: 256 stand for 1.
inline constexpr std::int32_t LargestStretch = 2047;

/// ln(p / (1 - p)) in 1/256 of a probability in 1/65536, within LargestStretch.
std::int32_t Stretch(std::uint32_t probability);

/// The inverse of Stretch; anything beyond LargestStretch counts as that.
std::uint32_t Squash(std::int32_t stretched);

} // namespace neuralvolume
