// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "cpu/Bf16Tile.h"

#include <type_traits>

namespace neuralvolume::cpu::bf16
{

/// Products of a tile's matrices by AVX512_BF16's dot products of pairs.
struct DotEngine
{
  /// Calls finish(block, row, column) with each block of left x right: left's rows [Tile x depth], right in pairs
  /// of rows [depth x columns].
  template <typename Finish>
  NV_TARGET static void Multiply(
    const TileMatrix& left, std::size_t depth, const Bf16* right, std::size_t columns, const Finish& finish);

  /// sums[rows x columns] += transpose(left) x right, over the samples of a tile.
  NV_TARGET static void AccumulateOuter(
    const TileMatrix& left, std::size_t rows, const TileMatrix& right, std::size_t columns, float* sums);
};

/// Adds RowBlock rows of left times a strip of right [pairs x columns x 2]. step and stride are the
/// distances in left from pair to pair and from row to row.
template <int Vectors>
NV_INLINE void AddProduct(const Bf16* left, std::size_t stride, std::size_t step, const Bf16* right,
  std::size_t columns, std::size_t pairs, Block<Vectors>& block)
{
  for (std::size_t pair = 0; pair < pairs; ++pair)
  {
    __m512bh r[Vectors];
    for (int v = 0; v < Vectors; ++v)
    {
      r[v] = (__m512bh)_mm512_loadu_si512(right + (pair * columns + v * Lanes) * 2);
    }
    for (int row = 0; row < RowBlock; ++row)
    {
      const __m512bh l = BroadcastPair(left + row * stride + pair * step);
      for (int v = 0; v < Vectors; ++v)
      {
        block.Sums[row][v] = _mm512_dpbf16_ps(block.Sums[row][v], l, r[v]);
      }
    }
  }
}

/// Calls function(std::integral_constant<int, vectors>, column) for strips of columns, the widest first.
template <typename Function>
NV_INLINE void ForStrips(std::size_t columns, const Function& function)
{
  std::size_t column = 0;
  for (; column + 4 * Lanes <= columns; column += 4 * Lanes)
  {
    function(std::integral_constant<int, 4>(), column);
  }
  for (; column < columns; column += Lanes)
  {
    function(std::integral_constant<int, 1>(), column);
  }
}

template <typename Finish>
NV_TARGET void DotEngine::Multiply(
  const TileMatrix& left, std::size_t depth, const Bf16* right, std::size_t columns, const Finish& finish)
{
  for (std::size_t row = 0; row < MlpTraining::Tile; row += RowBlock)
  {
    ForStrips(columns,
      [&](auto vectors, std::size_t column) NV_TARGET
      {
        Block<vectors> block;
        Clear(block);
        AddProduct(left.Rows.data() + row * depth, depth, 2, right + column * 2, columns, depth / 2, block);
        finish(block, row, column);
      });
  }
}

NV_TARGET inline void DotEngine::AccumulateOuter(
  const TileMatrix& left, std::size_t rows, const TileMatrix& right, std::size_t columns, float* sums)
{
  for (std::size_t row = 0; row < rows; row += RowBlock)
  {
    ForStrips(columns,
      [&](auto vectors, std::size_t column) NV_TARGET
      {
        Block<vectors> block;
        float* const at = sums + row * columns + column;
        LoadBlock(at, columns, block);
        AddProduct(left.Pairs.data() + row * 2, 2, rows * 2, right.Pairs.data() + column * 2, columns,
          MlpTraining::Tile / 2, block);
        StoreBlock(block, at, columns);
      });
  }
}

} // namespace neuralvolume::cpu::bf16
