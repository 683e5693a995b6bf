// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "model/Model.h"

#include <array>
#include <cstdint>

/// Macro-cell bounds as bytes: 0 .. 255 are the component's minimum .. maximum.
namespace neuralvolume
{

inline constexpr int LastBound = 255;

/// Computed bounds are multiples of so many 255ths: what is finer costs bytes and hardly saves samples.
inline constexpr int BoundUnit = 4;

/// Lower and upper; lower above upper says that the cell is empty.
using BoundCode = std::array<std::uint8_t, 2>;

inline constexpr BoundCode EmptyBoundCode = { LastBound, 0 };

/// The tightest code of multiples of step (or LastBound) that holds what code holds.
BoundCode RoundOutwards(BoundCode code, int step);

/// The tightest code of multiples of BoundUnit that holds [low, high] of normalised values.
BoundCode EncodeNormalisedBounds(float low, float high);

/// The tightest code whose decoded bounds hold [low, high]; of decoded bounds it is their own code.
BoundCode EncodeBounds(const ValueRange& range, float low, float high);

/// Lower and upper bound in the array's units; infinity and minus infinity where the cell is empty.
std::array<float, 2> DecodeBounds(const ValueRange& range, BoundCode code);

} // namespace neuralvolume
