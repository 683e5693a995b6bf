// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
// Per-target include guard, as Highway prescribes.
#if defined(NEURALVOLUME_CPU_MLP_INL_H) == defined(HWY_TARGET_TOGGLE)
#  ifdef NEURALVOLUME_CPU_MLP_INL_H
#    undef NEURALVOLUME_CPU_MLP_INL_H
#  else
#    define NEURALVOLUME_CPU_MLP_INL_H
#  endif

#  include "cpu/Kernels.h"

#  include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace neuralvolume::cpu::HWY_NAMESPACE
{
namespace hn = hwy::HWY_NAMESPACE;

using FloatTag = hn::CappedTag<float, 16>;

/// Rows that share each load of the weights.
inline constexpr int RowBlock = 4;

/// A block of RowBlock rows times Vectors vectors of columns, held in registers.
template <int Vectors>
HWY_INLINE void MultiplyBlock(const float* HWY_RESTRICT input, std::size_t inputStride,
  const float* HWY_RESTRICT weights, std::size_t depth, std::size_t columns, float* HWY_RESTRICT output, bool relu)
{
  const FloatTag d;
  hn::Vec<FloatTag> sums[RowBlock][Vectors];
  for (int row = 0; row < RowBlock; ++row)
  {
    for (int v = 0; v < Vectors; ++v)
    {
      sums[row][v] = hn::Zero(d);
    }
  }
  for (std::size_t k = 0; k < depth; ++k)
  {
    hn::Vec<FloatTag> w[Vectors];
    for (int v = 0; v < Vectors; ++v)
    {
      w[v] = hn::LoadU(d, weights + k * columns + v * hn::Lanes(d));
    }
    for (int row = 0; row < RowBlock; ++row)
    {
      const auto value = hn::Set(d, input[row * inputStride + k]);
      for (int v = 0; v < Vectors; ++v)
      {
        sums[row][v] = hn::MulAdd(value, w[v], sums[row][v]);
      }
    }
  }
  const auto floor = hn::Set(d, relu ? 0.0f : -HUGE_VALF);
  for (int row = 0; row < RowBlock; ++row)
  {
    for (int v = 0; v < Vectors; ++v)
    {
      hn::StoreU(hn::Max(sums[row][v], floor), d, output + row * columns + v * hn::Lanes(d));
    }
  }
}

/// Vectors per block such that the sums fill the registers: 16 of 32 with AVX-512, 8 of 16 elsewhere.
inline constexpr int WideBlock = HWY_MAX_BYTES >= 64 ? 4 : 2;

void Multiply(const float* input, std::size_t inputStride, const float* weights, std::size_t rows, std::size_t depth,
  std::size_t columns, float* output, bool relu)
{
  const std::size_t lanes = hn::Lanes(FloatTag());
  for (std::size_t row = 0; row < rows; row += RowBlock)
  {
    const float* const in = input + row * inputStride;
    float* const out = output + row * columns;
    std::size_t column = 0;
    for (; column + WideBlock * lanes <= columns; column += WideBlock * lanes)
    {
      MultiplyBlock<WideBlock>(in, inputStride, weights + column, depth, columns, out + column, relu);
    }
    for (; column < columns; column += lanes)
    {
      MultiplyBlock<1>(in, inputStride, weights + column, depth, columns, out + column, relu);
    }
  }
}

void Project(const float* input, std::size_t inputStride, const float* weights, std::size_t rows, std::size_t depth,
  int outputs, float* output)
{
  const FloatTag d;
  for (std::size_t row = 0; row < rows; ++row)
  {
    for (int c = 0; c < outputs; ++c)
    {
      auto sum = hn::Zero(d);
      for (std::size_t k = 0; k < depth; k += hn::Lanes(d))
      {
        sum = hn::MulAdd(hn::LoadU(d, input + row * inputStride + k), hn::LoadU(d, weights + c * depth + k), sum);
      }
      output[row * outputs + c] = hn::GetLane(hn::SumOfLanes(d, sum));
    }
  }
}

/// A block of RowBlock rows of the gradient times Vectors vectors of its columns, held in registers.
template <int Vectors>
HWY_INLINE void AccumulateBlock(const float* HWY_RESTRICT left, std::size_t leftStride, const float* HWY_RESTRICT right,
  std::size_t rightStride, std::size_t samples, std::size_t columns, float* HWY_RESTRICT sums)
{
  const FloatTag d;
  hn::Vec<FloatTag> block[RowBlock][Vectors];
  for (int row = 0; row < RowBlock; ++row)
  {
    for (int v = 0; v < Vectors; ++v)
    {
      block[row][v] = hn::LoadU(d, sums + row * columns + v * hn::Lanes(d));
    }
  }
  for (std::size_t s = 0; s < samples; ++s)
  {
    hn::Vec<FloatTag> r[Vectors];
    for (int v = 0; v < Vectors; ++v)
    {
      r[v] = hn::LoadU(d, right + s * rightStride + v * hn::Lanes(d));
    }
    for (int row = 0; row < RowBlock; ++row)
    {
      const auto value = hn::Set(d, left[s * leftStride + row]);
      for (int v = 0; v < Vectors; ++v)
      {
        block[row][v] = hn::MulAdd(value, r[v], block[row][v]);
      }
    }
  }
  for (int row = 0; row < RowBlock; ++row)
  {
    for (int v = 0; v < Vectors; ++v)
    {
      hn::StoreU(block[row][v], d, sums + row * columns + v * hn::Lanes(d));
    }
  }
}

void AccumulateOuter(
  const float* left, std::size_t rows, const float* right, std::size_t columns, std::size_t samples, float* sums)
{
  const std::size_t lanes = hn::Lanes(FloatTag());
  for (std::size_t row = 0; row < rows; row += RowBlock)
  {
    std::size_t column = 0;
    for (; column + WideBlock * lanes <= columns; column += WideBlock * lanes)
    {
      AccumulateBlock<WideBlock>(
        left + row, rows, right + column, columns, samples, columns, sums + row * columns + column);
    }
    for (; column < columns; column += lanes)
    {
      AccumulateBlock<1>(left + row, rows, right + column, columns, samples, columns, sums + row * columns + column);
    }
  }
}

/// gradient += slope * weights, sums += slope * activations.
HWY_INLINE void BackpropagateOutput(
  float slope, std::size_t width, const float* activations, const float* weights, float* gradient, float* sums)
{
  const FloatTag d;
  const auto factor = hn::Set(d, slope);
  for (std::size_t k = 0; k < width; k += hn::Lanes(d))
  {
    hn::StoreU(hn::MulAdd(factor, hn::LoadU(d, weights + k), hn::LoadU(d, gradient + k)), d, gradient + k);
    hn::StoreU(hn::MulAdd(factor, hn::LoadU(d, activations + k), hn::LoadU(d, sums + k)), d, sums + k);
  }
}

double BackpropagateLoss(const LossShape& shape, const float* outputs, const float* targets, float scale,
  const float* activations, const float* weights, float* gradient, float* weightGradient)
{
  std::fill_n(gradient, shape.Samples * shape.Width, 0.0f);
  double loss = 0.0;
  for (std::size_t s = 0; s < shape.Count; ++s)
  {
    for (int c = 0; c < shape.Outputs; ++c)
    {
      const float difference = outputs[s * shape.Outputs + c] - targets[s * shape.Outputs + c];
      loss += double(difference) * difference;
      BackpropagateOutput(2.0f * scale * difference, shape.Width, activations + s * shape.Width,
        weights + c * shape.Width, gradient + s * shape.Width, weightGradient + c * shape.Width);
    }
  }
  return loss;
}

void BackpropagateRelu(const float* activation, std::size_t count, float* gradient)
{
  const FloatTag d;
  for (std::size_t i = 0; i < count; i += hn::Lanes(d))
  {
    const auto active = hn::Gt(hn::LoadU(d, activation + i), hn::Zero(d));
    hn::StoreU(hn::IfThenElseZero(active, hn::LoadU(d, gradient + i)), d, gradient + i);
  }
}

} // namespace neuralvolume::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif // per-target include guard
