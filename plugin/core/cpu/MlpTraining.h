// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "cpu/Kernels.h"
#include "network/Layout.h"

#include <cstddef>
#include <span>
#include <vector>

namespace neuralvolume::cpu
{

/// Forward and backward pass of the MLP over the samples of a chunk.
class MlpTraining
{
public:
  explicit MlpTraining(const Layout& layout);

  /// Takes the matrices in the layout's order, once a step.
  void SetWeights(const float* parameters);

  /// Buffers of one thread.
  struct Scratch
  {
    std::vector<std::vector<float>> Activations; ///< of each hidden layer, [Tile x width]
    std::vector<float> Gradient[2];              ///< [Tile x width]
    std::vector<float> Outputs;                  ///< [Tile x outputs]
  };
  Scratch MakeScratch() const;

  /// Samples that pass through all layers together.
  static constexpr std::size_t Tile = 64;

  /// encoded: [Tile x EncodedWidth], replaced by the loss's gradient by it; adds the matrices' gradients
  /// of scale * sum |output - target| to weightGradient and returns that sum, unscaled, of the first count samples.
  double Run(Scratch& scratch, std::size_t count, const float* targets, float scale, float* encoded,
    float* weightGradient) const;

private:
  void Forward(Scratch& scratch, const float* encoded) const;
  double BackpropagateLoss(
    Scratch& scratch, std::size_t count, const float* targets, float scale, float* weightGradient) const;

  const Layout& Network;
  const Kernels& Simd;
  std::vector<float> Weights;                 ///< as in the layout
  std::vector<std::vector<float>> Transposed; ///< [input x output] of all matrices but the last
};

} // namespace neuralvolume::cpu
