// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "model/Parts.h"

#include "codec/ParameterCodec.h"
#include "model/Frame.h"
#include "model/Header.h"
#include "network/Half.h"
#include "network/Layout.h"

#include <algorithm>

namespace neuralvolume
{
namespace
{

/// Bytes of the MLP, then of each level.
std::vector<std::uint64_t> SizesOf(
  const NetworkConfig& network, const SectionEntry& section, std::span<const std::byte> stored)
{
  const Layout layout = MakeLayout(network);
  if (section.Encoding == "range")
  {
    return SizesOfParameters(layout, stored);
  }
  std::vector<std::uint64_t> sizes = { layout.GridOffset * sizeof(Half) };
  for (int level = 0; level < network.Levels; ++level)
  {
    sizes.push_back(std::uint64_t(layout.Levels[level].Entries) * network.FeaturesPerLevel * sizeof(Half));
  }
  return sizes;
}

void AddParameters(std::vector<Part>& parts, const std::vector<std::uint64_t>& sizes)
{
  parts.push_back({ "mlp", sizes[0] });
  for (std::size_t level = 0; level + 1 < sizes.size(); ++level)
  {
    parts.push_back({ "level " + std::to_string(level), sizes[level + 1] });
  }
}

} // namespace

std::vector<Part> PartsOf(std::span<const std::byte> bytes)
{
  const Frame frame = ReadFrame(bytes);
  const Header header = ReadHeader(frame.Header, frame.Version);
  std::vector<Part> parts = { { "header", frame.HeaderBytes } };
  std::span<const std::byte> rest = frame.Sections;
  for (const SectionEntry& section : header.Table)
  {
    const std::span<const std::byte> stored = rest.first(std::min<std::uint64_t>(section.Length, rest.size()));
    rest = rest.subspan(stored.size());
    if (section.Name == "parameters")
    {
      AddParameters(parts, SizesOf(header.Description.Network, section, stored));
    }
    else
    {
      parts.push_back({ section.Name, section.Length });
    }
  }
  parts.push_back({ "checksum", frame.ChecksumBytes });
  return parts;
}

} // namespace neuralvolume
