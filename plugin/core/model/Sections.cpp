// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "model/Sections.h"

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

constexpr std::uint64_t MaximumRatio = 1 << 15;        // zstd: a block of at most 2^17 bytes takes at least 4
constexpr std::uint64_t MaximumRawLength = 1ull << 33; // of what may be compressed

[[noreturn]] void Fail(const std::string& name, const std::string& problem)
{
  throw std::runtime_error("section '" + name + "' " + problem);
}

void Add(Sections& sections, const std::string& name, const char* encoding, std::span<const std::byte> stored,
  std::uint64_t rawLength)
{
  sections.Table.push_back({ name, encoding, sections.Bytes.size(), stored.size(), rawLength });
  sections.Bytes.insert(sections.Bytes.end(), stored.begin(), stored.end());
}

void Append(Sections& sections, const std::string& name, std::span<const std::byte> raw, bool mayPay)
{
  const bool compress = mayPay && raw.size() <= MaximumRawLength;
  const std::vector<std::byte> packed = compress ? Compress(raw) : std::vector<std::byte>();
  const bool pays = compress && packed.size() < raw.size();
  Add(sections, name, pays ? "zstd" : "raw", pays ? std::span<const std::byte>(packed) : raw, raw.size());
}

std::vector<BoundCode> EncodeMacroCells(const Model& model)
{
  const std::vector<float>& bounds = model.MacroCells.Bounds;
  std::vector<BoundCode> codes(bounds.size() / 2);
  for (std::size_t i = 0; i < codes.size(); ++i)
  {
    codes[i] = EncodeBounds(model.Array.Ranges[i % model.Array.Ranges.size()], bounds[2 * i], bounds[2 * i + 1]);
  }
  return codes;
}

void AppendMacroCells(Sections& sections, const Model& model)
{
  const std::vector<BoundCode> codes = EncodeMacroCells(model);
  const std::size_t rawLength = codes.size() * sizeof(BoundCode);
  if (rawLength > MaximumRawLength)
  {
    return Append(sections, "macro_cells", std::as_bytes(std::span(codes)), false);
  }
  std::vector<std::byte> coded = EncodeBoundCodes(model.MacroCells.Dimensions, model.Array.Ranges.size(), codes);
  // The decoder takes zeros at the end for what it would read there anyway.
  coded.resize(std::max<std::size_t>(coded.size(), rawLength / MaximumRatio));
  Add(sections, "macro_cells", "range", coded, rawLength);
}

std::vector<float> DecodeMacroCells(const Model& model, std::span<const BoundCode> codes)
{
  std::vector<float> bounds;
  bounds.reserve(2 * codes.size());
  for (std::size_t i = 0; i < codes.size(); ++i)
  {
    const auto [low, high] = DecodeBounds(model.Array.Ranges[i % model.Array.Ranges.size()], codes[i]);
    bounds.insert(bounds.end(), { low, high });
  }
  return bounds;
}

/// The stored bytes of a section, once its entry has proved to be what the description implies.
std::span<const std::byte> Locate(const SectionEntry& entry, std::span<const std::byte> bytes, std::uint64_t rawLength)
{
  if (entry.RawLength != rawLength)
  {
    Fail(entry.Name,
      "has " + std::to_string(entry.RawLength) + " bytes where the header implies " + std::to_string(rawLength));
  }
  if (entry.Encoding == "raw" ? entry.Length != rawLength
                              : rawLength > MaximumRawLength || rawLength / MaximumRatio > entry.Length)
  {
    Fail(entry.Name, "cannot hold " + std::to_string(rawLength) + " bytes in " + std::to_string(entry.Length));
  }
  return bytes.subspan(entry.Offset, entry.Length);
}

/// Those of a section that says its length itself.
std::span<const std::byte> LocateRaw(const SectionEntry& entry, std::span<const std::byte> bytes)
{
  if (entry.Encoding != "raw")
  {
    Fail(entry.Name, "is not raw");
  }
  return Locate(entry, bytes, entry.Length);
}

template <typename Value>
std::vector<Value> Read(const SectionEntry& entry, std::span<const std::byte> bytes, std::size_t count)
{
  const std::span<const std::byte> stored = Locate(entry, bytes, std::uint64_t(count) * sizeof(Value));
  std::vector<Value> values(count);
  if (entry.Encoding == "raw")
  {
    std::memcpy(values.data(), stored.data(), stored.size());
  }
  else if (entry.Encoding != "zstd")
  {
    Fail(entry.Name, "has the unknown encoding '" + entry.Encoding + "'");
  }
  else if (!Decompress(stored, std::as_writable_bytes(std::span(values))))
  {
    Fail(entry.Name, "does not decompress to its stated length");
  }
  return values;
}

std::vector<BoundCode> ReadMacroCells(const SectionEntry& entry, std::span<const std::byte> bytes, const Model& model)
{
  const std::size_t components = model.Array.Ranges.size();
  const std::size_t count = model.MacroCells.GetCells() * components;
  if (entry.Encoding != "range")
  {
    return Read<BoundCode>(entry, bytes, count);
  }
  const std::span<const std::byte> stored = Locate(entry, bytes, std::uint64_t(count) * sizeof(BoundCode));
  std::vector<BoundCode> codes(count);
  DecodeBoundCodes(model.MacroCells.Dimensions, components, stored, codes);
  return codes;
}

void ReadSection(const SectionEntry& entry, std::span<const std::byte> bytes, Model& model)
{
  if (entry.Name == "parameters")
  {
    model.Parameters = Read<Half>(entry, bytes, MakeLayout(model.Network).Parameters);
  }
  else if (entry.Name == "macro_cells")
  {
    model.MacroCells.Bounds = DecodeMacroCells(model, ReadMacroCells(entry, bytes, model));
  }
  else if (entry.Name == "invalid")
  {
    model.Invalid = Read<std::uint8_t>(entry, bytes, (model.GetSamples() + 7) / 8);
  }
  else if (entry.Name == "residual" && model.Residual)
  {
    const std::array<int, 3> bricks = ResidualBricks(model.GetDimensions());
    const std::size_t count = std::size_t(bricks[0]) * std::size_t(bricks[1]) * std::size_t(bricks[2]);
    UnpackResidual(LocateRaw(entry, bytes), count, model.Array.Ranges.size(), *model.Residual);
  }
  else
  {
    Fail(entry.Name, "is unknown");
  }
}

/// Sections follow each other without gap or overlap, none twice.
void CheckTable(const std::vector<SectionEntry>& table, std::uint64_t length)
{
  std::uint64_t end = 0;
  for (const SectionEntry& entry : table)
  {
    if (entry.Offset != end || entry.Length > length - end)
    {
      Fail(entry.Name, "is not where the one before it ends, or leaves the file");
    }
    end += entry.Length;
    if (std::ranges::count(table, entry.Name, &SectionEntry::Name) != 1)
    {
      Fail(entry.Name, "is there twice");
    }
  }
  if (end != length)
  {
    throw std::runtime_error(std::to_string(length - end) + " bytes belong to no section");
  }
}

} // namespace

Sections WriteSections(const Model& model)
{
  Sections sections;
  Append(sections, "parameters", std::as_bytes(std::span(model.Parameters)), false);
  AppendMacroCells(sections, model);
  if (!model.Invalid.empty())
  {
    Append(sections, "invalid", std::as_bytes(std::span(model.Invalid)), true);
  }
  if (model.Residual)
  {
    Append(sections, "residual", PackResidual(*model.Residual), false);
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
    ReadSection(entry, bytes, model);
  }
}

} // namespace neuralvolume
