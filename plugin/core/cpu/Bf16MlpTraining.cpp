// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "cpu/Bf16MlpTraining.h"

#include <tbb/cache_aligned_allocator.h>
#include <tbb/enumerable_thread_specific.h>

#include <immintrin.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#define NV_TARGET __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx512bf16")))
#define NV_INLINE NV_TARGET inline __attribute__((always_inline))

namespace neuralvolume::cpu
{
namespace
{

using Bf16 = std::uint16_t;

template <typename T>
using AlignedVector = std::vector<T, tbb::cache_aligned_allocator<T>>;

constexpr int Lanes = 16;   // floats in a vector
constexpr int RowBlock = 4; // rows that share each load of the right-hand matrix

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

template <int Vectors>
struct Block
{
  __m512 Sums[RowBlock][Vectors];
};

/// RowBlock rows of left [rows x 2 pairs] times a strip of right [pairs x columns x 2]. step and stride are the
/// distances in left from pair to pair and from row to row.
template <int Vectors>
NV_INLINE void MultiplyBlock(const Bf16* left, std::size_t stride, std::size_t step, const Bf16* right,
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

/// Stores a block in both orders.
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

/// output = ReLU(input x weights), for a whole tile.
NV_TARGET void MultiplyRelu(
  const TileMatrix& input, std::size_t depth, const Bf16* weights, std::size_t columns, TileMatrix& output)
{
  for (std::size_t row = 0; row < MlpTraining::Tile; row += RowBlock)
  {
    ForStrips(columns,
      [&](auto vectors, std::size_t column) NV_TARGET
      {
        Block<vectors> block;
        Clear(block);
        MultiplyBlock(input.Rows.data() + row * depth, depth, 2, weights + column * 2, columns, depth / 2, block);
        for (auto& sums : block.Sums)
        {
          for (__m512& sum : sums)
          {
            sum = _mm512_max_ps(sum, _mm512_setzero_ps());
          }
        }
        StoreBlock(block, row, column, columns, output);
      });
  }
}

/// output = input x weights where the activation is positive, zero elsewhere: back through a matrix and a ReLU.
NV_TARGET void MultiplyMasked(const TileMatrix& input, std::size_t depth, const Bf16* weights, std::size_t columns,
  const TileMatrix& activation, TileMatrix& output)
{
  for (std::size_t row = 0; row < MlpTraining::Tile; row += RowBlock)
  {
    ForStrips(columns,
      [&](auto vectors, std::size_t column) NV_TARGET
      {
        Block<vectors> block;
        Clear(block);
        MultiplyBlock(input.Rows.data() + row * depth, depth, 2, weights + column * 2, columns, depth / 2, block);
        for (int r = 0; r < RowBlock; ++r)
        {
          const Bf16* const active = activation.Rows.data() + (row + r) * columns + column;
          for (int v = 0; v < vectors; ++v)
          {
            const __mmask16 mask = _mm512_cmp_ps_mask(LoadRow(active + v * Lanes), _mm512_setzero_ps(), _CMP_GT_OQ);
            block.Sums[r][v] = _mm512_maskz_mov_ps(mask, block.Sums[r][v]);
          }
        }
        StoreBlock(block, row, column, columns, output);
      });
  }
}

/// output = input x weights in float.
NV_TARGET void MultiplyFloat(
  const TileMatrix& input, std::size_t depth, const Bf16* weights, std::size_t columns, float* output)
{
  for (std::size_t row = 0; row < MlpTraining::Tile; row += RowBlock)
  {
    ForStrips(columns,
      [&](auto vectors, std::size_t column) NV_TARGET
      {
        Block<vectors> block;
        Clear(block);
        MultiplyBlock(input.Rows.data() + row * depth, depth, 2, weights + column * 2, columns, depth / 2, block);
        for (int r = 0; r < RowBlock; ++r)
        {
          for (int v = 0; v < vectors; ++v)
          {
            _mm512_storeu_ps(output + (row + r) * columns + column + v * Lanes, block.Sums[r][v]);
          }
        }
      });
  }
}

/// sums[rows x columns] += transpose(left) x right, over the samples of a tile.
NV_TARGET void AccumulateOuter(
  const TileMatrix& left, std::size_t rows, const TileMatrix& right, std::size_t columns, float* sums)
{
  for (std::size_t row = 0; row < rows; row += RowBlock)
  {
    ForStrips(columns,
      [&](auto vectors, std::size_t column) NV_TARGET
      {
        Block<vectors> block;
        float* const at = sums + row * columns + column;
        for (int r = 0; r < RowBlock; ++r)
        {
          for (int v = 0; v < vectors; ++v)
          {
            block.Sums[r][v] = _mm512_loadu_ps(at + r * columns + v * Lanes);
          }
        }
        MultiplyBlock(left.Pairs.data() + row * 2, 2, rows * 2, right.Pairs.data() + column * 2, columns,
          MlpTraining::Tile / 2, block);
        for (int r = 0; r < RowBlock; ++r)
        {
          for (int v = 0; v < vectors; ++v)
          {
            _mm512_storeu_ps(at + r * columns + v * Lanes, block.Sums[r][v]);
          }
        }
      });
  }
}

/// A tile of floats in both orders.
NV_TARGET void ConvertTile(const float* from, std::size_t columns, TileMatrix& to)
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
NV_TARGET void PackPairs(const float* from, std::size_t rows, std::size_t columns, Bf16* to)
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

/// The last matrix's outputs for one sample.
NV_INLINE void ProjectSample(const Bf16* activations, const float* weights, std::size_t width, int outputs, float* to)
{
  for (int c = 0; c < outputs; ++c)
  {
    __m512 sum = _mm512_setzero_ps();
    for (std::size_t k = 0; k < width; k += Lanes)
    {
      sum = _mm512_fmadd_ps(LoadRow(activations + k), _mm512_loadu_ps(weights + c * width + k), sum);
    }
    to[c] = _mm512_reduce_add_ps(sum);
  }
}

/// Buffers of one thread.
struct Scratch
{
  TileMatrix Encoded;
  std::vector<TileMatrix> Activations; ///< of each hidden layer
  TileMatrix Gradient[2];
};

class Bf16MlpTraining final : public MlpTraining
{
public:
  explicit Bf16MlpTraining(const Layout& layout);

  void SetWeights(const float* parameters) override;
  double Run(
    std::size_t count, const float* targets, float scale, float* encoded, float* weightGradient) const override;

private:
  Scratch MakeScratch() const;
  std::size_t GetWidth() const { return std::size_t(this->Network.Config.Width); }
  void Forward(Scratch& scratch, const float* encoded) const;
  double BackpropagateLoss(
    Scratch& scratch, std::size_t count, const float* targets, float scale, float* weightGradient) const;

  Layout Network;
  std::size_t HiddenLayers;
  std::vector<AlignedVector<Bf16>> ForwardWeights;  ///< of each hidden layer, [input x output] in pairs
  std::vector<AlignedVector<Bf16>> BackwardWeights; ///< of each hidden layer, [output x input] in pairs
  AlignedVector<float> LastWeights;                 ///< [output x width]
  mutable tbb::enumerable_thread_specific<Scratch> Scratches;
};

Bf16MlpTraining::Bf16MlpTraining(const Layout& layout)
  : Network(layout)
  , HiddenLayers(std::size_t(layout.Config.HiddenLayers))
  , LastWeights(std::size_t(layout.Config.Outputs) * layout.Config.Width)
  , Scratches([this] { return this->MakeScratch(); })
{
  for (std::size_t layer = 0; layer < this->HiddenLayers; ++layer)
  {
    const std::size_t size = std::size_t(layout.Matrices[layer].Rows) * layout.Matrices[layer].Columns;
    this->ForwardWeights.emplace_back(size);
    this->BackwardWeights.emplace_back(size);
  }
}

Scratch Bf16MlpTraining::MakeScratch() const
{
  const std::size_t size = Tile * this->GetWidth();
  return { TileMatrix(Tile * std::size_t(this->Network.EncodedWidth)),
    std::vector<TileMatrix>(this->HiddenLayers, TileMatrix(size)), { TileMatrix(size), TileMatrix(size) } };
}

void Bf16MlpTraining::SetWeights(const float* parameters)
{
  std::vector<float> transposed;
  for (std::size_t layer = 0; layer < this->HiddenLayers; ++layer)
  {
    const MlpMatrix& matrix = this->Network.Matrices[layer];
    const auto rows = std::size_t(matrix.Rows), columns = std::size_t(matrix.Columns);
    const float* const weights = parameters + matrix.Offset;
    transposed.resize(rows * columns);
    for (std::size_t i = 0; i < rows * columns; ++i)
    {
      transposed[i % columns * rows + i / columns] = weights[i];
    }
    PackPairs(transposed.data(), columns, rows, this->ForwardWeights[layer].data());
    PackPairs(weights, rows, columns, this->BackwardWeights[layer].data());
  }
  std::copy_n(parameters + this->Network.Matrices[this->HiddenLayers].Offset, this->LastWeights.size(),
    this->LastWeights.begin());
}

void Bf16MlpTraining::Forward(Scratch& scratch, const float* encoded) const
{
  auto depth = std::size_t(this->Network.EncodedWidth);
  ConvertTile(encoded, depth, scratch.Encoded);
  const TileMatrix* input = &scratch.Encoded;
  for (std::size_t layer = 0; layer < this->HiddenLayers; ++layer)
  {
    MultiplyRelu(*input, depth, this->ForwardWeights[layer].data(), this->GetWidth(), scratch.Activations[layer]);
    input = &scratch.Activations[layer];
    depth = this->GetWidth();
  }
}

/// The slopes of the L1 loss by the outputs of one sample, and the loss.
double DifferentiateLoss(const float* outputs, const float* targets, int count, float scale, float* slopes)
{
  double loss = 0.0;
  for (int c = 0; c < count; ++c)
  {
    const float difference = outputs[c] - targets[c];
    slopes[c] = difference > 0.0f ? scale : (difference < 0.0f ? -scale : 0.0f);
    loss += std::fabs(difference);
  }
  return loss;
}

/// Adds slope * activation to the last matrix's gradient; the gradient by the activations, through their ReLU.
NV_INLINE __m512 BackpropagateOutputs(
  const float* slopes, int outputs, const Bf16* activations, const float* weights, std::size_t width, float* sums)
{
  const __m512 active = LoadRow(activations);
  __m512 gradient = _mm512_setzero_ps();
  for (int c = 0; c < outputs; ++c)
  {
    const __m512 slope = _mm512_set1_ps(slopes[c]);
    gradient = _mm512_fmadd_ps(slope, _mm512_loadu_ps(weights + c * width), gradient);
    _mm512_storeu_ps(sums + c * width, _mm512_fmadd_ps(slope, active, _mm512_loadu_ps(sums + c * width)));
  }
  return _mm512_maskz_mov_ps(_mm512_cmp_ps_mask(active, _mm512_setzero_ps(), _CMP_GT_OQ), gradient);
}

NV_TARGET double Bf16MlpTraining::BackpropagateLoss(
  Scratch& scratch, std::size_t count, const float* targets, float scale, float* weightGradient) const
{
  const int outputs = this->Network.Config.Outputs;
  const std::size_t width = this->GetWidth();
  const TileMatrix& last = scratch.Activations.back();
  float* const sums = weightGradient + this->Network.Matrices[this->HiddenLayers].Offset;
  double loss = 0.0;
  for (std::size_t row = 0; row < Tile; row += RowBlock)
  {
    float slopes[RowBlock][16] = {};
    for (std::size_t s = row; s < std::min(row + RowBlock, count); ++s)
    {
      float values[16];
      ProjectSample(last.Rows.data() + s * width, this->LastWeights.data(), width, outputs, values);
      loss += DifferentiateLoss(values, targets + s * outputs, outputs, scale, slopes[s - row]);
    }
    for (std::size_t column = 0; column < width; column += Lanes)
    {
      Block<1> block;
      for (int r = 0; r < RowBlock; ++r)
      {
        block.Sums[r][0] = BackpropagateOutputs(slopes[r], outputs, last.Rows.data() + (row + r) * width + column,
          this->LastWeights.data() + column, width, sums + column);
      }
      StoreBlock(block, row, column, width, scratch.Gradient[0]);
    }
  }
  return loss;
}

double Bf16MlpTraining::Run(
  std::size_t count, const float* targets, float scale, float* encoded, float* weightGradient) const
{
  Scratch& scratch = this->Scratches.local();
  this->Forward(scratch, encoded);
  const double loss = this->BackpropagateLoss(scratch, count, targets, scale, weightGradient);
  for (std::size_t layer = this->HiddenLayers; layer-- > 0;)
  {
    const MlpMatrix& matrix = this->Network.Matrices[layer];
    const auto depth = std::size_t(matrix.Columns);
    const TileMatrix& input = layer == 0 ? scratch.Encoded : scratch.Activations[layer - 1];
    const Bf16* const weights = this->BackwardWeights[layer].data();
    AccumulateOuter(scratch.Gradient[0], this->GetWidth(), input, depth, weightGradient + matrix.Offset);
    if (layer == 0)
    {
      MultiplyFloat(scratch.Gradient[0], this->GetWidth(), weights, depth, encoded);
    }
    else
    {
      MultiplyMasked(scratch.Gradient[0], this->GetWidth(), weights, depth, input, scratch.Gradient[1]);
      std::swap(scratch.Gradient[0], scratch.Gradient[1]);
    }
  }
  return loss;
}

} // namespace

bool HasBf16()
{
  return __builtin_cpu_supports("avx512bf16") && __builtin_cpu_supports("avx512dq") &&
         __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl");
}

std::unique_ptr<MlpTraining> MakeBf16MlpTraining(const Layout& layout)
{
  return std::make_unique<Bf16MlpTraining>(layout);
}

} // namespace neuralvolume::cpu
