// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "model/ScalarType.h"

#include <array>
#include <cstddef>
#include <cstdint>

namespace neuralvolume
{

/// A volume in memory that somebody else owns, in its own type: x fastest, components interleaved.
struct VolumeView
{
  const void* Data = nullptr;
  ScalarType Type = ScalarType::Float32;
  std::array<int, 3> Dimensions = { 0, 0, 0 }; ///< points along x, y, z
  int Components = 1;
  const std::uint8_t* Invalid = nullptr; ///< optional, one byte a point: not zero where the point has no value

  std::size_t GetPoints() const
  {
    return std::size_t(this->Dimensions[0]) * std::size_t(this->Dimensions[1]) * std::size_t(this->Dimensions[2]);
  }
};

} // namespace neuralvolume
