// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "model/BoundCode.h"

#include <array>
#include <cstddef>
#include <span>
#include <vector>

namespace neuralvolume
{

/// Codes the bounds of macro cells, without loss, as differences from their neighbours': [cell][component], cells x
/// fastest.
std::vector<std::byte> EncodeBoundCodes(
  const std::array<int, 3>& cells, std::size_t components, std::span<const BoundCode> codes);

/// Fills codes. Throws std::runtime_error where the bytes are damaged.
void DecodeBoundCodes(const std::array<int, 3>& cells, std::size_t components, std::span<const std::byte> bytes,
  std::span<BoundCode> codes);

} // namespace neuralvolume
