// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "model/Parts.h"

#include "model/Frame.h"
#include "model/Header.h"
#include "network/Half.h"
#include "network/Layout.h"

namespace neuralvolume
{
namespace
{

void AddParameters(std::vector<Part>& parts, const NetworkConfig& network)
{
  const Layout layout = MakeLayout(network);
  parts.push_back({ "mlp", layout.GridOffset * sizeof(Half) });
  for (int level = 0; level < network.Levels; ++level)
  {
    const std::uint64_t values = std::uint64_t(layout.Levels[level].Entries) * network.FeaturesPerLevel;
    parts.push_back({ "level " + std::to_string(level), values * sizeof(Half) });
  }
}

} // namespace

std::vector<Part> PartsOf(std::span<const std::byte> bytes)
{
  const Frame frame = ReadFrame(bytes);
  const Header header = ReadHeader(frame.Header, frame.Version);
  std::vector<Part> parts = { { "header", frame.HeaderBytes } };
  for (const SectionEntry& section : header.Table)
  {
    if (section.Name == "parameters")
    {
      AddParameters(parts, header.Description.Network);
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
