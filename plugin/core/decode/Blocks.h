// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>

namespace neuralvolume
{

/// Along x, y, z.
using Index = std::array<int, 3>;

inline std::size_t FlatIndex(const Index& at, const Index& size)
{
  return (std::size_t(at[2]) * std::size_t(size[1]) + std::size_t(at[1])) * std::size_t(size[0]) + std::size_t(at[0]);
}

/// The inverse of FlatIndex.
inline Index IndexAt(std::size_t flat, const Index& size)
{
  const std::size_t row = flat / std::size_t(size[0]);
  return { int(flat % std::size_t(size[0])), int(row % std::size_t(size[1])), int(row / std::size_t(size[1])) };
}

inline std::size_t CountOf(const Index& size)
{
  return std::size_t(size[0]) * std::size_t(size[1]) * std::size_t(size[2]);
}

/// Calls function with each index of a box, x fastest.
template <typename Function>
void ForEach(const Index& begin, const Index& end, const Function& function)
{
  for (int k = begin[2]; k < end[2]; ++k)
  {
    for (int j = begin[1]; j < end[1]; ++j)
    {
      for (int i = begin[0]; i < end[0]; ++i)
      {
        function(Index{ i, j, k });
      }
    }
  }
}

inline Index Add(const Index& a, const Index& b)
{
  return { a[0] + b[0], a[1] + b[1], a[2] + b[2] };
}

inline Index Subtract(const Index& a, const Index& b)
{
  return { a[0] - b[0], a[1] - b[1], a[2] - b[2] };
}

inline Index Multiply(const Index& a, const Index& b)
{
  return { a[0] * b[0], a[1] * b[1], a[2] * b[2] };
}

/// Samples in blocks, the last ones cut off by the volume.
struct Blocks
{
  Index Samples;
  Index Size; ///< of a block

  Index Begin(const Index& block) const { return Multiply(block, this->Size); }

  Index End(const Index& block) const
  {
    const Index end = this->Begin({ block[0] + 1, block[1] + 1, block[2] + 1 });
    return { std::min(end[0], this->Samples[0]), std::min(end[1], this->Samples[1]),
      std::min(end[2], this->Samples[2]) };
  }

  Index GetCount() const
  {
    Index count;
    for (int axis = 0; axis < 3; ++axis)
    {
      count[axis] = (this->Samples[axis] + this->Size[axis] - 1) / this->Size[axis];
    }
    return count;
  }
};

} // namespace neuralvolume
