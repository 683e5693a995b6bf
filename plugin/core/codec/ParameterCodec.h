// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "network/Half.h"
#include "network/Quantisation.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace neuralvolume
{

/// Codes parameters, in the layout's order, without loss: the steps, then a stream for the MLP and one for each level.
/// Throws std::invalid_argument where a parameter is no multiple of its step, as a half has it.
std::vector<std::byte> EncodeParameters(
  const Layout& layout, const Quantisation& quantisation, std::span<const Half> parameters);

struct DecodedParameters
{
  neuralvolume::Quantisation Quantisation;
  std::vector<Half> Parameters;
};

/// What EncodeParameters was given. Throws std::runtime_error where the bytes are damaged.
DecodedParameters DecodeParameters(const Layout& layout, std::span<const std::byte> bytes);

/// Bytes of the steps and the MLP, then of each level: together all bytes. Throws as DecodeParameters does.
std::vector<std::uint64_t> SizesOfParameters(const Layout& layout, std::span<const std::byte> bytes);

} // namespace neuralvolume
