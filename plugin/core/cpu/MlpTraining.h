// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "network/Layout.h"

#include <cstddef>
#include <memory>

namespace neuralvolume::cpu
{

/// Forward and backward pass of the MLP, a tile of samples through all layers at a time.
class MlpTraining
{
public:
  /// Samples of a tile.
  static constexpr std::size_t Tile = 64;

  virtual ~MlpTraining() = default;

  /// Takes the matrices in the layout's order, once a step.
  virtual void SetWeights(const float* parameters) = 0;

  /// Replaces encoded, [Tile x EncodedWidth], by the gradient of scale * sum (output - target)^2 over the first
  /// count samples, adds the matrices' gradients of it to weightGradient and returns the sum, unscaled.
  /// May run on many threads at once.
  virtual double Run(
    std::size_t count, const float* targets, float scale, float* encoded, float* weightGradient) const = 0;
};

/// The fastest that this processor runs. Arithmetic is bfloat16 with float sums where there are instructions
/// for it, float elsewhere.
std::unique_ptr<MlpTraining> MakeMlpTraining(const Layout& layout);

} // namespace neuralvolume::cpu
