// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#define XXH_INLINE_ALL
#include "model/Frame.h"
#include "model/Zstd.h"

#include <nlohmann/json.hpp>
#include <xxhash.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <vector>

/// Byte strings of models altered on purpose.
namespace neuralvolume::forgery
{

using Bytes = std::vector<std::byte>;
using Json = nlohmann::json;

constexpr std::size_t PreambleLength = 24;
constexpr std::size_t ChecksumLength = 8;

/// A byte string taken apart, to be altered and put together again with the right lengths and checksum:
/// what somebody does who wants to harm, not what damage does.
struct Parts
{
  std::string Header;
  std::string Sections;

  explicit Parts(const Bytes& bytes)
  {
    std::uint32_t length;
    std::memcpy(&length, bytes.data() + 12, sizeof length);
    const auto frame = std::span(bytes).subspan(PreambleLength, length);
    this->Header.resize(ContentLength(frame));
    Decompress(frame, std::as_writable_bytes(std::span(this->Header)), HeaderDictionary);
    const std::size_t begin = PreambleLength + length;
    const auto* text = reinterpret_cast<const char*>(bytes.data());
    this->Sections.assign(text + begin, bytes.size() - begin - ChecksumLength);
  }

  Bytes Join(const Bytes& original) const
  {
    return this->JoinFrame(original, Compress(std::as_bytes(std::span(this->Header)), HeaderDictionary));
  }

  /// With a header's frame of one's own.
  Bytes JoinFrame(const Bytes& original, std::span<const std::byte> frame) const
  {
    const auto headerLength = std::uint32_t(frame.size());
    const std::uint64_t total = PreambleLength + frame.size() + this->Sections.size() + ChecksumLength;
    std::string text(reinterpret_cast<const char*>(original.data()), 12);
    text.append(reinterpret_cast<const char*>(&headerLength), sizeof headerLength);
    text.append(reinterpret_cast<const char*>(&total), sizeof total);
    text.append(reinterpret_cast<const char*>(frame.data()), frame.size());
    text += this->Sections;
    const std::uint64_t checksum = XXH3_64bits(text.data(), text.size());
    text.append(reinterpret_cast<const char*>(&checksum), sizeof checksum);
    const auto* begin = reinterpret_cast<const std::byte*>(text.data());
    return { begin, begin + text.size() };
  }
};

inline Bytes WithHeader(const Bytes& bytes, const std::string& header)
{
  Parts parts(bytes);
  parts.Header = header;
  return parts.Join(bytes);
}

template <typename Edit>
Bytes WithEditedHeader(const Bytes& bytes, Edit&& edit)
{
  Json header = Json::parse(Parts(bytes).Header);
  edit(header);
  return WithHeader(bytes, header.dump());
}

} // namespace neuralvolume::forgery
