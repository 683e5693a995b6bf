// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "codec/Predictor.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

namespace neuralvolume
{

/// What a prediction with fitted weights still misses because the brick is not like the rest of the volume: a second
/// linear prediction whose weights learn from each sample by normalised least mean squares (Widrow & Hoff 1960).
class Correction
{
public:
  explicit Correction(const std::array<std::ptrdiff_t, Neighbours>& offsets)
    : Offsets(offsets)
  {
  }

  /// The better prediction.
  std::int32_t Correct(const CodedSample* sample, std::int32_t prediction)
  {
    std::int64_t sum = 0;
    this->Power = FirstPower;
    for (std::size_t i = 0; i < Size; ++i)
    {
      const std::int64_t difference = std::int64_t(sample[this->Offsets[i]].Value) - prediction;
      this->Differences[i] = std::clamp<std::int64_t>(difference, -LargestDifference, LargestDifference);
      this->Power += this->Differences[i] * this->Differences[i];
      sum += this->Weights[i] * this->Differences[i];
    }
    return std::int32_t(std::clamp<std::int64_t>(prediction + (sum >> WeightBits), -LargestValue, LargestValue));
  }

  /// Learns by how many steps the value was from what Correct said.
  void Update(std::int32_t symbol)
  {
    constexpr std::int64_t largest = LargestDifference >> StepBits;
    const std::int64_t error = std::clamp<std::int64_t>(symbol, -largest, largest) << StepBits;
    const std::int64_t gain = ((error * LearningRate) << (WeightBits - RateBits + GainBits)) / this->Power;
    for (std::size_t i = 0; i < Size && symbol != 0; ++i)
    {
      const std::int64_t weight = this->Weights[i] + ((gain * this->Differences[i]) >> GainBits);
      this->Weights[i] = std::clamp(weight, -LargestWeight, LargestWeight);
    }
  }

private:
  static constexpr std::size_t Size = 13; ///< of the nearest neighbours
  static constexpr int WeightBits = 20;
  static constexpr int GainBits = 10;
  static constexpr int RateBits = 10;
  static constexpr std::int64_t LearningRate = 8; ///< in 1 / (1 << RateBits)
  static constexpr std::int64_t FirstPower = std::int64_t(1) << (2 * StepBits - 1);
  static constexpr std::int64_t LargestDifference = std::int64_t(1) << (2 * StepBits);
  static constexpr std::int64_t LargestWeight = std::int64_t(4) << WeightBits;

  const std::array<std::ptrdiff_t, Neighbours>& Offsets;
  std::array<std::int64_t, Size> Weights{};
  std::array<std::int64_t, Size> Differences{};
  std::int64_t Power = FirstPower;
};

} // namespace neuralvolume
