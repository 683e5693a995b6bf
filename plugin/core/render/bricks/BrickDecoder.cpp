// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "render/bricks/BrickDecoder.h"

#include "render/bricks/Magnify.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace neuralvolume
{
namespace
{

/// The samples of a brick, as positions for the network.
struct BrickPositions
{
  std::vector<float> X, Y, Z;

  BrickPositions(const BrickLattice& lattice, const Index& brick)
  {
    const int edge = lattice.GetEdge();
    std::array<std::vector<float>, 3> axes;
    for (std::size_t axis = 0; axis < 3; ++axis)
    {
      for (int i = 0; i < edge; ++i)
      {
        const int sample = lattice.SampleOfVolume(axis, lattice.FirstSample(brick[axis]) + i);
        axes[axis].push_back((float(sample) + 0.5f) / float(lattice.Volume[axis]));
      }
    }
    ForEach({ 0, 0, 0 }, { edge, edge, edge },
      [&](const Index& at)
      {
        this->X.push_back(axes[0][std::size_t(at[0])]);
        this->Y.push_back(axes[1][std::size_t(at[1])]);
        this->Z.push_back(axes[2][std::size_t(at[2])]);
      });
  }
};

/// Of the samples at the corners of the cells of each block, and of as many around it as the margin has beside what
/// gradients need.
BlockRanges MeasureBlocks(const BrickLattice& lattice, const std::vector<std::uint16_t>& codes)
{
  constexpr int cells = 1 << BrickTable::BlockBits;
  const int edge = lattice.GetEdge();
  const int reach = std::max(lattice.Margin - 1, 0);
  const int before = lattice.Margin - reach;
  const int size = cells + 1 + 2 * reach;
  BlockRanges ranges;
  std::size_t block = 0;
  ForEach({ 0, 0, 0 }, { BrickTable::BlocksPerEdge, BrickTable::BlocksPerEdge, BrickTable::BlocksPerEdge },
    [&](const Index& at)
    {
      CodeRange range{ BrickDecoder::LargestShortCode, 0 };
      const Index first = Add(Multiply(at, { cells, cells, cells }), { before, before, before });
      ForEach(first, Add(first, { size, size, size }),
        [&](const Index& sample)
        {
          const std::uint16_t code = codes[FlatIndex(sample, { edge, edge, edge })] & BrickDecoder::LargestShortCode;
          range.Low = std::min(range.Low, code);
          range.High = std::max(range.High, code);
        });
      ranges[block++] = range;
    });
  return ranges;
}

} // namespace

BrickDecoder::BrickDecoder(const ScalarSource& source, int largestCode)
  : TheModel(*source.Model)
  , TheEvaluator(*source.Evaluator)
  , TheScalar(source)
  , Range(RangeOf(source))
  , LargestCode(largestCode)
{
}

ValueRange BrickDecoder::GetCellBounds(const BrickLattice& lattice, const Index& brick) const
{
  const MacroCells& cells = this->TheModel.MacroCells;
  if (cells.Bounds.empty())
  {
    return this->Range;
  }
  Index begin;
  Index end;
  for (std::size_t axis = 0; axis < 3; ++axis)
  {
    const int first = lattice.FirstSample(brick[axis]);
    begin[axis] = lattice.SampleOfVolume(axis, first) / cells.CellSize;
    end[axis] = lattice.SampleOfVolume(axis, first + lattice.GetEdge() - 1) / cells.CellSize + 1;
  }
  ValueRange bounds{ std::numeric_limits<double>::infinity(), -std::numeric_limits<double>::infinity() };
  ForEach(begin, end,
    [&](const Index& cell)
    {
      const std::size_t index = FlatIndex(cell, cells.Dimensions);
      const ValueRange range =
        this->TheScalar.FromBounds(cells.Bounds.data() + index * 2 * this->TheModel.Array.Ranges.size());
      bounds = { std::min(bounds.Minimum, range.Minimum), std::max(bounds.Maximum, range.Maximum) };
    });
  return bounds;
}

DecodedBrick BrickDecoder::Decode(const BrickLattice& lattice, const Index& brick) const
{
  return this->Complete(lattice, brick, this->Evaluate(lattice, brick));
}

DecodedBrick BrickDecoder::Magnify(const BrickLattice& lattice, const Index& brick, const BrickLattice& coarse,
  const std::vector<std::uint16_t>& coarseCodes) const
{
  std::vector<std::uint16_t> values = coarseCodes;
  for (std::uint16_t& code : values)
  {
    code &= LargestShortCode;
  }
  return this->Complete(lattice, brick, neuralvolume::Magnify(lattice, brick, coarse, values));
}

DecodedBrick BrickDecoder::Complete(
  const BrickLattice& lattice, const Index& brick, std::vector<std::uint16_t> codes) const
{
  if (!this->TheModel.Invalid.empty())
  {
    this->FlagInvalid(lattice, brick, codes);
  }
  DecodedBrick decoded{ std::move(codes), {} };
  decoded.Blocks = MeasureBlocks(lattice, decoded.Codes);
  return decoded;
}

std::vector<std::uint16_t> BrickDecoder::Evaluate(const BrickLattice& lattice, const Index& brick) const
{
  const BrickPositions positions(lattice, brick);
  const std::size_t samples = positions.X.size();
  const std::size_t outputs = std::size_t(this->TheEvaluator.GetOutputs());
  std::vector<float> values(samples * outputs);
  this->TheEvaluator.Evaluate({ positions.X.data(), positions.Y.data(), positions.Z.data() }, samples, values.data());
  const double span = this->Range.Maximum - this->Range.Minimum;
  const double codesPerUnit = span > 0.0 ? this->LargestCode / span : 0.0;
  std::vector<std::uint16_t> codes(samples);
  for (std::size_t i = 0; i < samples; ++i)
  {
    const double value = this->TheScalar.FromOutputs(values.data() + i * outputs);
    const double code = std::round((value - this->Range.Minimum) * codesPerUnit);
    codes[i] = code > 0.0 ? std::uint16_t(std::min(code, double(this->LargestCode))) : 0; // NaN is the minimum
  }
  return codes;
}

void BrickDecoder::FlagInvalid(const BrickLattice& lattice, const Index& brick, std::vector<std::uint16_t>& codes) const
{
  const int edge = lattice.GetEdge();
  ForEach({ 0, 0, 0 }, { edge, edge, edge },
    [&](const Index& at)
    {
      Index sample;
      for (std::size_t axis = 0; axis < 3; ++axis)
      {
        sample[axis] = lattice.SampleOfVolume(axis, lattice.FirstSample(brick[axis]) + at[axis]);
      }
      if (this->TheModel.IsInvalid(FlatIndex(sample, lattice.Volume)))
      {
        codes[FlatIndex(at, { edge, edge, edge })] |= InvalidFlag;
      }
    });
}

} // namespace neuralvolume
