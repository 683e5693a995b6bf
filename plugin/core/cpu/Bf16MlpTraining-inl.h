// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "cpu/Bf16Tile.h"
#include "cpu/MlpTraining.h"

#include <tbb/enumerable_thread_specific.h>

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

namespace neuralvolume::cpu::bf16
{

/// output = ReLU(input x weights).
template <typename Engine>
NV_TARGET void MultiplyRelu(
  const TileMatrix& input, std::size_t depth, const Bf16* weights, std::size_t columns, TileMatrix& output)
{
  Engine::Multiply(input, depth, weights, columns,
    [&](auto& block, std::size_t row, std::size_t column) NV_TARGET
    {
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

/// output = input x weights where the activation is positive, zero elsewhere: back through a matrix and a ReLU.
template <typename Engine>
NV_TARGET void MultiplyMasked(const TileMatrix& input, std::size_t depth, const Bf16* weights, std::size_t columns,
  const TileMatrix& activation, TileMatrix& output)
{
  Engine::Multiply(input, depth, weights, columns,
    [&](auto& block, std::size_t row, std::size_t column) NV_TARGET
    {
      for (int r = 0; r < RowBlock; ++r)
      {
        const Bf16* active = activation.Rows.data() + (row + r) * columns + column;
        for (__m512& sum : block.Sums[r])
        {
          sum = _mm512_maskz_mov_ps(_mm512_cmp_ps_mask(LoadRow(active), _mm512_setzero_ps(), _CMP_GT_OQ), sum);
          active += Lanes;
        }
      }
      StoreBlock(block, row, column, columns, output);
    });
}

/// output = input x weights in float.
template <typename Engine>
NV_TARGET void MultiplyFloat(
  const TileMatrix& input, std::size_t depth, const Bf16* weights, std::size_t columns, float* output)
{
  Engine::Multiply(input, depth, weights, columns,
    [&](auto& block, std::size_t row, std::size_t column) NV_TARGET
    { StoreBlock(block, output + row * columns + column, columns); });
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

/// The slopes of the L2 loss by the outputs of one sample, and the loss.
inline double DifferentiateLoss(const float* outputs, const float* targets, int count, float scale, float* slopes)
{
  double loss = 0.0;
  for (int c = 0; c < count; ++c)
  {
    const float difference = outputs[c] - targets[c];
    slopes[c] = 2.0f * scale * difference;
    loss += double(difference) * difference;
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

/// Buffers of one thread.
struct Scratch
{
  TileMatrix Encoded;
  std::vector<TileMatrix> Activations; ///< of each hidden layer
  TileMatrix Gradient[2];
};

template <typename Engine>
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

template <typename Engine>
Bf16MlpTraining<Engine>::Bf16MlpTraining(const Layout& layout)
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

template <typename Engine>
Scratch Bf16MlpTraining<Engine>::MakeScratch() const
{
  const std::size_t size = Tile * this->GetWidth();
  return { TileMatrix(Tile * std::size_t(this->Network.EncodedWidth)),
    std::vector<TileMatrix>(this->HiddenLayers, TileMatrix(size)), { TileMatrix(size), TileMatrix(size) } };
}

template <typename Engine>
void Bf16MlpTraining<Engine>::SetWeights(const float* parameters)
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

template <typename Engine>
void Bf16MlpTraining<Engine>::Forward(Scratch& scratch, const float* encoded) const
{
  auto depth = std::size_t(this->Network.EncodedWidth);
  ConvertTile(encoded, depth, scratch.Encoded);
  const TileMatrix* input = &scratch.Encoded;
  for (std::size_t layer = 0; layer < this->HiddenLayers; ++layer)
  {
    MultiplyRelu<Engine>(
      *input, depth, this->ForwardWeights[layer].data(), this->GetWidth(), scratch.Activations[layer]);
    input = &scratch.Activations[layer];
    depth = this->GetWidth();
  }
}

template <typename Engine>
NV_TARGET double Bf16MlpTraining<Engine>::BackpropagateLoss(
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

template <typename Engine>
double Bf16MlpTraining<Engine>::Run(
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
    Engine::AccumulateOuter(scratch.Gradient[0], this->GetWidth(), input, depth, weightGradient + matrix.Offset);
    if (layer == 0)
    {
      MultiplyFloat<Engine>(scratch.Gradient[0], this->GetWidth(), weights, depth, encoded);
    }
    else
    {
      MultiplyMasked<Engine>(scratch.Gradient[0], this->GetWidth(), weights, depth, input, scratch.Gradient[1]);
      std::swap(scratch.Gradient[0], scratch.Gradient[1]);
    }
  }
  return loss;
}

} // namespace neuralvolume::cpu::bf16
