// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "decode/MacroCells.h"

#include "decode/Lattice.h"
#include "model/BoundCode.h"

#include <tbb/parallel_for.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <string>
#include <vector>

namespace neuralvolume
{
namespace
{

constexpr int TileSamples = 96; ///< about so many samples along an edge of what is evaluated at a time
constexpr float SlopeMargin = 0.5f;
constexpr float RoundingMargin = 1.0f / 1024.0f;

/// The macro cells of a tile, and the samples around them: those in them and the next one outside on each side.
struct Tile
{
  std::array<int, 3> FirstCell;
  std::array<int, 3> Cells;
  std::array<int, 3> FirstSample;
  Lattice Samples;
};

Tile MakeTile(const std::array<int, 3>& dimensions, int cellSize, const std::array<int, 3>& firstCell, int cells)
{
  Tile tile;
  tile.FirstCell = firstCell;
  const std::array<int, 3> all = MacroCellDimensions(dimensions, cellSize);
  for (int axis = 0; axis < 3; ++axis)
  {
    tile.Cells[axis] = std::min(cells, all[axis] - firstCell[axis]);
    tile.FirstSample[axis] = firstCell[axis] * cellSize - 1;
    const int end = std::min((firstCell[axis] + tile.Cells[axis]) * cellSize, dimensions[axis]) + 1;
    for (int sample = tile.FirstSample[axis]; sample < end; ++sample)
    {
      tile.Samples[axis].push_back(float(std::clamp((sample + 0.5) / dimensions[axis], 0.0, 1.0)));
    }
  }
  return tile;
}

class TileValues
{
public:
  TileValues(const Evaluator& evaluator, const Lattice& lattice)
    : Components(std::size_t(evaluator.GetOutputs()))
  {
    for (int axis = 0; axis < 3; ++axis)
    {
      this->Size[axis] = lattice[axis].size();
    }
    this->Values.resize(this->Size[0] * this->Size[1] * this->Size[2] * this->Components);
    EvaluateLattice(evaluator, lattice,
      [this](const LatticeBrick& brick, const float* values)
      {
        const std::size_t row = std::size_t(brick.Count[0]) * this->Components;
        for (int k = 0; k < brick.Count[2]; ++k)
        {
          for (int j = 0; j < brick.Count[1]; ++j, values += row)
          {
            std::copy_n(values, row, &this->At({ brick.First[0], brick.First[1] + j, brick.First[2] + k }, 0));
          }
        }
      });
  }

  float& At(const std::array<int, 3>& at, int component)
  {
    return this->Values[((std::size_t(at[2]) * this->Size[1] + at[1]) * this->Size[0] + at[0]) * this->Components +
                        std::size_t(component)];
  }

  const std::array<std::size_t, 3>& GetSize() const { return this->Size; }

private:
  std::size_t Components;
  std::array<std::size_t, 3> Size;
  std::vector<float> Values;
};

BoundCode BoundsOfCell(
  TileValues& values, const std::array<int, 3>& begin, const std::array<int, 3>& end, int component)
{
  float low = std::numeric_limits<float>::infinity();
  float high = -low;
  float steps[3] = { 0.0f, 0.0f, 0.0f };
  bool finite = true;
  std::array<int, 3> at;
  for (at[2] = begin[2]; at[2] < end[2]; ++at[2])
  {
    for (at[1] = begin[1]; at[1] < end[1]; ++at[1])
    {
      for (at[0] = begin[0]; at[0] < end[0]; ++at[0])
      {
        const float value = values.At(at, component);
        finite = finite && std::isfinite(value);
        low = std::min(low, value);
        high = std::max(high, value);
        for (int axis = 0; axis < 3; ++axis)
        {
          std::array<int, 3> next = at;
          ++next[axis];
          if (next[axis] < end[axis])
          {
            steps[axis] = std::max(steps[axis], std::abs(values.At(next, component) - value));
          }
        }
      }
    }
  }
  if (!finite)
  {
    return { 0, 255 };
  }
  const float margin = SlopeMargin * (steps[0] + steps[1] + steps[2]) + RoundingMargin;
  return EncodeNormalisedBounds(low - margin, high + margin);
}

bool IsEmpty(const Model& model, const std::array<int, 3>& cell, int cellSize)
{
  const std::array<int, 3> dimensions = model.GetDimensions();
  std::array<int, 3> at;
  for (at[2] = cell[2] * cellSize; at[2] < std::min((cell[2] + 1) * cellSize, dimensions[2]); ++at[2])
  {
    for (at[1] = cell[1] * cellSize; at[1] < std::min((cell[1] + 1) * cellSize, dimensions[1]); ++at[1])
    {
      for (at[0] = cell[0] * cellSize; at[0] < std::min((cell[0] + 1) * cellSize, dimensions[0]); ++at[0])
      {
        if (!model.IsInvalid((std::size_t(at[2]) * dimensions[1] + at[1]) * dimensions[0] + at[0]))
        {
          return false;
        }
      }
    }
  }
  return true;
}

} // namespace

MacroCells ComputeMacroCells(const Model& model, const Evaluator& evaluator, int cellSize)
{
  if (cellSize < 1)
  {
    throw std::invalid_argument("macro cells cannot have " + std::to_string(cellSize) + " samples along an edge");
  }
  const int components = model.Array.GetComponents();
  MacroCells cells;
  cells.CellSize = cellSize;
  cells.Dimensions = MacroCellDimensions(model.GetDimensions(), cellSize);
  cells.Bounds.resize(cells.GetCells() * std::size_t(components) * 2);
  const int tileCells = std::max(1, TileSamples / cellSize);
  for (int z = 0; z < cells.Dimensions[2]; z += tileCells)
  {
    for (int y = 0; y < cells.Dimensions[1]; y += tileCells)
    {
      for (int x = 0; x < cells.Dimensions[0]; x += tileCells)
      {
        const Tile tile = MakeTile(model.GetDimensions(), cellSize, { x, y, z }, tileCells);
        TileValues values(evaluator, tile.Samples);
        tbb::parallel_for(0, tile.Cells[0] * tile.Cells[1] * tile.Cells[2],
          [&](int index)
          {
            const std::array<int, 3> local = { index % tile.Cells[0], index / tile.Cells[0] % tile.Cells[1],
              index / tile.Cells[0] / tile.Cells[1] };
            std::array<int, 3> cell, begin, end;
            for (int axis = 0; axis < 3; ++axis)
            {
              cell[axis] = tile.FirstCell[axis] + local[axis];
              begin[axis] = local[axis] * cellSize;
              end[axis] = std::min(begin[axis] + cellSize + 2, int(tile.Samples[axis].size()));
            }
            const bool empty = IsEmpty(model, cell, cellSize);
            const std::size_t flat =
              (std::size_t(cell[2]) * cells.Dimensions[1] + cell[1]) * cells.Dimensions[0] + cell[0];
            for (int c = 0; c < components; ++c)
            {
              const BoundCode code = empty ? EmptyBoundCode : BoundsOfCell(values, begin, end, c);
              const auto bounds = DecodeBounds(model.Array.Ranges[c], code);
              std::copy(bounds.begin(), bounds.end(), cells.Bounds.begin() + std::ptrdiff_t(flat * components + c) * 2);
            }
          });
      }
    }
  }
  return cells;
}

} // namespace neuralvolume
