// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "model/BoundGrid.h"

#include <algorithm>

namespace neuralvolume
{

std::size_t BoundGrid::GetCount() const
{
  return std::size_t(this->Cells[0]) * std::size_t(this->Cells[1]) * std::size_t(this->Cells[2]) * this->Components;
}

BoundGrid RoundOutwards(const BoundGrid& grid, int step)
{
  BoundGrid rounded = grid;
  std::ranges::transform(
    grid.Codes, rounded.Codes.begin(), [step](BoundCode code) { return RoundOutwards(code, step); });
  return rounded;
}

BoundGrid UniteCells(const BoundGrid& grid, int factor)
{
  BoundGrid united{ MacroCellDimensions(grid.Cells, factor), grid.Components, {} };
  united.Codes.assign(united.GetCount(), EmptyBoundCode);
  const BoundCode* code = grid.Codes.data();
  for (int z = 0; z < grid.Cells[2]; ++z)
  {
    for (int y = 0; y < grid.Cells[1]; ++y)
    {
      const int row = (z / factor * united.Cells[1] + y / factor) * united.Cells[0];
      for (int x = 0; x < grid.Cells[0]; ++x)
      {
        BoundCode* whole = &united.Codes[std::size_t(row + x / factor) * grid.Components];
        for (std::size_t c = 0; c < grid.Components; ++c, ++code, ++whole)
        {
          *whole = { std::min((*whole)[0], (*code)[0]), std::max((*whole)[1], (*code)[1]) };
        }
      }
    }
  }
  return united;
}

BoundGrid EncodeMacroCells(const MacroCells& cells, std::span<const ValueRange> ranges)
{
  BoundGrid grid{ cells.Dimensions, ranges.size(), std::vector<BoundCode>(cells.Bounds.size() / 2) };
  for (std::size_t i = 0; i < grid.Codes.size(); ++i)
  {
    grid.Codes[i] = EncodeBounds(ranges[i % ranges.size()], cells.Bounds[2 * i], cells.Bounds[2 * i + 1]);
  }
  return grid;
}

std::vector<float> DecodeMacroCells(const BoundGrid& grid, std::span<const ValueRange> ranges)
{
  std::vector<float> bounds;
  bounds.reserve(2 * grid.Codes.size());
  for (std::size_t i = 0; i < grid.Codes.size(); ++i)
  {
    const auto [low, high] = DecodeBounds(ranges[i % ranges.size()], grid.Codes[i]);
    bounds.insert(bounds.end(), { low, high });
  }
  return bounds;
}

} // namespace neuralvolume
