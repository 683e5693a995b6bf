// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// What lies around the sections of a byte string: magic, version, lengths, header and checksum.
namespace neuralvolume
{

/// What headers mostly are: the zstd dictionary of theirs, a part of the format.
extern const std::string_view HeaderDictionary;

struct Frame
{
  std::uint32_t Version = 0;
  std::string Header;                  ///< JSON, not yet looked at
  std::span<const std::byte> Sections; ///< of the bytes that were read
  std::size_t HeaderBytes = 0;         ///< all before the sections
  std::size_t ChecksumBytes = 0;       ///< all behind them
};

/// Throws std::invalid_argument where the header is longer than a reader accepts.
std::vector<std::byte> WriteFrame(const std::string& header, std::span<const std::byte> sections);

/// The bytes of the first of several that lie end to end, by its length alone. Throws as ReadFrame does.
std::span<const std::byte> FirstFrame(std::span<const std::byte> bytes);

/// Throws std::runtime_error that says what is wrong.
Frame ReadFrame(std::span<const std::byte> bytes);

} // namespace neuralvolume
