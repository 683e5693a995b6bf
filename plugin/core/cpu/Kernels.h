// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "network/Field.h"
#include "network/Quantisation.h"

#include <cstddef>
#include <cstdint>

/// What the CPU computes with SIMD instructions, one table of functions per instruction set.
/// Activations are sample-major: row i holds all features of sample i.
namespace neuralvolume::cpu
{

/// Kernels work on whole groups of this many samples; callers pad.
inline constexpr std::size_t SampleGroup = 16;

/// Features of one level at count samples (a multiple of SampleGroup) with positions in [0, 1]:
/// encoded[i * stride + f].
using EncodeLevelFunction = void (*)(const GridLevel& level, int features, const Half* table, const float* x,
  const float* y, const float* z, std::size_t count, float* encoded, std::size_t stride);

/// The transpose of EncodeLevel: adds each sample's gradient to the entries that made its features,
/// sample after sample.
using ScatterLevelFunction = void (*)(const GridLevel& level, int features, const float* x, const float* y,
  const float* z, std::size_t count, const float* gradient, std::size_t stride, float* tableGradient);

/// output[rows x columns] = input[rows x depth] * weights[depth x columns], ReLU where asked for.
/// rows is a multiple of 4, columns of 16; columns are also the strides of output and weights.
using MultiplyFunction = void (*)(const float* input, std::size_t inputStride, const float* weights, std::size_t rows,
  std::size_t depth, std::size_t columns, float* output, bool relu);

/// output[i * outputs + c] = <input row i, weights row c>.
using ProjectFunction = void (*)(const float* input, std::size_t inputStride, const float* weights, std::size_t rows,
  std::size_t depth, int outputs, float* output);

/// sums[rows x columns] += transpose(left[samples x rows]) * right[samples x columns].
/// rows is a multiple of 4, columns of 16.
using AccumulateOuterFunction = void (*)(
  const float* left, std::size_t rows, const float* right, std::size_t columns, std::size_t samples, float* sums);

/// What the backward pass of the last matrix works on.
struct LossShape
{
  std::size_t Count;   ///< samples of the tile that exist
  std::size_t Samples; ///< samples of the tile
  std::size_t Width;   ///< neurons of the last hidden layer, a multiple of 16
  int Outputs;
};

/// L2 loss: gradient[samples x width] of scale * sum (output - target)^2 by the last hidden layer's
/// activations; adds to weightGradient[outputs x width]; the sum, unscaled.
using BackpropagateLossFunction = double (*)(const LossShape& shape, const float* outputs, const float* targets,
  float scale, const float* activations, const float* weights, float* gradient, float* weightGradient);

/// Zeroes the gradient where the activation is not positive; count is a multiple of 16.
using BackpropagateReluFunction = void (*)(const float* activation, std::size_t count, float* gradient);

/// One step of Adam with everything that does not change from parameter to parameter.
struct AdamStep
{
  float Beta1;
  float Beta2;
  float Rate;       ///< learning rate / (1 - beta1^t)
  float Correction; ///< 1 / sqrt(1 - beta2^t)
  float Epsilon;
};

/// What a run of parameters is rounded to, and the weight of its rate, log(1 + |parameter / step|), in the loss.
struct Rounding
{
  float Step = 0.0f; ///< 0: not rounded
  float RateWeight = 0.0f;
};

/// Parameters and moments of a run of count parameters, a multiple of 8.
struct AdamState
{
  float* Parameters;
  float* Mean;
  float* Variance;
};

/// Updates state where the gradient is not zero, keeps rounded half-precision copies of the parameters and
/// clears the gradient.
using UpdateAdamFunction = void (*)(const AdamStep& step, const Rounding& rounding, const AdamState& state,
  std::size_t count, float* gradient, Half* copies);

struct Kernels
{
  const char* Name; ///< instruction set
  EncodeLevelFunction EncodeLevel;
  ScatterLevelFunction ScatterLevel;
  MultiplyFunction Multiply;
  ProjectFunction Project;
  AccumulateOuterFunction AccumulateOuter;
  BackpropagateLossFunction BackpropagateLoss;
  BackpropagateReluFunction BackpropagateRelu;
  UpdateAdamFunction UpdateAdam;
};

/// The fastest set that this processor runs.
const Kernels& GetKernels();

} // namespace neuralvolume::cpu
