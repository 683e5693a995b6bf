// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace neuralvolume
{

/// One zstd frame that states the length of its content. The dictionary is raw text that the content may repeat;
/// reading needs the same one.
std::vector<std::byte> Compress(std::span<const std::byte> content, std::string_view dictionary = {});

/// What a frame states; huge where it states nothing or is no frame.
std::uint64_t ContentLength(std::span<const std::byte> frame);

/// Fills content; false where the frame holds anything else than exactly so many bytes.
bool Decompress(std::span<const std::byte> frame, std::span<std::byte> content, std::string_view dictionary = {});

} // namespace neuralvolume
