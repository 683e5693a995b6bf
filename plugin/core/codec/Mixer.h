// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "codec/Logistic.h"

#include <array>
#include <cstddef>
#include <cstdint>

namespace neuralvolume
{

/// Makes one probability of several: a weighted sum in the logistic domain, whose weights learn from each bit by
/// gradient descent on its cost (Mahoney 2005, "Adaptive weighing of context models for lossless data compression").
template <std::size_t Inputs>
class Mixer
{
public:
  using Stretched = std::array<std::int32_t, Inputs>;

  explicit Mixer(std::int32_t weight) { this->Weights.fill(weight); }

  /// The probability of a one, in 1/65536.
  std::uint32_t Mix(const Stretched& inputs) const
  {
    std::int64_t sum = 0;
    for (std::size_t i = 0; i < Inputs; ++i)
    {
      sum += std::int64_t(this->Weights[i]) * inputs[i];
    }
    return Squash(std::int32_t(sum >> WeightBits));
  }

  /// Learns from a bit for which Mix said mixed.
  void Update(const Stretched& inputs, std::uint32_t mixed, bool bit)
  {
    const std::int32_t error = (bit ? 65536 : 0) - std::int32_t(mixed);
    for (std::size_t i = 0; i < Inputs; ++i)
    {
      this->Weights[i] += (inputs[i] * error * LearningRate + (1 << 15)) >> 16;
    }
  }

  static constexpr int WeightBits = 16; ///< 1 << WeightBits is a weight of 1

private:
  static constexpr std::int32_t LearningRate = 3; ///< in 1/256

  std::array<std::int32_t, Inputs> Weights;
};

} // namespace neuralvolume
