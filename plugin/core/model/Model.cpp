// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "model/Model.h"

#include <algorithm>
#include <cmath>

namespace neuralvolume
{
namespace
{

std::size_t Product(const std::array<int, 3>& counts)
{
  return std::size_t(counts[0]) * std::size_t(counts[1]) * std::size_t(counts[2]);
}

} // namespace

std::size_t MacroCells::GetCells() const
{
  return Product(this->Dimensions);
}

std::array<int, 3> MacroCellDimensions(const std::array<int, 3>& samples, int cellSize)
{
  std::array<int, 3> cells;
  std::ranges::transform(samples, cells.begin(), [cellSize](int count) { return (count + cellSize - 1) / cellSize; });
  return cells;
}

ValueRange ArrayInfo::GetDecodedNorm() const
{
  double squares = 0.0;
  for (const ValueRange& range : this->GetDecodedRanges())
  {
    const double largest = std::max(std::abs(range.Minimum), std::abs(range.Maximum));
    squares += largest * largest;
  }
  return this->Decoded.Norm.value_or(ValueRange{ 0.0, std::sqrt(squares) });
}

std::array<int, 3> Model::GetDimensions() const
{
  std::array<int, 3> dimensions;
  for (int axis = 0; axis < 3; ++axis)
  {
    const int intervals = this->Geometry.Extent[2 * axis + 1] - this->Geometry.Extent[2 * axis];
    dimensions[axis] = this->Array.Kind == Association::Cells ? std::max(intervals, 1) : intervals + 1;
  }
  return dimensions;
}

std::size_t Model::GetSamples() const
{
  return Product(this->GetDimensions());
}

std::uint64_t Model::GetValueBytes() const
{
  return std::uint64_t(this->GetSamples()) * this->Array.Ranges.size() * SizeOf(this->Array.Type);
}

} // namespace neuralvolume
