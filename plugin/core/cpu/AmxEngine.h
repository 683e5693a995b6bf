// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "cpu/Bf16DotEngine.h"

namespace neuralvolume::cpu::bf16
{

/// Products by AMX: 16 x 16 sums in a tile register, 32 products deep a time. Unit is the hardware's registers
/// (AmxUnit) or, in tests, an emulation. Shapes that do not fill whole registers go to DotEngine.
///
/// Registers 0 to 3 hold a 32 x 32 square of sums, 4 and 5 the left factor, 6 and 7 the right one.
template <typename Unit>
struct AmxEngine
{
  template <typename Finish>
  NV_TARGET static void Multiply(
    const TileMatrix& left, std::size_t depth, const Bf16* right, std::size_t columns, const Finish& finish);

  NV_TARGET static void AccumulateOuter(
    const TileMatrix& left, std::size_t rows, const TileMatrix& right, std::size_t columns, float* sums);

private:
  static constexpr std::size_t Side = 16;   // rows of a register; floats of a row
  static constexpr std::size_t Square = 32; // rows and columns of the sums; depth of one product

  static bool Fits(std::size_t one, std::size_t other) { return one % Square == 0 && other % Square == 0; }

  /// Adds left [Square x depth], rows, times right [depth x Square], pairs; distances between rows are in elements.
  static void AddProduct(
    const Bf16* left, std::size_t leftStride, const Bf16* right, std::size_t rightStride, std::size_t depth);

  static void LoadSums(const float* from, std::size_t stride);
  static void StoreSums(float* to, std::size_t stride);
};

template <typename Unit>
void AmxEngine<Unit>::AddProduct(
  const Bf16* left, std::size_t leftStride, const Bf16* right, std::size_t rightStride, std::size_t depth)
{
  const std::size_t leftBytes = leftStride * sizeof(Bf16), rightBytes = rightStride * sizeof(Bf16);
  for (std::size_t k = 0; k < depth; k += Square)
  {
    Unit::template Load<4>(left + k, leftBytes);
    Unit::template Load<5>(left + Side * leftStride + k, leftBytes);
    Unit::template Load<6>(right + k / 2 * rightStride, rightBytes);
    Unit::template Load<7>(right + k / 2 * rightStride + 2 * Side, rightBytes);
    Unit::template AddProduct<0, 4, 6>();
    Unit::template AddProduct<1, 4, 7>();
    Unit::template AddProduct<2, 5, 6>();
    Unit::template AddProduct<3, 5, 7>();
  }
}

template <typename Unit>
void AmxEngine<Unit>::LoadSums(const float* from, std::size_t stride)
{
  const std::size_t bytes = stride * sizeof(float);
  Unit::template Load<0>(from, bytes);
  Unit::template Load<1>(from + Side, bytes);
  Unit::template Load<2>(from + Side * stride, bytes);
  Unit::template Load<3>(from + Side * stride + Side, bytes);
}

template <typename Unit>
void AmxEngine<Unit>::StoreSums(float* to, std::size_t stride)
{
  const std::size_t bytes = stride * sizeof(float);
  Unit::template Store<0>(to, bytes);
  Unit::template Store<1>(to + Side, bytes);
  Unit::template Store<2>(to + Side * stride, bytes);
  Unit::template Store<3>(to + Side * stride + Side, bytes);
}

template <typename Unit>
template <typename Finish>
NV_TARGET void AmxEngine<Unit>::Multiply(
  const TileMatrix& left, std::size_t depth, const Bf16* right, std::size_t columns, const Finish& finish)
{
  if (!Fits(depth, columns))
  {
    return DotEngine::Multiply(left, depth, right, columns, finish);
  }
  alignas(64) static constexpr float zeros[Square * Square] = {};
  alignas(64) float sums[Square * Square];
  const typename Unit::Session session;
  for (std::size_t row = 0; row < MlpTraining::Tile; row += Square)
  {
    for (std::size_t column = 0; column < columns; column += Square)
    {
      LoadSums(zeros, Square);
      AddProduct(left.Rows.data() + row * depth, depth, right + column * 2, columns * 2, depth);
      StoreSums(sums, Square);
      for (std::size_t r = 0; r < Square; r += RowBlock)
      {
        Block<int(Square) / Lanes> block;
        LoadBlock(sums + r * Square, Square, block);
        finish(block, row + r, column);
      }
    }
  }
}

/// to[row][sample] for Square rows, from pairs [sample / 2][rows][2].
inline void TransposePairs(const Bf16* pairs, std::size_t rows, std::size_t square, Bf16* to)
{
  const auto* const from = reinterpret_cast<const std::uint32_t*>(pairs);
  auto* const pair = reinterpret_cast<std::uint32_t*>(to);
  for (std::size_t s = 0; s < MlpTraining::Tile / 2; ++s)
  {
    for (std::size_t row = 0; row < square; ++row)
    {
      pair[row * (MlpTraining::Tile / 2) + s] = from[s * rows + row];
    }
  }
}

template <typename Unit>
NV_TARGET void AmxEngine<Unit>::AccumulateOuter(
  const TileMatrix& left, std::size_t rows, const TileMatrix& right, std::size_t columns, float* sums)
{
  if (!Fits(rows, columns))
  {
    return DotEngine::AccumulateOuter(left, rows, right, columns, sums);
  }
  alignas(64) Bf16 transposed[Square * MlpTraining::Tile];
  const typename Unit::Session session;
  for (std::size_t row = 0; row < rows; row += Square)
  {
    TransposePairs(left.Pairs.data() + row * 2, rows, Square, transposed);
    for (std::size_t column = 0; column < columns; column += Square)
    {
      float* const at = sums + row * columns + column;
      LoadSums(at, columns);
      AddProduct(transposed, MlpTraining::Tile, right.Pairs.data() + column * 2, columns * 2, MlpTraining::Tile);
      StoreSums(at, columns);
    }
  }
}

} // namespace neuralvolume::cpu::bf16
