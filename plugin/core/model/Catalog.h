// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "model/Model.h"

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// Which models lie end to end in a byte string, and where.
namespace neuralvolume
{

struct CatalogEntry
{
  ArrayInfo Array;
  std::span<const std::byte> Bytes; ///< of this model alone
};

/// Reads headers, not parameters. Throws std::runtime_error as Deserialize does.
std::vector<CatalogEntry> ReadCatalog(std::span<const std::byte> bytes);

/// The first model of an array; null where there is none.
const CatalogEntry* FindModel(const std::vector<CatalogEntry>& catalog, std::string_view name, Association kind);

/// For messages: 'point array "pressure"'.
std::string NameArray(std::string_view name, Association kind);

/// For messages: the arrays of all models, one after the other.
std::string NameArrays(const std::vector<CatalogEntry>& catalog);

} // namespace neuralvolume
