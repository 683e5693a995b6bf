// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "model/Sections.h"

#include "codec/ParameterCodec.h"
#include "model/BoundCoder.h"
#include "model/Zstd.h"
#include "network/Layout.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <stdexcept>

static_assert(std::endian::native == std::endian::little, "sections are little-endian, copied as they lie in memory");

namespace neuralvolume
{
namespace
{

constexpr std::uint64_t ZstdMaximumRatio = 1 << 15;    // a block of at most 2^17 bytes takes at least 4
constexpr std::uint64_t MaximumRawLength = 1ull << 33; // of what may be compressed

[[noreturn]] void Fail(const std::string& name, const std::string& problem)
{
  throw std::runtime_error("section '" + name + "' " + problem);
}

void Append(Sections& sections, const std::string& name, const std::string& encoding, std::span<const std::byte> stored)
{
  sections.Table.push_back({ name, encoding, stored.size() });
  sections.Bytes.insert(sections.Bytes.end(), stored.begin(), stored.end());
}

/// As a zstd frame where that is smaller.
void AppendPacked(Sections& sections, const std::string& name, std::span<const std::byte> raw)
{
  const bool compress = raw.size() <= MaximumRawLength;
  const std::vector<std::byte> packed = compress ? Compress(raw) : std::vector<std::byte>();
  const bool pays = compress && packed.size() < raw.size();
  Append(sections, name, pays ? "zstd" : "raw", pays ? std::span<const std::byte>(packed) : raw);
}

void AppendParameters(Sections& sections, const Model& model)
{
  if (model.Quantisation.IsNone())
  {
    return Append(sections, "parameters", "raw", std::as_bytes(std::span(model.Parameters)));
  }
  Append(
    sections, "parameters", "range", EncodeParameters(MakeLayout(model.Network), model.Quantisation, model.Parameters));
}

/// The values of a section that is raw or a zstd frame, once its length has proved to be possible.
template <typename Value>
std::vector<Value> Read(const SectionEntry& entry, std::span<const std::byte> stored, std::size_t count)
{
  const std::uint64_t rawLength = std::uint64_t(count) * sizeof(Value);
  if (entry.Encoding == "raw" ? entry.Length != rawLength
                              : rawLength > MaximumRawLength || rawLength / ZstdMaximumRatio > entry.Length)
  {
    Fail(entry.Name, "cannot hold " + std::to_string(rawLength) + " bytes in " + std::to_string(entry.Length));
  }
  std::vector<Value> values(count);
  if (entry.Encoding == "raw")
  {
    std::memcpy(values.data(), stored.data(), stored.size());
  }
  else if (entry.Encoding != "zstd" || !Decompress(stored, std::as_writable_bytes(std::span(values))))
  {
    Fail(entry.Name, "does not decompress to the length that the header implies");
  }
  return values;
}

BoundGrid ReadBounds(const SectionEntry& entry, std::span<const std::byte> stored, const Model& model)
{
  BoundGrid grid{ model.MacroCells.Dimensions, model.Array.Ranges.size(), {} };
  if (entry.Encoding == "range")
  {
    UnpackBounds(stored, grid);
  }
  else
  {
    grid.Codes = Read<BoundCode>(entry, stored, grid.GetCount());
  }
  return grid;
}

void ReadParameters(const SectionEntry& entry, std::span<const std::byte> stored, Model& model)
{
  const Layout layout = MakeLayout(model.Network);
  if (entry.Encoding != "range")
  {
    model.Parameters = Read<Half>(entry, stored, layout.Parameters);
    return;
  }
  DecodedParameters decoded = DecodeParameters(layout, stored);
  model.Quantisation = std::move(decoded.Quantisation);
  model.Parameters = std::move(decoded.Parameters);
}

void ReadSection(const SectionEntry& entry, std::span<const std::byte> stored, Model& model)
{
  if (entry.Name == "parameters")
  {
    ReadParameters(entry, stored, model);
  }
  else if (entry.Name == "macro_cells")
  {
    model.MacroCells.Bounds = DecodeMacroCells(ReadBounds(entry, stored, model), model.Array.Ranges);
  }
  else if (entry.Name == "invalid")
  {
    model.Invalid = Read<std::uint8_t>(entry, stored, (model.GetSamples() + 7) / 8);
  }
  else if (entry.Name == "residual" && entry.Encoding == "range" && model.Residual)
  {
    const std::array<int, 3> bricks = ResidualBricks(model.GetDimensions());
    const std::size_t count = std::size_t(bricks[0]) * std::size_t(bricks[1]) * std::size_t(bricks[2]);
    UnpackResidual(stored, count, model.Array.Ranges.size(), *model.Residual);
  }
  else
  {
    Fail(entry.Name, "is unknown, or cannot have the encoding '" + entry.Encoding + "'");
  }
}

/// Sections fill the file, all are known encodings, none is there twice.
void CheckTable(const std::vector<SectionEntry>& table, std::uint64_t length)
{
  std::uint64_t left = length;
  for (const SectionEntry& entry : table)
  {
    if (entry.Encoding != "raw" && entry.Encoding != "zstd" && entry.Encoding != "range")
    {
      Fail(entry.Name, "has the unknown encoding '" + entry.Encoding + "'");
    }
    if (entry.Length > left)
    {
      Fail(entry.Name, "leaves the file");
    }
    left -= entry.Length;
    if (std::ranges::count(table, entry.Name, &SectionEntry::Name) != 1)
    {
      Fail(entry.Name, "is there twice");
    }
  }
  if (left > 0)
  {
    throw std::runtime_error(std::to_string(left) + " bytes belong to no section");
  }
}

} // namespace

Sections WriteSections(const Model& model)
{
  Sections sections;
  AppendParameters(sections, model);
  Append(sections, "macro_cells", "range", PackBounds(EncodeMacroCells(model.MacroCells, model.Array.Ranges)));
  if (!model.Invalid.empty())
  {
    AppendPacked(sections, "invalid", std::as_bytes(std::span(model.Invalid)));
  }
  if (model.Residual)
  {
    Append(sections, "residual", "range", PackResidual(*model.Residual));
  }
  return sections;
}

void ReadSections(const std::vector<SectionEntry>& table, std::span<const std::byte> bytes, Model& model)
{
  CheckTable(table, bytes.size());
  std::vector<std::string> required = { "parameters", "macro_cells" };
  if (model.Residual)
  {
    required.push_back("residual");
  }
  for (const std::string& name : required)
  {
    if (std::ranges::count(table, name, &SectionEntry::Name) == 0)
    {
      Fail(name, "is missing");
    }
  }
  for (const SectionEntry& entry : table)
  {
    ReadSection(entry, bytes.first(entry.Length), model);
    bytes = bytes.subspan(entry.Length);
  }
}

} // namespace neuralvolume
