// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "model/Model.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

/// The bulky parts of a model, each encoded on its own.
namespace neuralvolume
{

/// How a section is encoded, and its bytes in the file. Sections lie one after the other.
struct SectionEntry
{
  std::string Name;
  std::string Encoding; ///< "raw", "zstd" or "range"
  std::uint64_t Length = 0;
};

struct Sections
{
  std::vector<SectionEntry> Table;
  std::vector<std::byte> Bytes;
};

Sections WriteSections(const Model& model);

/// Fills in parameters, macro cells' bounds and mask of a model whose description is complete.
/// Throws std::runtime_error where table and bytes are not what that description implies.
void ReadSections(const std::vector<SectionEntry>& table, std::span<const std::byte> bytes, Model& model);

} // namespace neuralvolume
