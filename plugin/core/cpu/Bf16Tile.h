// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "cpu/MlpTraining.h"

#include <tbb/cache_aligned_allocator.h>

#include <immintrin.h>

#include <cstddef>
#include <cstdint>
#include <vector>

#define NV_TARGET __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx512bf16")))
#define NV_INLINE NV_TARGET inline __attribute__((always_inline))

/// Matrices of bfloat16 and blocks of float sums in registers, for AVX512_BF16.
namespace neuralvolume::cpu::bf16
{

using Bf16 = std::uint16_t;

template <typename T>
using AlignedVector = std::vector<T, tbb::cache_aligned_allocator<T>>;

inline constexpr int Lanes = 16;   // floats in a vector
inline constexpr int RowBlock = 4; // rows of a block

/// A matrix of a tile in the two orders that the products want: rows, for a left-hand factor, and pairs of
/// rows interleaved element by element, [row / 2][column][2], for a right-hand one.
struct TileMatrix
{
  AlignedVector<Bf16> Rows;
  AlignedVector<Bf16> Pairs;

  explicit TileMatrix(std::size_t size)
    : Rows(size)
    , Pairs(size)
  {
  }
};

NV_INLINE __m512i ConvertPair(__m512 low, __m512 high)
{
  return (__m512i)_mm512_cvtne2ps_pbh(high, low);
}

/// Two vectors' elements in turn: low 0, high 0, low 1, high 1, ...
NV_INLINE __m512i InterleavePair(__m512 low, __m512 high)
{
  alignas(64) static constexpr std::uint16_t order[32] = { 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23, 8,
    24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31 };
  return _mm512_permutexvar_epi16(_mm512_load_si512(order), ConvertPair(low, high));
}

/// Sixteen bfloat16 as floats.
NV_INLINE __m512 LoadRow(const Bf16* at)
{
  const __m256i bits = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(at));
  return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(bits), 16));
}

NV_INLINE __m512bh BroadcastPair(const Bf16* at)
{
  return (__m512bh)_mm512_set1_epi32(*reinterpret_cast<const int*>(at));
}

/// RowBlock rows times Vectors vectors of sums.
template <int Vectors>
struct Block
{
  __m512 Sums[RowBlock][Vectors];
};

template <int Vectors>
NV_INLINE void Clear(Block<Vectors>& block)
{
  for (auto& row : block.Sums)
  {
    for (__m512& sums : row)
    {
      sums = _mm512_setzero_ps();
    }
  }
}

template <int Vectors>
NV_INLINE void LoadBlock(const float* from, std::size_t stride, Block<Vectors>& block)
{
  for (int row = 0; row < RowBlock; ++row)
  {
    for (int v = 0; v < Vectors; ++v)
    {
      block.Sums[row][v] = _mm512_loadu_ps(from + row * stride + v * Lanes);
    }
  }
}

template <int Vectors>
NV_INLINE void StoreBlock(const Block<Vectors>& block, float* to, std::size_t stride)
{
  for (int row = 0; row < RowBlock; ++row)
  {
    for (int v = 0; v < Vectors; ++v)
    {
      _mm512_storeu_ps(to + row * stride + v * Lanes, block.Sums[row][v]);
    }
  }
}

/// Stores a block in both orders of a matrix.
template <int Vectors>
NV_INLINE void StoreBlock(
  const Block<Vectors>& block, std::size_t row, std::size_t column, std::size_t columns, TileMatrix& to)
{
  for (int r = 0; r < RowBlock; ++r)
  {
    Bf16* const rows = to.Rows.data() + (row + r) * columns + column;
    for (int v = 0; v < Vectors; ++v)
    {
      const __m256i half = (__m256i)_mm512_cvtneps_pbh(block.Sums[r][v]);
      _mm256_storeu_si256(reinterpret_cast<__m256i*>(rows + v * Lanes), half);
    }
  }
  for (int r = 0; r < RowBlock; r += 2)
  {
    Bf16* const pairs = to.Pairs.data() + (row + r) * columns + column * 2;
    for (int v = 0; v < Vectors; ++v)
    {
      _mm512_storeu_si512(pairs + v * Lanes * 2, InterleavePair(block.Sums[r][v], block.Sums[r + 1][v]));
    }
  }
}

/// A tile of floats in both orders.
NV_TARGET inline void ConvertTile(const float* from, std::size_t columns, TileMatrix& to)
{
  for (std::size_t row = 0; row < MlpTraining::Tile; row += RowBlock)
  {
    for (std::size_t column = 0; column < columns; column += Lanes)
    {
      Block<1> block;
      for (int r = 0; r < RowBlock; ++r)
      {
        block.Sums[r][0] = _mm512_loadu_ps(from + (row + r) * columns + column);
      }
      StoreBlock(block, row, column, columns, to);
    }
  }
}

/// A matrix [rows x columns] of floats in pairs of rows, as a right-hand factor.
NV_TARGET inline void PackPairs(const float* from, std::size_t rows, std::size_t columns, Bf16* to)
{
  for (std::size_t row = 0; row < rows; row += 2)
  {
    for (std::size_t column = 0; column < columns; column += Lanes)
    {
      const __m512 low = _mm512_loadu_ps(from + row * columns + column);
      const __m512 high = _mm512_loadu_ps(from + (row + 1) * columns + column);
      _mm512_storeu_si512(to + row * columns + column * 2, InterleavePair(low, high));
    }
  }
}

} // namespace neuralvolume::cpu::bf16
