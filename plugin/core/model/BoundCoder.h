// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "model/BoundGrid.h"

#include <cstddef>
#include <span>
#include <vector>

/// Entropy coding of macro cells' bounds: docs/file-format.md, encoding "range" of the section "macro_cells".
namespace neuralvolume
{

/// Bounds that are all multiples of a power of two up to this one (or LastBound) are coded as such.
inline constexpr int MaximumBoundStep = 128;

std::vector<std::byte> PackBounds(const BoundGrid& grid);

/// Fills in the codes of a grid whose size is known. Throws std::runtime_error where the bytes are not what
/// PackBounds makes of such a grid; one that they cannot hold is not allocated.
void UnpackBounds(std::span<const std::byte> bytes, BoundGrid& grid);

} // namespace neuralvolume
