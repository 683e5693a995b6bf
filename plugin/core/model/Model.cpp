// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "model/Model.h"

#include <algorithm>

namespace neuralvolume
{

std::array<int, 3> Model::GetDimensions() const
{
  std::array<int, 3> dimensions;
  for (int axis = 0; axis < 3; ++axis)
  {
    const int intervals = this->Geometry.Extent[2 * axis + 1] - this->Geometry.Extent[2 * axis];
    dimensions[axis] = this->Array.Kind == Association::Cells ? std::max(intervals, 1) : intervals + 1;
  }
  return dimensions;
}

} // namespace neuralvolume
