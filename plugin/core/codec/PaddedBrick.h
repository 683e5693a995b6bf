// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace neuralvolume
{

inline constexpr int Neighbours = 24;

/// Where the samples lie from which one is predicted: all of them before it, x fastest. Those of the 3 x 3 x 3
/// neighbourhood that come first in each list of three are the nearest.
inline constexpr std::array<std::array<int, 3>, Neighbours> NeighbourOffsets = { { { -1, 0, 0 }, { 0, -1, 0 },
  { 0, 0, -1 }, { -1, -1, 0 }, { 1, -1, 0 }, { -1, 0, -1 }, { 1, 0, -1 }, { 0, -1, -1 }, { 0, 1, -1 }, { -1, -1, -1 },
  { 1, -1, -1 }, { -1, 1, -1 }, { 1, 1, -1 }, { -2, 0, 0 }, { 0, -2, 0 }, { 0, 0, -2 }, { -2, -1, 0 }, { 2, -1, 0 },
  { 0, 2, -1 }, { 0, -2, -1 }, { -2, 0, -1 }, { 2, 0, -1 }, { -1, -2, 0 }, { 1, -2, 0 } } };

/// A sample as it was coded.
struct CodedSample
{
  std::int32_t Value = 0;  ///< as it is decoded
  std::int32_t Symbol = 0; ///< steps between its prediction and its value
};

/// A brick's samples in a frame that stands for what lies outside, so that all neighbours are always there.
class PaddedBrick
{
public:
  explicit PaddedBrick(const std::array<int, 3>& size)
    : Size(size)
    , Row(size[0] + 2 * Pad)
    , Plane(this->Row * (size[1] + 2 * Pad))
    , Samples(std::size_t(this->Plane) * std::size_t(size[2] + Pad))
  {
    for (int i = 0; i < Neighbours; ++i)
    {
      const auto [x, y, z] = NeighbourOffsets[i];
      this->Offsets[i] = x + y * this->Row + z * this->Plane;
    }
  }

  /// Calls code(index, sample) for each sample, x fastest; sample[GetOffsets()[i]] is its i-th neighbour.
  template <typename Code>
  void Visit(const Code& code)
  {
    std::size_t index = 0;
    for (int z = 0; z < this->Size[2]; ++z)
    {
      for (int y = 0; y < this->Size[1]; ++y)
      {
        CodedSample* row = this->BeginRow(y, z);
        for (int x = 0; x < this->Size[0]; ++x)
        {
          code(index++, row + x);
        }
        this->EndRow(row, y);
      }
    }
  }

  const std::array<std::ptrdiff_t, Neighbours>& GetOffsets() const { return this->Offsets; }

private:
  static constexpr int Pad = 2;

  CodedSample* At(int x, int y, int z)
  {
    return this->Samples.data() + ((z + Pad) * this->Plane + (y + Pad) * this->Row + x + Pad);
  }

  void CopyRow(int fromY, int fromZ, int toY, int toZ)
  {
    std::copy_n(this->At(-Pad, fromY, fromZ), this->Row, this->At(-Pad, toY, toZ));
  }

  /// Fills the frame before a row with what was coded next to it.
  CodedSample* BeginRow(int y, int z)
  {
    if (z == 0)
    {
      for (int below = y; below <= y + Pad; ++below)
      {
        this->CopyRow(y - 1, 0, below, -1);
        this->CopyRow(y - 1, 0, below, -2);
      }
    }
    else if (y == 0)
    {
      this->CopyRow(0, z - 1, -1, z);
      this->CopyRow(0, z - 1, -2, z);
      if (z == 1)
      {
        std::copy_n(this->At(-Pad, -Pad, 0), this->Plane, this->At(-Pad, -Pad, -1));
      }
    }
    CodedSample* row = this->At(0, y, z);
    row[-1] = row[-2] = row[-this->Row];
    return row;
  }

  /// Fills the frame behind a row with its last sample and, behind the last row of a plane, with that.
  void EndRow(CodedSample* row, int y)
  {
    row[this->Size[0]] = row[this->Size[0] + 1] = row[this->Size[0] - 1];
    if (y == this->Size[1] - 1)
    {
      std::copy_n(row - Pad, this->Row, row - Pad + this->Row);
      std::copy_n(row - Pad, this->Row, row - Pad + 2 * this->Row);
    }
  }

  std::array<int, 3> Size;
  std::ptrdiff_t Row;
  std::ptrdiff_t Plane;
  std::vector<CodedSample> Samples;
  std::array<std::ptrdiff_t, Neighbours> Offsets;
};

} // namespace neuralvolume
