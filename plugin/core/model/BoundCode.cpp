// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "model/BoundCode.h"

#include <algorithm>
#include <limits>

namespace neuralvolume
{
namespace
{

constexpr std::array<int, LastBound + 1> Steps = []
{
  std::array<int, LastBound + 1> steps{};
  for (int i = 0; i <= LastBound; ++i)
  {
    steps[i] = i;
  }
  return steps;
}();

float DecodeStep(const ValueRange& range, int step)
{
  return float(range.Denormalise(float(step) / float(LastBound)));
}

} // namespace

BoundCode RoundOutwards(BoundCode code, int step)
{
  if (code[0] > code[1])
  {
    return code;
  }
  const int high = (code[1] + step - 1) / step * step;
  return { std::uint8_t(code[0] / step * step), std::uint8_t(std::min(high, LastBound)) };
}

BoundCode EncodeNormalisedBounds(float low, float high)
{
  return RoundOutwards(
    EncodeBounds({ 0.0, 1.0 }, std::clamp(low, 0.0f, 1.0f), std::clamp(high, 0.0f, 1.0f)), BoundUnit);
}

BoundCode EncodeBounds(const ValueRange& range, float low, float high)
{
  if (low > high)
  {
    return EmptyBoundCode;
  }
  const auto decode = [&range](int step) { return DecodeStep(range, step); };
  const auto above = std::ranges::lower_bound(Steps, high, {}, decode) - Steps.begin();
  const auto afterBelow = std::ranges::upper_bound(Steps, low, {}, decode) - Steps.begin();
  // Steps of the same value make the first above one come before the last below one.
  const auto [first, last] = std::minmax({ std::max(int(afterBelow) - 1, 0), std::min(int(above), LastBound) });
  return { std::uint8_t(first), std::uint8_t(last) };
}

std::array<float, 2> DecodeBounds(const ValueRange& range, BoundCode code)
{
  if (code[0] > code[1])
  {
    constexpr float infinity = std::numeric_limits<float>::infinity();
    return { infinity, -infinity };
  }
  return { DecodeStep(range, code[0]), DecodeStep(range, code[1]) };
}

} // namespace neuralvolume
