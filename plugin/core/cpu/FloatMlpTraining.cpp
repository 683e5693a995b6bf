// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "cpu/FloatMlpTraining.h"

#include "cpu/Kernels.h"

#include <tbb/enumerable_thread_specific.h>

#include <algorithm>
#include <vector>

namespace neuralvolume::cpu
{
namespace
{

void Transpose(const float* from, int rows, int columns, float* to)
{
  for (int row = 0; row < rows; ++row)
  {
    for (int column = 0; column < columns; ++column)
    {
      to[std::size_t(column) * rows + row] = from[std::size_t(row) * columns + column];
    }
  }
}

/// Buffers of one thread.
struct Scratch
{
  std::vector<std::vector<float>> Activations; ///< of each hidden layer, [Tile x width]
  std::vector<float> Gradient[2];              ///< [Tile x width]
  std::vector<float> Outputs;                  ///< [Tile x outputs]
};

class FloatMlpTraining final : public MlpTraining
{
public:
  explicit FloatMlpTraining(const Layout& layout);

  void SetWeights(const float* parameters) override;
  double Run(
    std::size_t count, const float* targets, float scale, float* encoded, float* weightGradient) const override;

private:
  Scratch MakeScratch() const;
  const MlpMatrix& GetLast() const { return this->Network.Matrices[this->Network.MatrixCount - 1]; }
  void Forward(Scratch& scratch, const float* encoded) const;
  double BackpropagateLoss(
    Scratch& scratch, std::size_t count, const float* targets, float scale, float* weightGradient) const;

  Layout Network;
  const Kernels& Simd;
  std::vector<float> Weights;                 ///< as in the layout
  std::vector<std::vector<float>> Transposed; ///< [input x output] of all matrices but the last
  mutable tbb::enumerable_thread_specific<Scratch> Scratches;
};

FloatMlpTraining::FloatMlpTraining(const Layout& layout)
  : Network(layout)
  , Simd(GetKernels())
  , Weights(layout.GridOffset)
  , Scratches([this] { return this->MakeScratch(); })
{
  for (int m = 0; m + 1 < layout.MatrixCount; ++m)
  {
    const MlpMatrix& matrix = layout.Matrices[m];
    this->Transposed.emplace_back(std::size_t(matrix.Rows) * matrix.Columns);
  }
}

void FloatMlpTraining::SetWeights(const float* parameters)
{
  std::copy(parameters, parameters + this->Network.GridOffset, this->Weights.begin());
  for (std::size_t m = 0; m < this->Transposed.size(); ++m)
  {
    const MlpMatrix& matrix = this->Network.Matrices[m];
    Transpose(parameters + matrix.Offset, matrix.Rows, matrix.Columns, this->Transposed[m].data());
  }
}

Scratch FloatMlpTraining::MakeScratch() const
{
  const auto width = std::size_t(this->Network.Config.Width);
  Scratch scratch;
  scratch.Activations.assign(this->Transposed.size(), std::vector<float>(Tile * width));
  scratch.Gradient[0].resize(Tile * width);
  scratch.Gradient[1].resize(Tile * width);
  scratch.Outputs.resize(Tile * std::size_t(this->Network.Config.Outputs));
  return scratch;
}

void FloatMlpTraining::Forward(Scratch& scratch, const float* encoded) const
{
  const auto width = std::size_t(this->Network.Config.Width);
  const float* input = encoded;
  auto depth = std::size_t(this->Network.EncodedWidth);
  for (std::size_t layer = 0; layer < this->Transposed.size(); ++layer)
  {
    float* const output = scratch.Activations[layer].data();
    this->Simd.Multiply(input, depth, this->Transposed[layer].data(), Tile, depth, width, output, true);
    input = output;
    depth = width;
  }
  this->Simd.Project(input, depth, this->Weights.data() + this->GetLast().Offset, Tile, depth,
    this->Network.Config.Outputs, scratch.Outputs.data());
}

double FloatMlpTraining::BackpropagateLoss(
  Scratch& scratch, std::size_t count, const float* targets, float scale, float* weightGradient) const
{
  const LossShape shape = { count, Tile, std::size_t(this->Network.Config.Width), this->Network.Config.Outputs };
  const std::size_t offset = this->GetLast().Offset;
  return this->Simd.BackpropagateLoss(shape, scratch.Outputs.data(), targets, scale, scratch.Activations.back().data(),
    this->Weights.data() + offset, scratch.Gradient[0].data(), weightGradient + offset);
}

double FloatMlpTraining::Run(
  std::size_t count, const float* targets, float scale, float* encoded, float* weightGradient) const
{
  Scratch& scratch = this->Scratches.local();
  this->Forward(scratch, encoded);
  const double loss = this->BackpropagateLoss(scratch, count, targets, scale, weightGradient);
  const auto width = std::size_t(this->Network.Config.Width);
  for (std::size_t layer = this->Transposed.size(); layer-- > 0;)
  {
    const MlpMatrix& matrix = this->Network.Matrices[layer];
    const auto depth = std::size_t(matrix.Columns);
    float* const outer = scratch.Gradient[0].data();
    this->Simd.BackpropagateRelu(scratch.Activations[layer].data(), Tile * width, outer);
    const float* const input = layer == 0 ? encoded : scratch.Activations[layer - 1].data();
    this->Simd.AccumulateOuter(outer, width, input, depth, Tile, weightGradient + matrix.Offset);
    float* const inner = layer == 0 ? encoded : scratch.Gradient[1].data();
    this->Simd.Multiply(outer, width, this->Weights.data() + matrix.Offset, Tile, width, depth, inner, false);
    std::swap(scratch.Gradient[0], scratch.Gradient[1]);
  }
  return loss;
}

} // namespace

std::unique_ptr<MlpTraining> MakeFloatMlpTraining(const Layout& layout)
{
  return std::make_unique<FloatMlpTraining>(layout);
}

} // namespace neuralvolume::cpu
