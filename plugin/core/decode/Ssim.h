// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace neuralvolume
{

/// Planes of two volumes one behind the other in memory, x fastest; NaN where there is no value.
struct PlaneStack
{
  const double* First = nullptr;
  const double* Second = nullptr;
  std::array<int, 2> Size = { 0, 0 }; ///< points along x and y
  std::size_t Stride = 0;             ///< values from one plane to the next
};

struct ScoreSum
{
  double Sum = 0.0;
  std::uint64_t Windows = 0; ///< that hold no NaN
};

/// SSIM (Wang et al. 2004) summed over the windows that start in the first plane and in the first
/// starts[0] columns and starts[1] rows. Values are scaled so that the data's range is 1; offset is what was
/// subtracted from them before that.
ScoreSum SumSsim(
  const PlaneStack& stack, const std::array<int, 3>& window, const std::array<int, 2>& starts, double offset);

} // namespace neuralvolume
