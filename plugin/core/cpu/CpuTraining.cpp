// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "cpu/CpuTraining.h"

#include "cpu/Kernels.h"
#include "cpu/MlpTraining.h"
#include "network/Initialize.h"

#include <tbb/blocked_range.h>
#include <tbb/enumerable_thread_specific.h>
#include <tbb/parallel_for.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <stdexcept>
#include <string>
#include <vector>

namespace neuralvolume::cpu
{
namespace
{

/// Samples of one task. Sums over samples are made chunk by chunk, in order, whatever the threads.
constexpr std::size_t Chunk = 512;

/// A batch with what its backward pass needs.
struct Batch
{
  std::size_t Count = 0;
  std::vector<float> Axis[3];
  std::vector<float> Targets;
  std::vector<float> EncodingGradient; ///< [level][sample][feature]
  std::vector<float> WeightGradients;  ///< [chunk][matrix parameters]
  std::vector<double> Losses;          ///< [chunk]

  void Resize(const Layout& layout, std::size_t samples);
};

void Batch::Resize(const Layout& layout, std::size_t samples)
{
  const std::size_t padded = (samples + MlpTraining::Tile - 1) / MlpTraining::Tile * MlpTraining::Tile;
  if (samples == this->Count)
  {
    return;
  }
  this->Count = samples;
  const std::size_t chunks = (samples + Chunk - 1) / Chunk;
  for (std::vector<float>& axis : this->Axis)
  {
    axis.assign(padded, 0.0f);
  }
  this->Targets.assign(padded * std::size_t(layout.Config.Outputs), 0.0f);
  this->EncodingGradient.resize(padded * std::size_t(layout.Config.Levels) * layout.Config.FeaturesPerLevel);
  this->WeightGradients.resize(chunks * layout.GridOffset);
  this->Losses.resize(chunks);
}

class CpuTraining final : public TrainingNetwork
{
public:
  CpuTraining(const NetworkConfig& config, std::uint64_t seed);

  float Step(const SampleSource& source, std::size_t batchSize, const AdamSettings& adam) override;
  void ComputeGradient(const SampleSource& source, std::size_t batchSize, std::span<float> gradient) override;
  void Quantise(const Quantisation& quantisation) override;
  std::uint64_t GetSteps() const override { return this->Steps; }
  void GetParameters(std::span<float> parameters) const override;
  void SetParameters(std::span<const float> parameters) override;

private:
  double RunBatch(const SampleSource& source, std::size_t batchSize);
  void RunChunk(const SampleSource& source, std::size_t batchSize, std::size_t chunk);
  void Encode(std::size_t begin, std::size_t count, float* encoded) const;
  void KeepEncodingGradient(std::size_t begin, std::size_t count, const float* encoded);
  void ScatterLevel(int level, std::size_t batchSize);
  void SumWeightGradients();
  void UpdateLevel(const AdamStep& step, float rateWeight, int level, std::size_t batchSize);
  void UpdateMatrices(const AdamStep& step, float l2);
  void UpdateRange(const AdamStep& step, const Rounding& rounding, std::size_t begin, std::size_t end);
  void RoundCopies();

