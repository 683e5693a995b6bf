// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "codec/PaddedBrick.h"

#include <array>
#include <cstdint>
#include <span>
#include <vector>

/// Linear prediction of samples in fixed point, and their quantisation in the loop: what is predicted from is what a
/// decoder has, so errors do not add up (DPCM).
namespace neuralvolume
{

/// Values are integers; this many of their bits lie below a quantisation step.
inline constexpr int StepBits = 10;

/// Larger values are clamped; no sound ones are.
inline constexpr std::int32_t LargestValue = 1 << 30;

/// One weight for each of NeighbourOffsets, in 1/4096.
using PredictorWeights = std::array<std::int16_t, Neighbours>;

class Predictor
{
public:
  Predictor(const PredictorWeights& weights, const std::array<std::ptrdiff_t, Neighbours>& offsets)
    : Weights(weights)
    , Offsets(offsets)
  {
  }

  std::int32_t Predict(const CodedSample* sample) const
  {
    std::int64_t sum = 1 << (WeightBits - 1);
    for (int i = 0; i < Neighbours; ++i)
    {
      sum += std::int64_t(this->Weights[i]) * sample[this->Offsets[i]].Value;
    }
    return std::int32_t(std::clamp<std::int64_t>(sum >> WeightBits, -LargestValue, LargestValue));
  }

  static constexpr int WeightBits = 12;

private:
  const PredictorWeights& Weights;
  const std::array<std::ptrdiff_t, Neighbours>& Offsets;
};

/// The number of steps from a prediction to a value, rounded.
inline std::int32_t QuantiseStep(std::int32_t value, std::int32_t prediction)
{
  return (value - prediction + (1 << (StepBits - 1))) >> StepBits;
}

/// The nearest multiple of a lattice's spacing.
inline std::int32_t Snap(std::int32_t value, std::int32_t spacing)
{
  const std::int32_t away = value < 0 ? -spacing / 2 : spacing / 2;
  return (value + away) / spacing * spacing;
}

/// How bricks are coded.
struct BrickScheme
{
  /// What Lattice is for values that are whole numbers of steps: a little more than a step, so that half a step and
  /// rounding lead to one multiple of it alone.
  static constexpr std::int32_t WholeStep = (1 << StepBits) + 2;

  std::vector<PredictorWeights> Weights; ///< one for each component
  std::int32_t Lattice = 0;              ///< all values are multiples of it and come back exactly; 0: they need not

  friend bool operator==(const BrickScheme&, const BrickScheme&) = default;

  std::int32_t Dequantise(std::int32_t symbol, std::int32_t prediction) const
  {
    const std::int64_t sum = prediction + (std::int64_t(symbol) << StepBits);
    const auto value = std::int32_t(std::clamp<std::int64_t>(sum, -LargestValue, LargestValue));
    return this->Lattice > 0 ? Snap(value, this->Lattice) : value;
  }
};

/// The samples of a box.
struct BrickShape
{
  std::array<int, 3> Size = { 0, 0, 0 };
  std::vector<std::uint8_t> Invalid; ///< not zero where a sample has no value; empty where all have

  std::size_t GetSamples() const { return std::size_t(this->Size[0]) * this->Size[1] * this->Size[2]; }
  bool IsInvalid(std::size_t sample) const { return !this->Invalid.empty() && this->Invalid[sample]; }
};

/// Fixed-point values of a box, component by component, x fastest.
struct BrickValues
{
  BrickShape Shape;
  std::vector<std::int32_t> Values;

  const std::int32_t* GetComponent(std::size_t component) const
  {
    return this->Values.data() + component * this->Shape.GetSamples();
  }
};

/// Weights that predict a component of some bricks best: least squares, in which a sample counts the less the less
/// its neighbourhood tells of it.
PredictorWeights FitPredictor(std::span<const BrickValues> bricks, std::size_t component, std::int32_t lattice);

} // namespace neuralvolume
