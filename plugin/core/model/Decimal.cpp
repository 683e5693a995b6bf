// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "model/Decimal.h"

#include <array>
#include <charconv>

namespace neuralvolume
{
namespace
{

constexpr std::size_t MaximumLength = 32;

template <typename... Arguments>
double ThroughText(Arguments... arguments)
{
  std::array<char, MaximumLength> text;
  const char* end = std::to_chars(text.data(), text.data() + text.size(), arguments...).ptr;
  double value = 0.0;
  std::from_chars(text.data(), end, value);
  return value;
}

} // namespace

double ShortestDecimal(float value)
{
  return ThroughText(value);
}

double RoundDecimal(double value, int digits)
{
  return ThroughText(value, std::chars_format::scientific, digits - 1);
}

} // namespace neuralvolume