  Layout Network;
  const Kernels& Simd;
  std::unique_ptr<MlpTraining> Mlp;
  std::vector<float> Parameters;
  std::vector<float> Mean;
  std::vector<float> Variance;
  std::vector<float> Gradient;
  Quantisation Rounded;
  std::vector<Half> Halves;   ///< what the encoding reads: rounded, in half the bytes, as a model will hold it
  std::vector<float> Weights; ///< what the MLP reads: rounded
  std::uint64_t Steps = 0;
  Batch Samples;
  tbb::enumerable_thread_specific<std::vector<float>> Encodings; ///< [Chunk x EncodedWidth]
};

CpuTraining::CpuTraining(const NetworkConfig& config, std::uint64_t seed)
  : Network(MakeLayout(config))
  , Simd(GetKernels())
  , Mlp(MakeMlpTraining(this->Network))
  , Parameters(this->Network.Parameters)
  , Mean(this->Network.Parameters)
  , Variance(this->Network.Parameters)
  , Gradient(this->Network.Parameters)
  , Halves(this->Network.Parameters)
  , Weights(this->Network.GridOffset)
  , Encodings(Chunk * std::size_t(this->Network.EncodedWidth))
{
  InitializeParameters(this->Network, seed, this->Parameters);
  this->RoundCopies();
}

void CpuTraining::GetParameters(std::span<float> parameters) const
{
  std::copy(this->Parameters.begin(), this->Parameters.end(), parameters.begin());
}

void CpuTraining::SetParameters(std::span<const float> parameters)
{
  if (parameters.size() != this->Parameters.size())
  {
    throw std::invalid_argument("the network has " + std::to_string(this->Parameters.size()) + " parameters, but " +
                                std::to_string(parameters.size()) + " were given");
  }
  std::copy(parameters.begin(), parameters.end(), this->Parameters.begin());
  this->RoundCopies();
}

void CpuTraining::Quantise(const Quantisation& quantisation)
{
  Validate(quantisation, this->Network);
  this->Rounded = quantisation;
  this->RoundCopies();
}

void CpuTraining::RoundCopies()
{
  std::vector<float> rounded = this->Parameters;
  RoundParameters(this->Network, this->Rounded, rounded);
  std::transform(rounded.begin(), rounded.end(), this->Halves.begin(), ToHalf);
}

void CpuTraining::Encode(std::size_t begin, std::size_t count, float* encoded) const
{
  const int features = this->Network.Config.FeaturesPerLevel;
  const auto width = std::size_t(this->Network.EncodedWidth);
  const std::size_t used = std::size_t(this->Network.Config.Levels) * features;
  for (std::size_t s = 0; s < count; ++s)
  {
    std::fill(encoded + s * width + used, encoded + (s + 1) * width, 0.0f);
  }
  for (int l = 0; l < this->Network.Config.Levels; ++l)
  {
    const GridLevel& level = this->Network.Levels[l];
    const Half* const table = this->Halves.data() + this->Network.GridOffset + std::size_t(level.Offset) * features;
    this->Simd.EncodeLevel(level, features, table, this->Samples.Axis[0].data() + begin,
      this->Samples.Axis[1].data() + begin, this->Samples.Axis[2].data() + begin, count, encoded + l * features, width);
  }
}

/// Samples' features of one level, from strided rows to dense ones.
template <std::size_t Features>
void CopyFeatures(const float* from, std::size_t stride, std::size_t count, float* to)
{
  for (std::size_t s = 0; s < count; ++s)
  {
    std::copy_n(from + s * stride, Features, to + s * Features);
  }
}

void CpuTraining::KeepEncodingGradient(std::size_t begin, std::size_t count, const float* encoded)
{
  const auto features = std::size_t(this->Network.Config.FeaturesPerLevel);
  const auto copy = features == 1   ? CopyFeatures<1>
                    : features == 2 ? CopyFeatures<2>
                    : features == 4 ? CopyFeatures<4>
                                    : CopyFeatures<8>;
  const std::size_t samples = this->Samples.Axis[0].size();
  for (std::size_t l = 0; l < std::size_t(this->Network.Config.Levels); ++l)
  {
    copy(encoded + l * features, std::size_t(this->Network.EncodedWidth), count,
      this->Samples.EncodingGradient.data() + (l * samples + begin) * features);
  }
}

void CpuTraining::RunChunk(const SampleSource& source, std::size_t batchSize, std::size_t chunk)
{
  constexpr std::size_t tile = MlpTraining::Tile;
  const std::size_t begin = chunk * Chunk;
  const std::size_t count = std::min(Chunk, batchSize - begin);
  const std::size_t padded = (count + tile - 1) / tile * tile;
  const int outputs = this->Network.Config.Outputs;
  const float scale = 1.0f / float(batchSize * outputs);
  float* const weightGradient = this->Samples.WeightGradients.data() + chunk * this->Network.GridOffset;
  float* const targets = this->Samples.Targets.data() + begin * outputs;

  source.Draw(this->Steps, batchSize, begin, count, this->Samples.Axis[0].data() + begin,
    this->Samples.Axis[1].data() + begin, this->Samples.Axis[2].data() + begin, targets);
  float* const encodings = this->Encodings.local().data();
  this->Encode(begin, padded, encodings);
  std::fill_n(weightGradient, this->Network.GridOffset, 0.0f);
  double loss = 0.0;
  for (std::size_t first = 0; first < padded; first += tile)
  {
    float* const encoded = encodings + first * this->Network.EncodedWidth;
    loss += this->Mlp->Run(std::min(tile, count - first), targets + first * outputs, scale, encoded, weightGradient);
    this->KeepEncodingGradient(begin + first, tile, encoded);
  }
  this->Samples.Losses[chunk] = loss;
}

double CpuTraining::RunBatch(const SampleSource& source, std::size_t batchSize)
{
  this->Samples.Resize(this->Network, batchSize);
  this->Weights.assign(this->Parameters.begin(), this->Parameters.begin() + std::ptrdiff_t(this->Network.GridOffset));
  RoundMatrices(this->Network, this->Rounded, this->Weights);
  this->Mlp->SetWeights(this->Weights.data());
  tbb::parallel_for(
    std::size_t(0), this->Samples.Losses.size(), [&](std::size_t chunk) { this->RunChunk(source, batchSize, chunk); });
  return std::accumulate(this->Samples.Losses.begin(), this->Samples.Losses.end(), 0.0) /
         double(batchSize * this->Network.Config.Outputs);
}

void CpuTraining::ScatterLevel(int level, std::size_t batchSize)
{
  const auto features = std::size_t(this->Network.Config.FeaturesPerLevel);
  const std::size_t samples = this->Samples.Axis[0].size();
  const GridLevel& grid = this->Network.Levels[level];
  const std::size_t padded = (batchSize + SampleGroup - 1) / SampleGroup * SampleGroup;
  this->Simd.ScatterLevel(grid, int(features), this->Samples.Axis[0].data(), this->Samples.Axis[1].data(),
    this->Samples.Axis[2].data(), padded, this->Samples.EncodingGradient.data() + level * samples * features, features,
    this->Gradient.data() + this->Network.GridOffset + grid.Offset * features);
}

void CpuTraining::SumWeightGradients()
{
  const std::size_t size = this->Network.GridOffset;
  for (std::size_t chunk = 0; chunk < this->Samples.Losses.size(); ++chunk)
  {
    const float* const part = this->Samples.WeightGradients.data() + chunk * size;
    std::transform(part, part + size, this->Gradient.begin(), this->Gradient.begin(), std::plus<>());
  }
}

void CpuTraining::UpdateRange(const AdamStep& step, const Rounding& rounding, std::size_t begin, std::size_t end)
{
  this->Simd.UpdateAdam(step, rounding,
    { this->Parameters.data() + begin, this->Mean.data() + begin, this->Variance.data() + begin }, end - begin,
    this->Gradient.data() + begin, this->Halves.data() + begin);
}

float CpuTraining::Step(const SampleSource& source, std::size_t batchSize, const AdamSettings& adam)
{
  const double loss = this->RunBatch(source, batchSize);
  ++this->Steps;
  const double step = double(this->Steps);
  const AdamStep constants = { adam.Beta1, adam.Beta2,
    float(adam.LearningRate / (1.0 - std::pow(double(adam.Beta1), step))),
    float(1.0 / std::sqrt(1.0 - std::pow(double(adam.Beta2), step))), adam.Epsilon };
  // One task for the matrices, one for each level, the largest first
  const int levels = this->Network.Config.Levels;
  tbb::parallel_for(
    tbb::blocked_range<int>(-1, levels, 1),
    [&](const tbb::blocked_range<int>& tasks)
    {
      for (int task = tasks.begin(); task < tasks.end(); ++task)
      {
        task < 0 ? this->UpdateMatrices(constants, adam.MlpL2)
                 : this->UpdateLevel(constants, adam.RateWeight, levels - 1 - task, batchSize);
      }
    },
    tbb::simple_partitioner());
  return float(loss);
}

void CpuTraining::UpdateLevel(const AdamStep& step, float rateWeight, int level, std::size_t batchSize)
{
  const auto features = std::size_t(this->Network.Config.FeaturesPerLevel);
  const GridLevel& grid = this->Network.Levels[level];
  const std::size_t begin = this->Network.GridOffset + grid.Offset * features;
  this->ScatterLevel(level, batchSize);
  const Rounding rounding =
    this->Rounded.IsNone() ? Rounding() : Rounding{ StepOf(this->Rounded.Levels[level]), rateWeight };
  this->UpdateRange(step, rounding, begin, begin + grid.Entries * features);
}

void CpuTraining::UpdateMatrices(const AdamStep& step, float l2)
{
  this->SumWeightGradients();
  for (std::size_t i = 0; i < this->Network.GridOffset; ++i)
  {
    this->Gradient[i] += l2 * this->Parameters[i];
  }
  this->UpdateRange(step, {}, 0, this->Network.GridOffset);
}

void CpuTraining::ComputeGradient(const SampleSource& source, std::size_t batchSize, std::span<float> gradient)
{
  this->RunBatch(source, batchSize);
  tbb::parallel_for(0, this->Network.Config.Levels, [&](int level) { this->ScatterLevel(level, batchSize); });
  this->SumWeightGradients();
  std::copy(this->Gradient.begin(), this->Gradient.end(), gradient.begin());
  std::fill(this->Gradient.begin(), this->Gradient.end(), 0.0f);
}

} // namespace

std::unique_ptr<TrainingNetwork> MakeTrainingNetwork(const NetworkConfig& config, std::uint64_t seed)
{
  return std::make_unique<CpuTraining>(config, seed);
}

} // namespace neuralvolume::cpu
