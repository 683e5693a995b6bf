// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "network/Quantisation.h"

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
  float RateWeight = 0.0f; ///< of what quantised parameters cost against the loss, see TrainingNetwork::Quantise
};

/// One network in training: what a backend implements.
class TrainingNetwork
{
public:
  virtual ~TrainingNetwork() = default;

  /// One optimiser step on a batch; the loss before the step: the mean squared difference.
  virtual float Step(const SampleSource& source, std::size_t batchSize, const AdamSettings& adam) = 0;

  /// Gradient of the loss over the batch that Step would take next, flat; changes nothing.
  virtual void ComputeGradient(const SampleSource& source, std::size_t batchSize, std::span<float> gradient) = 0;

  /// From now on trains for rounded parameters: the loss is that of the network of rounded ones, its gradient is
  /// taken for that of the unrounded ones (Bengio et al. 2013), which are kept. To the loss comes
  /// AdamSettings::RateWeight times the sum of log(1 + |parameter / step|), about what a parameter costs in a file, for
  /// the grid's entries that a batch reads. Throws std::invalid_argument as Validate does.
  virtual void Quantise(const Quantisation& quantisation) = 0;

  virtual std::uint64_t GetSteps() const = 0;
  /// Not rounded.
  virtual void GetParameters(std::span<float> parameters) const = 0;
  virtual void SetParameters(std::span<const float> parameters) = 0;
};

} // namespace neuralvolume
