// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "model/Catalog.h"
#include "Models.h"
#include "model/Bytes.h"
#include "model/Coordinates.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <stdexcept>

using namespace neuralvolume;

namespace
{

Model ModelOf(const char* name, Association kind)
{
  Model model = models::MakeModel(models::TinyNetwork(), { 9, 4, 3 }, 0);
  model.Array.Name = name;
  model.Array.Kind = kind;
  models::AddMacroCells(model);
  return model;
}

std::vector<std::byte> Join(const std::vector<Model>& all)
{
  std::vector<std::byte> joined;
  for (const Model& model : all)
  {
    const std::vector<std::byte> bytes = Serialize(model);
    joined.insert(joined.end(), bytes.begin(), bytes.end());
  }
  return joined;
}

} // namespace

TEST_CASE("Each model is found by its array's name and association, and its bytes are its own")
{
  const std::vector<Model> all = { ModelOf("pressure", Association::Points), ModelOf("pressure", Association::Cells),
    ModelOf("velocity", Association::Points) };
  const std::vector<std::byte> bytes = Join(all);
  const std::vector<CatalogEntry> catalog = ReadCatalog(bytes);
  CHECK(NameArrays(catalog) == "point array \"pressure\", cell array \"pressure\", point array \"velocity\"");
  for (const Model& model : all)
  {
    const CatalogEntry* entry = FindModel(catalog, model.Array.Name, model.Array.Kind);
    REQUIRE(entry);
    CHECK(std::ranges::equal(entry->Bytes, Serialize(model)));
  }
  CHECK_FALSE(FindModel(catalog, "velocity", Association::Cells));
  CHECK_FALSE(FindModel(catalog, "", Association::Points));
}

TEST_CASE("A catalogue of damaged bytes is refused")
{
  std::vector<std::byte> bytes = Join({ ModelOf("a", Association::Points), ModelOf("b", Association::Points) });
  CHECK_THROWS_AS(ReadCatalog(std::span(bytes).first(bytes.size() - 1)), std::runtime_error);
  bytes[bytes.size() - 20] ^= std::byte(4);
  CHECK_THROWS_AS(ReadCatalog(bytes), std::runtime_error);
  CHECK_THROWS_AS(ReadCatalog({}), std::runtime_error);
}

TEST_CASE("A part lies on the points of the whole and not beyond them")
{
  const Geometry whole = { { -3, 5, 10, 13, 0, 2 }, { 1.5, -2.0, 1e6 }, { 0.1, 2.0, -3.0 },
    { 0.0, -1.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0 } };
  CHECK(IsPartOf(whole, whole));
  Geometry part = whole;
  part.Extent = { -3, 0, 11, 13, 1, 1 };
  CHECK(IsPartOf(part, whole));
  CHECK_FALSE(IsPartOf(whole, part));
  for (const auto& [change, isPart] : { std::pair(1e-6, true), std::pair(1e-3, false) })
  {
    Geometry moved = part;
    moved.Origin[0] += change;
    CHECK(IsPartOf(moved, whole) == isPart);
    Geometry stretched = part;
    stretched.Spacing[1] += change;
    CHECK(IsPartOf(stretched, whole) == isPart);
    Geometry turned = part;
    turned.Direction[2] += change;
    CHECK(IsPartOf(turned, whole) == isPart);
  }
}
