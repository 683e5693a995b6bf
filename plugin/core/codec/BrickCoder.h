// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "codec/Predictor.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace neuralvolume
{

/// A brick's values as bytes, to within half a step or, on a lattice, exactly; no bytes where all are within half a step of 0.
std::vector<std::byte> EncodeBrick(const BrickValues& brick, const BrickScheme& scheme);

/// What EncodeBrick's bytes stand for; samples without a value get some.
/// Throws std::runtime_error where the bytes end too early.
BrickValues DecodeBrick(BrickShape shape, std::span<const std::byte> bytes, const BrickScheme& scheme);

} // namespace neuralvolume
