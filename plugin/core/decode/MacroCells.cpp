// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "decode/MacroCells.h"

#include "decode/Blocks.h"
#include "decode/Lattice.h"
#include "model/BoundCode.h"
#include "network/Layout.h"

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

constexpr int TileSamples = 128; ///< about so many samples along an edge are evaluated at a time
constexpr float Infinity = std::numeric_limits<float>::infinity();

/// Where the grid is finer than the samples, the network is evaluated as finely as the grid is, as long as that
/// takes no more positions than these; otherwise once a sample.
constexpr double RefinedPositions = 0x1p20;

/// In between the positions where it is evaluated, the network follows the trilinear interpolant of its
/// values there, which they bound, but for the kinks of its grids and of ReLU: a kink midway between two positions
/// stands out from them by half the second difference that it causes there. A kink that the nearest positions miss
/// has its like nearby, as entries of hash tables and neurons serve many places. So the margin is half the largest
/// sum over the axes of second differences in the cell and the 26 around it. On fitted and on random networks, with
/// half to four grid cells a sample and even with nearly all entries zero, 0.4 of that sum was the most ever needed.
constexpr float BendMargin = 0.5f;

/// Evaluators of different processors may differ by so much of the range.
constexpr float RoundingMargin = 1.0f / 1024.0f;

/// What the samples in a cell and next to it say about one component, normalised.
struct CellSummary
{
  float Low = Infinity;
  float High = -Infinity;
  float Bend = 0.0f; ///< largest sum over the axes of second differences of one sign
};

/// Positions per sample along each axis: odd, so that the sample itself is one.
Index Refinement(const NetworkConfig& config, const Index& samples)
{
  const double finest = MakeLayout(config).Levels[config.Levels - 1].Scale;
  Index refinement = { 1, 1, 1 };
  for (;;)
  {
    // Refine the coarsest axis further, until it is as fine as the grid or that costs too much.
    const Index positions = Multiply(samples, refinement);
    const auto axis = std::ranges::min_element(positions) - positions.begin();
    const double refined =
      double(positions[0]) * positions[1] * positions[2] / refinement[axis] * (refinement[axis] + 2);
    if (positions[axis] >= finest || refined > RefinedPositions)
    {
      return refinement;
    }
    refinement[axis] += 2;
  }
}

/// The network's values at the samples begin .. end - 1 and one further on each side: at the volume's faces that
/// one is the face itself, half a sample away.
class TileValues
{
public:
  TileValues(const Evaluator& evaluator, const Index& samples, const Index& begin, const Index& end)
    : Samples(samples)
    , Begin(begin)
    , Components(std::size_t(evaluator.GetOutputs()))
  {
    Lattice lattice;
    for (int axis = 0; axis < 3; ++axis)
    {
      for (int sample = begin[axis] - 1; sample <= end[axis]; ++sample)
      {
        lattice[axis].push_back(float(std::clamp((sample + 0.5) / samples[axis], 0.0, 1.0)));
      }
      this->Size[axis] = int(lattice[axis].size());
    }
    this->Strides[0] = this->Components;
    this->Strides[1] = this->Strides[0] * std::size_t(this->Size[0]);
    this->Strides[2] = this->Strides[1] * std::size_t(this->Size[1]);
    this->Values.resize(this->Strides[2] * std::size_t(this->Size[2]));
    EvaluateLattice(
      evaluator, lattice, [this](const LatticeBrick& brick, const float* values) { this->Take(brick, values); });
  }

  CellSummary Summarise(const Index& begin, const Index& end, std::size_t component) const
  {
    CellSummary summary;
    ForEach({ begin[0] - 1, begin[1] - 1, begin[2] - 1 }, { end[0] + 1, end[1] + 1, end[2] + 1 },
      [&](const Index& sample)
      {
        const float value = *this->At(sample, component);
        summary.Low = std::min(summary.Low, value);
        summary.High = std::max(summary.High, value);
      });
    ForEach(
      begin, end, [&](const Index& sample) { summary.Bend = std::max(summary.Bend, this->BendAt(sample, component)); });
    return summary;
  }

private:
  void Take(const LatticeBrick& brick, const float* values)
  {
    const std::size_t row = std::size_t(brick.Count[0]) * this->Components;
    for (int k = brick.First[2]; k < brick.First[2] + brick.Count[2]; ++k)
    {
      for (int j = brick.First[1]; j < brick.First[1] + brick.Count[1]; ++j, values += row)
      {
        std::copy_n(values, row, &this->Values[FlatIndex({ brick.First[0], j, k }, this->Size) * this->Components]);
      }
    }
  }

  const float* At(const Index& sample, std::size_t component) const
  {
    const Index at = { sample[0] - this->Begin[0] + 1, sample[1] - this->Begin[1] + 1, sample[2] - this->Begin[2] + 1 };
    return &this->Values[FlatIndex(at, this->Size) * this->Components + component];
  }

