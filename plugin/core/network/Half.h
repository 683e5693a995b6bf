// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "network/HostDevice.h"

#include <bit>
#include <cstdint>

namespace neuralvolume
{

/// IEEE 754 binary16 as stored in a model: the bits alone, no arithmetic.
struct Half
{
  std::uint16_t Bits = 0;

  friend bool operator==(const Half&, const Half&) = default;
};

NV_HOST_DEVICE inline float ToFloat(Half half)
{
  const std::uint32_t sign = std::uint32_t(half.Bits & 0x8000u) << 16;
  const std::uint32_t magnitude = std::uint32_t(half.Bits & 0x7fffu);
  if (magnitude >= 0x7c00u) // infinity, NaN
  {
    return std::bit_cast<float>(sign | 0x7f800000u | ((magnitude & 0x3ffu) << 13));
  }
  // Shift the exponent into place; multiplying by 2^112 rebiases it and normalises subnormals.
  const float scaled = std::bit_cast<float>(magnitude << 13) * std::bit_cast<float>(0x77800000u);
  return std::bit_cast<float>(sign | std::bit_cast<std::uint32_t>(scaled));
}

/// Rounds to nearest even; what is beyond the largest half becomes infinity.
NV_HOST_DEVICE inline Half ToHalf(float value)
{
  const std::uint32_t bits = std::bit_cast<std::uint32_t>(value);
  const std::uint16_t sign = std::uint16_t((bits >> 16) & 0x8000u);
  const std::uint32_t magnitude = bits & 0x7fffffffu;
  if (magnitude > 0x7f800000u)
  {
    return { std::uint16_t(sign | 0x7e00u) };
  }
  if (magnitude >= 0x477ff000u) // rounds to 2^16 or more
  {
    return { std::uint16_t(sign | 0x7c00u) };
  }
  if (magnitude < 0x38800000u) // below 2^-14: let the adder round to the subnormal's last bit
  {
    const float shifted = std::bit_cast<float>(magnitude) + 0.5f;
    return { std::uint16_t(sign | (std::bit_cast<std::uint32_t>(shifted) - 0x3f000000u)) };
  }
  const std::uint32_t rounded = magnitude + 0xfffu + ((magnitude >> 13) & 1u);
  return { std::uint16_t(sign | ((rounded - 0x38000000u) >> 13)) };
}

} // namespace neuralvolume
