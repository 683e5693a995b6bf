// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "decode/Lattice.h"

#include <tbb/blocked_range.h>
#include <tbb/parallel_for.h>

#include <algorithm>

namespace neuralvolume
{
namespace
{

/// Few enough positions to stay in the first caches with their values, near enough to each other to share
/// cache lines of the hash grid.
constexpr std::array<int, 3> BrickSize = { 32, 8, 8 };
constexpr std::size_t BrickPositions = 32 * 8 * 8;

/// The positions of one brick.
class Scratch
{
public:
  Scratch(const Lattice& lattice, const LatticeBrick& brick)
  {
    const auto [x, y, z] = brick.First;
    for (int k = z; k < z + brick.Count[2]; ++k)
    {
      for (int j = y; j < y + brick.Count[1]; ++j)
      {
        std::copy_n(lattice[0].begin() + x, brick.Count[0], this->X + this->Size);
        std::fill_n(this->Y + this->Size, brick.Count[0], lattice[1][j]);
        std::fill_n(this->Z + this->Size, brick.Count[0], lattice[2][k]);
        this->Size += std::size_t(brick.Count[0]);
      }
    }
  }

  Positions GetPositions() const { return { this->X, this->Y, this->Z }; }
  std::size_t GetSize() const { return this->Size; }

private:
  float X[BrickPositions];
  float Y[BrickPositions];
  float Z[BrickPositions];
  std::size_t Size = 0;
};

std::array<int, 3> BricksOf(const Lattice& lattice)
{
  std::array<int, 3> bricks;
  for (int axis = 0; axis < 3; ++axis)
  {
    bricks[axis] = (int(lattice[axis].size()) + BrickSize[axis] - 1) / BrickSize[axis];
  }
  return bricks;
}

LatticeBrick MakeBrick(const Lattice& lattice, const std::array<int, 3>& bricks, std::size_t index)
{
  const std::size_t row = index / bricks[0];
  const std::array<int, 3> at = { int(index % bricks[0]), int(row % bricks[1]), int(row / bricks[1]) };
  LatticeBrick brick;
  for (int axis = 0; axis < 3; ++axis)
  {
    brick.First[axis] = at[axis] * BrickSize[axis];
    brick.Count[axis] = std::min(BrickSize[axis], int(lattice[axis].size()) - brick.First[axis]);
  }
  return brick;
}

} // namespace

void EvaluateLattice(const Evaluator& evaluator, const Lattice& lattice, const LatticeSink& sink)
{
  const std::array<int, 3> bricks = BricksOf(lattice);
  const std::size_t count = std::size_t(bricks[0]) * bricks[1] * bricks[2];
  tbb::parallel_for(tbb::blocked_range<std::size_t>(0, count),
    [&](const tbb::blocked_range<std::size_t>& range)
    {
      std::vector<float> values(BrickPositions * std::size_t(evaluator.GetOutputs()));
      for (std::size_t index = range.begin(); index < range.end(); ++index)
      {
        const LatticeBrick brick = MakeBrick(lattice, bricks, index);
        const Scratch scratch(lattice, brick);
        evaluator.Evaluate(scratch.GetPositions(), scratch.GetSize(), values.data());
        sink(brick, values.data());
      }
    });
}

} // namespace neuralvolume
