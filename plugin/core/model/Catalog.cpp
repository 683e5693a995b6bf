// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "model/Catalog.h"

#include "model/Bytes.h"

#include <algorithm>

namespace neuralvolume
{

std::vector<CatalogEntry> ReadCatalog(std::span<const std::byte> bytes)
{
  std::vector<CatalogEntry> catalog;
  for (const std::span<const std::byte> model : SplitModels(bytes))
  {
    catalog.push_back({ Describe(model).Array, model });
  }
  return catalog;
}

const CatalogEntry* FindModel(const std::vector<CatalogEntry>& catalog, std::string_view name, Association kind)
{
  const auto found = std::ranges::find_if(
    catalog, [&](const CatalogEntry& entry) { return entry.Array.Name == name && entry.Array.Kind == kind; });
  return found == catalog.end() ? nullptr : &*found;
}

std::string NameArray(std::string_view name, Association kind)
{
  return std::string(kind == Association::Cells ? "cell" : "point") + " array \"" + std::string(name) + '"';
}

std::string NameArrays(const std::vector<CatalogEntry>& catalog)
{
  std::string text;
  for (const CatalogEntry& entry : catalog)
  {
    text += (text.empty() ? "" : ", ") + NameArray(entry.Array.Name, entry.Array.Kind);
  }
  return text;
}

} // namespace neuralvolume
