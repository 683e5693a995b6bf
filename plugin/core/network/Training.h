// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace neuralvolume
{

/// Where training samples come from. Draws are a function of (step, index) alone, so that any
/// division of a batch among threads gives the same batch.
class SampleSource
{
public:
  virtual ~SampleSource() = default;

  virtual int GetOutputs() const = 0;

  /// Samples begin .. begin + count - 1 of a batch of batchSize. Positions are in the unit cube, one array
  /// per axis; targets[i * outputs + c] are normalised to [0, 1]. Called from many threads at once.
  virtual void Draw(std::uint64_t step, std::size_t batchSize, std::size_t begin, std::size_t count, float* x, float* y,
    float* z, float* targets) const = 0;
};

/// Adam (Kingma & Ba 2015). The l2 term acts on the MLP alone; grid entries without gradient are skipped.
struct AdamSettings
{
  float LearningRate = 5e-3f;
  float Beta1 = 0.9f;
  float Beta2 = 0.999f;
  float Epsilon = 1e-15f;
  float MlpL2 = 1e-6f;
};

/// One network in training: what a backend implements.
class TrainingNetwork
{
public:
  virtual ~TrainingNetwork() = default;

  /// One optimiser step on a batch (L1 loss); the mean loss before the step.
  virtual float Step(const SampleSource& source, std::size_t batchSize, const AdamSettings& adam) = 0;

  /// Gradient of the mean L1 loss over the batch that Step would take next, flat; changes nothing.
  virtual void ComputeGradient(const SampleSource& source, std::size_t batchSize, std::span<float> gradient) = 0;

  virtual std::uint64_t GetSteps() const = 0;
  virtual void GetParameters(std::span<float> parameters) const = 0;
  virtual void SetParameters(std::span<const float> parameters) = 0;
};

} // namespace neuralvolume
