// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "model/BoundCoder.h"
#include "model/CoarseMacroCells.h"
#include "network/Random.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

using namespace neuralvolume;

namespace
{

/// Bounds without any order, a part of them empty.
BoundGrid MakeRandomGrid(const std::array<int, 3>& cells, std::size_t components, float empty, std::uint64_t seed)
{
  BoundGrid grid{ cells, components, {} };
  for (std::size_t i = 0; i < grid.GetCount(); ++i)
  {
    const auto [low, high] =
      std::minmax({ std::uint8_t(RandomBits(seed, 2 * i)), std::uint8_t(RandomBits(seed, 2 * i + 1)) });
    grid.Codes.push_back(RandomUnit(seed + 1, i) < empty ? EmptyBoundCode : BoundCode{ low, high });
  }
  return grid;
}

/// What a smooth bump takes over cells of a cube; beside its middle, so that no two rows are the same.
BoundGrid MakeBumpGrid(int cells)
{
  BoundGrid grid{ { cells, cells, cells }, 1, {} };
  const auto offset = [cells](std::size_t i, double middle) { return (double(i) + 0.5) / cells - middle; };
  for (std::size_t i = 0; i < grid.GetCount(); ++i)
  {
    const auto n = std::size_t(cells);
    const double radius = std::hypot(offset(i % n, 0.44), offset(i / n % n, 0.57), offset(i / n / n, 0.51));
    const auto value = [](double r) { return float(std::exp(-20.0 * r * r)); };
    const double half = std::sqrt(0.75) / cells;
    grid.Codes.push_back(EncodeNormalisedBounds(value(radius + half), value(std::max(radius - half, 0.0))));
  }
  return grid;
}

BoundGrid Unpack(std::span<const std::byte> bytes, const BoundGrid& like)
{
  BoundGrid grid{ like.Cells, like.Components, {} };
  UnpackBounds(bytes, grid);
  return grid;
}

bool Holds(BoundCode outer, BoundCode inner)
{
  return inner[0] > inner[1] || (outer[0] <= inner[0] && inner[1] <= outer[1]);
}

Model MakeModelOf(const BoundGrid& grid)
{
  Model model;
  model.Geometry.Extent = { 0, 8 * grid.Cells[0] - 1, 0, 8 * grid.Cells[1] - 1, 0, 8 * grid.Cells[2] - 1 };
  model.Array.Ranges.assign(grid.Components, { -2.0, 5.0 });
  model.MacroCells = { 8, grid.Cells, DecodeMacroCells(grid, model.Array.Ranges) };
  return model;
}

} // namespace

TEST_CASE("bound coder: grids come back, whatever is in them")
{
  for (const auto& cells : { std::array{ 1, 1, 1 }, { 17, 1, 1 }, { 5, 6, 7 }, { 30, 20, 10 } })
  {
    for (const float empty : { 0.0f, 0.3f, 1.0f })
    {
      const BoundGrid grid = MakeRandomGrid(cells, 1 + std::size_t(cells[0]) % 3, empty, 7);
      for (int step = 1; step <= MaximumBoundStep; step *= 2)
      {
        const BoundGrid rounded = RoundOutwards(grid, step);
        CHECK(Unpack(PackBounds(rounded), grid) == rounded);
      }
    }
  }
}

TEST_CASE("bound coder: what is empty, constant or smooth takes little")
{
  CHECK(PackBounds(MakeRandomGrid({ 40, 40, 40 }, 1, 1.0f, 1)).size() <= 8);
  BoundGrid constant = MakeRandomGrid({ 40, 40, 40 }, 2, 1.0f, 1);
  std::ranges::fill(constant.Codes, BoundCode{ 0, 3 });
  CHECK(PackBounds(constant).size() <= 24);
  const BoundGrid bump = MakeBumpGrid(24);
  const std::size_t size = PackBounds(bump).size();
  CHECK(8 * size < 2 * bump.Codes.size());
  CHECK(2 * PackBounds(RoundOutwards(bump, 16)).size() < size);
  CHECK(5 * PackBounds(UniteCells(bump, 2)).size() < 2 * size);
}