  /// Infinite where the network is not finite.
  float BendAt(const Index& sample, std::size_t component) const
  {
    const float* value = this->At(sample, component);
    float up = 0.0f;
    float down = 0.0f;
    for (int axis = 0; axis < 3; ++axis)
    {
      const float before = (*value - *(value - this->Strides[axis])) * (sample[axis] == 0 ? 2.0f : 1.0f);
      const float after =
        (*(value + this->Strides[axis]) - *value) * (sample[axis] + 1 == this->Samples[axis] ? 2.0f : 1.0f);
      up += std::max(after - before, 0.0f);
      down += std::max(before - after, 0.0f);
    }
    const float bend = std::max(up, down);
    return std::isfinite(bend) ? bend : Infinity;
  }

  Index Samples;
  Index Begin;
  Index Size;
  std::size_t Components;
  std::array<std::size_t, 3> Strides;
  std::vector<float> Values;
};

/// [cell][component]
std::vector<CellSummary> SummariseCells(const Evaluator& evaluator, const Blocks& blocks)
{
  const auto components = std::size_t(evaluator.GetOutputs());
  const Index cells = blocks.GetCount();
  std::vector<CellSummary> summaries(FlatIndex({ 0, 0, cells[2] }, cells) * components);
  Blocks tiles{ cells, {} };
  std::ranges::transform(blocks.Size, tiles.Size.begin(), [](int size) { return std::max(1, TileSamples / size); });
  ForEach({ 0, 0, 0 }, tiles.GetCount(),
    [&](const Index& tile)
    {
      const Index first = tiles.Begin(tile);
      const Index end = tiles.End(tile);
      const TileValues values(
        evaluator, blocks.Samples, blocks.Begin(first), blocks.End({ end[0] - 1, end[1] - 1, end[2] - 1 }));
      tbb::parallel_for(first[2], end[2],
        [&](int z)
        {
          ForEach({ first[0], first[1], z }, { end[0], end[1], z + 1 },
            [&](const Index& cell)
            {
              for (std::size_t c = 0; c < components; ++c)
              {
                summaries[FlatIndex(cell, cells) * components + c] =
                  values.Summarise(blocks.Begin(cell), blocks.End(cell), c);
              }
            });
        });
    });
  return summaries;
}

bool HasValidSample(const Model& model, const Blocks& blocks, const Index& cell)
{
  bool valid = model.Invalid.empty();
  if (!valid)
  {
    ForEach(blocks.Begin(cell), blocks.End(cell),
      [&](const Index& sample) { valid = valid || !model.IsInvalid(FlatIndex(sample, blocks.Samples)); });
  }
  return valid;
}

BoundCode BoundsOfCell(const std::vector<CellSummary>& summaries, const Index& cells, const Index& cell,
  std::size_t components, std::size_t c)
{
  Index begin, end;
  for (int axis = 0; axis < 3; ++axis)
  {
    begin[axis] = std::max(cell[axis] - 1, 0);
    end[axis] = std::min(cell[axis] + 2, cells[axis]);
  }
  float bend = 0.0f;
  ForEach(begin, end,
    [&](const Index& neighbour)
    { bend = std::max(bend, summaries[FlatIndex(neighbour, cells) * components + c].Bend); });
  const CellSummary& summary = summaries[FlatIndex(cell, cells) * components + c];
  const float margin = BendMargin * bend + RoundingMargin;
  return std::isfinite(margin) ? EncodeNormalisedBounds(summary.Low - margin, summary.High + margin)
                               : EncodeNormalisedBounds(0.0f, 1.0f);
}

} // namespace

MacroCells ComputeMacroCells(const Model& model, const Evaluator& evaluator, int cellSize)
{
  if (cellSize < 1 || cellSize > MacroCells::MaximumCellSize)
  {
    throw std::invalid_argument("macro cells cannot have " + std::to_string(cellSize) +
                                " samples along an edge; give 1 to " + std::to_string(MacroCells::MaximumCellSize));
  }
  const Blocks blocks{ model.GetDimensions(), { cellSize, cellSize, cellSize } };
  const Index refinement = Refinement(model.Network, blocks.Samples);
  const std::vector<CellSummary> summaries =
    SummariseCells(evaluator, { Multiply(blocks.Samples, refinement), Multiply(blocks.Size, refinement) });
  const std::size_t components = model.Array.Ranges.size();
  MacroCells cells;
  cells.CellSize = cellSize;
  cells.Dimensions = blocks.GetCount();
  cells.Bounds.resize(cells.GetCells() * components * 2);
  tbb::parallel_for(0, cells.Dimensions[2],
    [&](int z)
    {
      ForEach({ 0, 0, z }, { cells.Dimensions[0], cells.Dimensions[1], z + 1 },
        [&](const Index& cell)
        {
          const bool empty = !HasValidSample(model, blocks, cell);
          for (std::size_t c = 0; c < components; ++c)
          {
            const BoundCode code =
              empty ? EmptyBoundCode : BoundsOfCell(summaries, cells.Dimensions, cell, components, c);
            const std::array<float, 2> bounds = DecodeBounds(model.Array.Ranges[c], code);
            std::copy_n(bounds.begin(), 2, &cells.Bounds[(FlatIndex(cell, cells.Dimensions) * components + c) * 2]);
          }
        });
    });
  return cells;
}

} // namespace neuralvolume
