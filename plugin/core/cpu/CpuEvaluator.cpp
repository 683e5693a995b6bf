// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "cpu/CpuEvaluator.h"

#include "cpu/Kernels.h"

#include <algorithm>
#include <stdexcept>
#include <string>
#include <vector>

namespace neuralvolume::cpu
{
namespace
{

/// Samples that go through a level together: enough to use its table while it is in the cache, few enough
/// that their features stay there too.
constexpr std::size_t Tile = 256;

struct TilePositions
{
  alignas(64) float Axis[3][Tile];
};

struct TileActivations
{
  alignas(64) float Encoded[Tile * MaxEncodedWidth];
  alignas(64) float Hidden[2][4 * MaxWidth];
};

std::size_t RoundUp(std::size_t value, std::size_t multiple)
{
  return (value + multiple - 1) / multiple * multiple;
}

class CpuEvaluator final : public Evaluator
{
public:
  CpuEvaluator(const NetworkConfig& config, std::span<const Half> parameters);

  int GetOutputs() const override { return this->Network.Config.Outputs; }
  void Evaluate(const Positions& positions, std::size_t count, float* values) const override;

private:
  void EncodeTile(const TilePositions& positions, std::size_t count, float* encoded) const;
  void RunMlp(TileActivations& activations, std::size_t count, float* values) const;

  Layout Network;
  const Kernels& Simd;
  std::vector<Half> Grid;
  std::vector<std::vector<float>> Weights; ///< transposed to [input x output], but for the last matrix
};

/// Copies one axis into the tile, clamped to the unit cube (NaN becomes 0), padded with zeros.
void LoadAxis(const float* source, std::size_t count, float* axis)
{
  for (std::size_t i = 0; i < count; ++i)
  {
    axis[i] = source[i] > 0.0f ? std::min(source[i], 1.0f) : 0.0f;
  }
  std::fill(axis + count, axis + RoundUp(count, SampleGroup), 0.0f);
}

std::vector<float> UnpackMatrix(const MlpMatrix& matrix, std::span<const Half> parameters, bool transpose)
{
  std::vector<float> weights(std::size_t(matrix.Rows) * matrix.Columns);
  for (int row = 0; row < matrix.Rows; ++row)
  {
    for (int column = 0; column < matrix.Columns; ++column)
    {
      const std::size_t from = std::size_t(row) * matrix.Columns + column;
      const std::size_t to = transpose ? std::size_t(column) * matrix.Rows + row : from;
      weights[to] = ToFloat(parameters[matrix.Offset + from]);
    }
  }
  return weights;
}

CpuEvaluator::CpuEvaluator(const NetworkConfig& config, std::span<const Half> parameters)
  : Network(MakeLayout(config))
  , Simd(GetKernels())
{
  if (parameters.size() != this->Network.Parameters)
  {
    throw std::invalid_argument("the network has " + std::to_string(this->Network.Parameters) + " parameters, but " +
                                std::to_string(parameters.size()) + " were given");
  }
  this->Grid.assign(parameters.begin() + std::ptrdiff_t(this->Network.GridOffset), parameters.end());
  for (int m = 0; m < this->Network.MatrixCount; ++m)
  {
    this->Weights.push_back(UnpackMatrix(this->Network.Matrices[m], parameters, m + 1 < this->Network.MatrixCount));
  }
}

void CpuEvaluator::EncodeTile(const TilePositions& positions, std::size_t count, float* encoded) const
{
  const int features = this->Network.Config.FeaturesPerLevel;
  const auto stride = std::size_t(this->Network.EncodedWidth);
  for (int l = 0; l < this->Network.Config.Levels; ++l)
  {
    const GridLevel& level = this->Network.Levels[l];
    this->Simd.EncodeLevel(level, features, this->Grid.data() + std::size_t(level.Offset) * features, positions.Axis[0],
      positions.Axis[1], positions.Axis[2], count, encoded + l * features, stride);
  }
}

void CpuEvaluator::RunMlp(TileActivations& activations, std::size_t count, float* values) const
{
  constexpr std::size_t rows = 4;
  const auto encodedWidth = std::size_t(this->Network.EncodedWidth);
  const auto width = std::size_t(this->Network.Config.Width);
  const int outputs = this->Network.Config.Outputs;
  for (std::size_t row = 0; row < count; row += rows)
  {
    const float* input = activations.Encoded + row * encodedWidth;
    std::size_t depth = encodedWidth;
    for (int m = 0; m + 1 < this->Network.MatrixCount; ++m)
    {
      float* const output = activations.Hidden[m % 2];
      this->Simd.Multiply(input, depth, this->Weights[m].data(), rows, depth, width, output, true);
      input = output;
      depth = width;
    }
    this->Simd.Project(input, depth, this->Weights.back().data(), rows, depth, outputs, values + row * outputs);
  }
}

void CpuEvaluator::Evaluate(const Positions& positions, std::size_t count, float* values) const
{
  TilePositions tile;
  TileActivations activations;
  alignas(64) float results[Tile * MaxOutputs];
  const int outputs = this->Network.Config.Outputs;
  const std::size_t used = std::size_t(this->Network.Config.Levels) * this->Network.Config.FeaturesPerLevel;
  if (used != std::size_t(this->Network.EncodedWidth))
  {
    std::fill(std::begin(activations.Encoded), std::end(activations.Encoded), 0.0f); // the padding's columns
  }
  for (std::size_t begin = 0; begin < count; begin += Tile)
  {
    const std::size_t size = std::min(Tile, count - begin);
    const std::size_t padded = RoundUp(size, SampleGroup);
    LoadAxis(positions.X + begin, size, tile.Axis[0]);
    LoadAxis(positions.Y + begin, size, tile.Axis[1]);
    LoadAxis(positions.Z + begin, size, tile.Axis[2]);
    this->EncodeTile(tile, padded, activations.Encoded);
    this->RunMlp(activations, padded, results);
    std::copy(results, results + size * outputs, values + begin * outputs);
  }
}

} // namespace

std::unique_ptr<Evaluator> MakeEvaluator(const NetworkConfig& config, std::span<const Half> parameters)
{
  return std::make_unique<CpuEvaluator>(config, parameters);
}

} // namespace neuralvolume::cpu
