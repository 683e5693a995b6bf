// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "decode/Decode.h"
#include "model/Model.h"
#include "model/VolumeView.h"

#include <functional>
#include <vector>

namespace neuralvolume
{

/// Values of a region, scaled to (value - Offset) / Scale: [z][component][y][x], NaN in all components of a point
/// without a value.
struct PlanarScale
{
  double Offset = 0.0;
  double Scale = 1.0;
};

/// Smallest and largest value over all components of the points that have one; {0, 0} where none has.
ValueRange RangeOf(const VolumeView& volume);

/// Uses all cores. region must lie inside the volume.
void ReadPlanar(const VolumeView& volume, const Region& region, const PlanarScale& scale, double* planar);

} // namespace neuralvolume
