// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>

namespace neuralvolume
{

/// Positions in the unit cube, one array per axis.
struct Positions
{
  const float* X = nullptr;
  const float* Y = nullptr;
  const float* Z = nullptr;
};

/// Values of a network at positions: what a backend implements, and all that decoding and drawing know of it.
class Evaluator
{
public:
  virtual ~Evaluator() = default;

  virtual int GetOutputs() const = 0;

  /// values[i * outputs + c] = component c at position i, normalised as it was trained, not clamped.
  /// Runs on the calling thread, allocates nothing, and may be called from many threads at once.
  virtual void Evaluate(const Positions& positions, std::size_t count, float* values) const = 0;
};

} // namespace neuralvolume
