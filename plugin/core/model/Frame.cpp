// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "model/Frame.h"

#include "model/Zstd.h"

#include <xxhash.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <stdexcept>

namespace neuralvolume
{

const std::string_view HeaderDictionary =
  R"({"network":{"levels":16,"features_per_level":2,"log2_hashmap_size":11,"base_resolution":4,)"
  R"("per_level_scale":1.2,"width":32,"hidden_layers":2,"outputs":1},)"
  R"("geometry":{"extent":[0,255,0,255,0,255],"origin":[0,0,0],"spacing":[1,1,1],)"
  R"("direction":[1,0,0,0,1,0,0,0,1]},)"
  R"("array":{"name":"value","type":"uint8","association":"points","ranges":[[0,255]]},)"
  R"("macro_cells":{"cell_size":16},)"
  R"("report":{"psnr":34.0,"ssim":0.95,"maximum_error":61,"percentile_999_error":24,"mean_error":-0.0,)"
  R"("error_histogram":{"bin_width":3,"counts":[0,0,0,0,0]},"steps":3000,"seed":0,)"
  R"("backend":"cpu","stop_reason":"converged"},)"
  R"("sections":[{"name":"parameters","encoding":"range","length":10000},)"
  R"({"name":"macro_cells","encoding":"range","length":100},)"
  R"({"name":"invalid","encoding":"zstd","length":1000},)"
  R"({"name":"residual","encoding":"range","length":10000}],)"
  R"("residual":{"bound":0.5,"unit":1,"constants":[0]}})";

namespace
{

/// What every byte string begins with. Carriage return, line feed and end-of-file are there, as in PNG,
/// so that a transfer that takes the file for text shows at once.
struct Preamble
{
  std::array<unsigned char, 8> Magic = { 0x89, 'N', 'V', 'O', 'L', '\r', '\n', 0x1a };
  std::uint32_t Version = 2;
  std::uint32_t HeaderLength = 0;
  std::uint64_t TotalLength = 0; ///< of the whole byte string, checksum included
};
static_assert(sizeof(Preamble) == 24);

using Checksum = std::uint64_t; ///< XXH3 over everything before it

constexpr std::size_t MaximumHeaderLength = 1 << 20;
constexpr std::size_t MinimumLength = sizeof(Preamble) + sizeof(Checksum);

Checksum ChecksumOf(std::span<const std::byte> bytes)
{
  return XXH3_64bits(bytes.data(), bytes.size());
}

template <typename Value>
Value Load(std::span<const std::byte> bytes, std::size_t offset)
{
  Value value;
  std::memcpy(&value, bytes.data() + offset, sizeof value);
  return value;
}

std::byte* Store(std::byte* target, const void* data, std::size_t length)
{
  std::memcpy(target, data, length);
  return target + length;
}

Preamble ReadPreamble(std::span<const std::byte> bytes)
{
  if (bytes.size() < MinimumLength)
  {
    throw std::runtime_error("it is cut short: " + std::to_string(bytes.size()) + " bytes are too few");
  }
  const auto preamble = Load<Preamble>(bytes, 0);
  if (preamble.Magic != Preamble().Magic)
  {
    throw std::runtime_error("it does not begin as one does");
  }
  if (preamble.Version < 1 || preamble.Version > Preamble().Version)
  {
    throw std::runtime_error("it is of version " + std::to_string(preamble.Version) + ", and this program reads 1 to " +
                             std::to_string(Preamble().Version) + "; update NeuralVolume");
  }
  return preamble;
}

[[noreturn]] void FailForLength(const Preamble& preamble, std::span<const std::byte> bytes)
{
  throw std::runtime_error("it should have " + std::to_string(preamble.TotalLength) + " bytes and has " +
                           std::to_string(bytes.size()) + "; copy it again");
}

/// The header as text; version 1 stores it so, later ones as a zstd frame.
std::string UnpackHeader(std::uint32_t version, std::span<const std::byte> stored)
{
  const std::uint64_t length = version == 1 ? stored.size() : ContentLength(stored);
  if (length > MaximumHeaderLength)
  {
    throw std::runtime_error("its header is no zstd frame of at most 1 MiB");
  }
  std::string text(length, '\0');
  const std::span<std::byte> content = std::as_writable_bytes(std::span(text));
  if (version == 1)
  {
    std::ranges::copy(stored, content.begin());
  }
  else if (!Decompress(stored, content, HeaderDictionary))
  {
    throw std::runtime_error("its header does not decompress");
  }
  return text;
}

} // namespace

std::vector<std::byte> WriteFrame(const std::string& header, std::span<const std::byte> sections)
{
  if (header.size() > MaximumHeaderLength)
  {
    throw std::invalid_argument("the array's name or the report is too long for a neural volume");
  }
  const std::vector<std::byte> packed = Compress(std::as_bytes(std::span(header)), HeaderDictionary);
  Preamble preamble;
  preamble.HeaderLength = std::uint32_t(packed.size());
  preamble.TotalLength = MinimumLength + packed.size() + sections.size();
  std::vector<std::byte> bytes(preamble.TotalLength);
  std::byte* end = Store(bytes.data(), &preamble, sizeof preamble);
  end = Store(end, packed.data(), packed.size());
  end = Store(end, sections.data(), sections.size());
  const Checksum checksum = ChecksumOf({ bytes.data(), end });
  Store(end, &checksum, sizeof checksum);
  return bytes;
}

std::span<const std::byte> FirstFrame(std::span<const std::byte> bytes)
{
  const Preamble preamble = ReadPreamble(bytes);
  if (preamble.TotalLength < MinimumLength || preamble.TotalLength > bytes.size())
  {
    FailForLength(preamble, bytes);
  }
  return bytes.first(preamble.TotalLength);
}

Frame ReadFrame(std::span<const std::byte> bytes)
{
  const Preamble preamble = ReadPreamble(bytes);
  if (preamble.TotalLength != bytes.size())
  {
    FailForLength(preamble, bytes);
  }
  const std::size_t end = bytes.size() - sizeof(Checksum);
  if (Load<Checksum>(bytes, end) != ChecksumOf(bytes.first(end)))
  {
    throw std::runtime_error("its checksum is wrong: it was altered or damaged; copy it again");
  }
  if (preamble.HeaderLength > std::min(MaximumHeaderLength, end - sizeof(Preamble)))
  {
    throw std::runtime_error("its header cannot have " + std::to_string(preamble.HeaderLength) + " bytes");
  }
  const std::size_t begin = sizeof(Preamble) + preamble.HeaderLength;
  return { preamble.Version, UnpackHeader(preamble.Version, bytes.subspan(sizeof(Preamble), preamble.HeaderLength)),
    bytes.subspan(begin, end - begin), begin, sizeof(Checksum) };
}

} // namespace neuralvolume
