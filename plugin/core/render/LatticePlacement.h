// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <cstddef>

namespace neuralvolume
{

/// Unit coordinates as positions among the samples of a lattice.
struct LatticePlacement
{
  std::array<double, 3> SamplesPerUnit = {};
  std::array<double, 3> FirstSample = {}; ///< its position among samples, from the corner of the unit cube

  std::array<float, 3> Place(const std::array<double, 3>& unit) const
  {
    std::array<float, 3> position;
    for (std::size_t axis = 0; axis < 3; ++axis)
    {
      position[axis] = float(unit[axis] * this->SamplesPerUnit[axis] - this->FirstSample[axis]);
    }
    return position;
  }

  std::array<float, 3> PlaceVector(const std::array<double, 3>& unit) const
  {
    std::array<float, 3> vector;
    for (std::size_t axis = 0; axis < 3; ++axis)
    {
      vector[axis] = float(unit[axis] * this->SamplesPerUnit[axis]);
    }
    return vector;
  }

  std::array<double, 3> ToUnit(const std::array<float, 3>& position) const
  {
    std::array<double, 3> unit;
    for (std::size_t axis = 0; axis < 3; ++axis)
    {
      unit[axis] = (position[axis] + this->FirstSample[axis]) / this->SamplesPerUnit[axis];
    }
    return unit;
  }
};

} // namespace neuralvolume
