// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <atomic>
#include <chrono>
#include <limits>
#include <stdexcept>

namespace neuralvolume
{

/// How many bricks may be decoded, and until when. Many threads take from it.
struct DecodeAllowance
{
  using Clock = std::chrono::steady_clock;

  std::atomic<int> Bricks = std::numeric_limits<int>::max();
  Clock::time_point Until = Clock::time_point::max(); ///< changes while nobody takes

  bool Take()
  {
    return this->Bricks.load(std::memory_order_relaxed) > 0 && Clock::now() < this->Until && --this->Bricks >= 0;
  }
};

/// A brick is missing, and there is no allowance for it.
struct IsNotDecoded : std::runtime_error
{
  IsNotDecoded()
    : std::runtime_error("a brick is not decoded")
  {
  }
};

} // namespace neuralvolume
