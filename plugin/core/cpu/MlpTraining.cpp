// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "cpu/MlpTraining.h"

#include <algorithm>
#include <cmath>

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

} // namespace

MlpTraining::MlpTraining(const Layout& layout)
  : Network(layout)
  , Simd(GetKernels())
  , Weights(layout.GridOffset)
{
  for (int m = 0; m + 1 < layout.MatrixCount; ++m)
  {
    const MlpMatrix& matrix = layout.Matrices[m];
    this->Transposed.emplace_back(std::size_t(matrix.Rows) * matrix.Columns);
  }
}

void MlpTraining::SetWeights(const float* parameters)
{
  std::copy(parameters, parameters + this->Network.GridOffset, this->Weights.begin());
  for (std::size_t m = 0; m < this->Transposed.size(); ++m)
  {
    const MlpMatrix& matrix = this->Network.Matrices[m];
    Transpose(parameters + matrix.Offset, matrix.Rows, matrix.Columns, this->Transposed[m].data());
  }
}

MlpTraining::Scratch MlpTraining::MakeScratch() const
{
  const auto width = std::size_t(this->Network.Config.Width);
  Scratch scratch;
  scratch.Activations.assign(this->Transposed.size(), std::vector<float>(Tile * width));
  scratch.Gradient[0].resize(Tile * width);
  scratch.Gradient[1].resize(Tile * width);
  scratch.Outputs.resize(Tile * std::size_t(this->Network.Config.Outputs));
  return scratch;
}

void MlpTraining::Forward(Scratch& scratch, const float* encoded) const
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
  const float* const last = this->Weights.data() + this->Network.Matrices[this->Network.MatrixCount - 1].Offset;
  this->Simd.Project(input, depth, last, Tile, depth, this->Network.Config.Outputs, scratch.Outputs.data());
}

double MlpTraining::BackpropagateLoss(
  Scratch& scratch, std::size_t count, const float* targets, float scale, float* weightGradient) const
{
  const int outputs = this->Network.Config.Outputs;
  const auto width = std::size_t(this->Network.Config.Width);
  const std::size_t lastOffset = this->Network.Matrices[this->Network.MatrixCount - 1].Offset;
  const float* const last = scratch.Activations.back().data();
  float* const gradient = scratch.Gradient[0].data();
  std::fill_n(gradient, Tile * width, 0.0f);
  double loss = 0.0;
  for (std::size_t s = 0; s < count; ++s)
  {
    for (int c = 0; c < outputs; ++c)
    {
      const float difference = scratch.Outputs[s * outputs + c] - targets[s * outputs + c];
      const float slope = difference > 0.0f ? scale : (difference < 0.0f ? -scale : 0.0f);
      const float* const weights = this->Weights.data() + lastOffset + c * width;
      float* const sums = weightGradient + lastOffset + c * width;
      loss += std::fabs(difference);
      for (std::size_t k = 0; k < width; ++k)
      {
        gradient[s * width + k] += slope * weights[k];
        sums[k] += slope * last[s * width + k];
      }
    }
  }
  return loss;
}

double MlpTraining::Run(
  Scratch& scratch, std::size_t count, const float* targets, float scale, float* encoded, float* weightGradient) const
{
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

} // namespace neuralvolume::cpu
