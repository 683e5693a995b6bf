// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "model/Model.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

namespace neuralvolume
{

/// Which samples of a volume have values.
class ValidSamples
{
public:
  /// Refers to the model's mask. Throws std::invalid_argument where that is shorter than the volume.
  explicit ValidSamples(const Model& model);

  /// Of the sample nearest to a position in unit coordinates.
  bool IsValid(const std::array<float, 3>& position) const
  {
    if (this->Invalid == nullptr)
    {
      return true;
    }
    std::size_t index = 0;
    for (std::size_t axis = 3; axis-- > 0;)
    {
      const int samples = this->Dimensions[axis];
      index =
        index * std::size_t(samples) + std::size_t(std::clamp(int(position[axis] * float(samples)), 0, samples - 1));
    }
    return !((this->Invalid[index / 8] >> (index % 8)) & 1u);
  }

private:
  const std::uint8_t* Invalid;
  std::array<int, 3> Dimensions;
};

} // namespace neuralvolume
