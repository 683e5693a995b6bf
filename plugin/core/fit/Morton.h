// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <cstdint>

namespace neuralvolume
{

/// Nine bits of a Morton code dealt out: bits 0-2 go to x, 21-23 to y, 42-44 to z.
inline constexpr std::array<std::uint64_t, 512> MortonTable = []
{
  std::array<std::uint64_t, 512> table{};
  for (std::uint64_t code = 0; code < table.size(); ++code)
  {
    for (int bit = 0; bit < 9; ++bit)
    {
      table[code] |= ((code >> bit) & 1u) << (21 * (bit % 3) + bit / 3);
    }
  }
  return table;
}();

/// The point of the unit cube at a 63-bit place along the Morton curve.
inline std::array<float, 3> MortonPosition(std::uint64_t code)
{
  std::uint64_t axes = 0;
  for (int digit = 0; digit < 7; ++digit)
  {
    axes |= MortonTable[(code >> (9 * digit)) & 511u] << (3 * digit);
  }
  constexpr std::uint64_t mask = (1u << 21) - 1;
  constexpr float cell = 0x1p-21f;
  return { (float(int(axes & mask)) + 0.5f) * cell, (float(int((axes >> 21) & mask)) + 0.5f) * cell,
    (float(int(axes >> 42)) + 0.5f) * cell };
}

} // namespace neuralvolume
