// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "codec/Logistic.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace neuralvolume
{
namespace
{

constexpr int StretchSize = 4096; ///< probabilities are told apart in 1/4096
constexpr int SquashSize = 2 * LargestStretch + 1;

// No entry lies so near to a half that libraries which differ in the last bits of exp or log would round it to
// another integer; the tests hold that.
const std::array<std::int16_t, StretchSize> StretchTable = []
{
  std::array<std::int16_t, StretchSize> table;
  for (int i = 0; i < StretchSize; ++i)
  {
    const double p = (i + 0.5) / StretchSize;
    const double stretched = std::round(256.0 * std::log(p / (1.0 - p)));
    table[i] = std::int16_t(std::clamp(stretched, -double(LargestStretch), double(LargestStretch)));
  }
  return table;
}();

const std::array<std::uint16_t, SquashSize> SquashTable = []
{
  std::array<std::uint16_t, SquashSize> table;
  for (int i = 0; i < SquashSize; ++i)
  {
    table[i] = std::uint16_t(std::round(65536.0 / (1.0 + std::exp((LargestStretch - i) / 256.0))));
  }
  return table;
}();

} // namespace

std::int32_t Stretch(std::uint32_t probability)
{
  return StretchTable[probability >> 4];
}

std::uint32_t Squash(std::int32_t stretched)
{
  return SquashTable[std::clamp(stretched, -LargestStretch, LargestStretch) + LargestStretch];
}

} // namespace neuralvolume
