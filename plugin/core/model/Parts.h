// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace neuralvolume
{

/// What a part of a model costs.
struct Part
{
  std::string Name; ///< "header", "mlp", "level 0", ..., "checksum", and sections by their own names
  std::uint64_t Bytes = 0;
};

/// The parts of what Serialize wrote, in the order in which they lie: together they have all its bytes.
std::vector<Part> PartsOf(std::span<const std::byte> bytes);

} // namespace neuralvolume