TEST_CASE("bound coder: damaged bytes give bounds or an error")
{
  const BoundGrid grid = MakeRandomGrid({ 9, 8, 7 }, 2, 0.1f, 3);
  const std::vector<std::byte> good = PackBounds(grid);
  std::size_t refused = 0;
  for (std::size_t i = 0; i < 8 * good.size(); ++i)
  {
    std::vector<std::byte> bytes = good;
    bytes[i / 8] ^= std::byte(1 << (i % 8));
    try
    {
      const BoundGrid other = Unpack(bytes, grid);
      CHECK(std::ranges::all_of(other.Codes, [](BoundCode c) { return c[0] <= c[1] || c == EmptyBoundCode; }));
    }
    catch (const std::runtime_error&)
    {
      ++refused;
    }
  }
  CHECK(refused > good.size());
  CHECK_THROWS_AS(Unpack(std::span(good).first(good.size() / 2), grid), std::runtime_error);
  CHECK_THROWS_AS(Unpack({}, grid), std::runtime_error);
}

TEST_CASE("bound coder: a grid that bytes cannot hold is not allocated")
{
  BoundGrid grid{ { 1 << 20, 1 << 10, 1 << 10 }, 16, {} };
  CHECK_THROWS_WITH_AS(
    UnpackBounds(std::vector<std::byte>(1000), grid), doctest::Contains("cannot hold"), std::runtime_error);
  CHECK(grid.Codes.capacity() == 0);
}

TEST_CASE("coarse macro cells: unions and rounded bounds hold what their parts hold")
{
  const BoundGrid grid = MakeRandomGrid({ 11, 6, 5 }, 2, 0.4f, 9);
  for (const int factor : { 2, 4, 8 })
  {
    const BoundGrid coarse = RoundOutwards(UniteCells(grid, factor), 16);
    CHECK(coarse.Cells == MacroCellDimensions(grid.Cells, factor));
    REQUIRE(coarse.Codes.size() == coarse.GetCount());
    std::vector<bool> empty(coarse.Codes.size(), true);
    for (std::size_t i = 0; i < grid.Codes.size(); ++i)
    {
      const std::size_t cell = i / 2;
      const std::size_t x = cell % 11 / std::size_t(factor);
      const std::size_t y = cell / 11 % 6 / std::size_t(factor);
      const std::size_t z = cell / 66 / std::size_t(factor);
      const std::size_t whole = 2 * ((z * std::size_t(coarse.Cells[1]) + y) * std::size_t(coarse.Cells[0]) + x) + i % 2;
      CHECK(Holds(coarse.Codes[whole], grid.Codes[i]));
      empty[whole] = empty[whole] && grid.Codes[i] == EmptyBoundCode;
    }
    for (std::size_t i = 0; i < empty.size(); ++i)
    {
      CHECK((coarse.Codes[i] == EmptyBoundCode) == empty[i]);
    }
  }
}

TEST_CASE("coarse macro cells: as fine as the budget lets them be, small cells first")
{
  const Model model = MakeModelOf(MakeBumpGrid(24));
  const auto sizeOf = [&](const MacroCells& cells)
  { return PackBounds(EncodeMacroCells(cells, model.Array.Ranges)).size(); };
  const std::size_t whole = sizeOf(model.MacroCells);
  CHECK(CoarsenMacroCells(model, whole) == model.MacroCells);
  const MacroCells rounded = CoarsenMacroCells(model, whole - 1);
  CHECK(rounded.CellSize == 8);
  CHECK(sizeOf(rounded) < whole);
  std::size_t last = whole;
  for (std::size_t budget = whole; budget > 16; budget = budget * 3 / 4)
  {
    const MacroCells cells = CoarsenMacroCells(model, budget);
    CHECK(sizeOf(cells) <= budget);
    CHECK(sizeOf(cells) <= last);
    CHECK(cells.Dimensions == MacroCellDimensions(model.GetDimensions(), cells.CellSize));
    last = sizeOf(cells);
  }
  const MacroCells coarsest = CoarsenMacroCells(model, 0);
  CHECK(coarsest.CellSize == MacroCells::MaximumCellSize);
  CHECK(coarsest.Dimensions == std::array{ 3, 3, 3 });
}
