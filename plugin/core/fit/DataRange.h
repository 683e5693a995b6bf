// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "model/Model.h"
#include "model/VolumeView.h"

#include <cstddef>
#include <vector>

namespace neuralvolume
{

/// What a volume holds, as far as a fit must know it beforehand.
struct DataRange
{
  std::vector<ValueRange> Ranges; ///< of the valid points, one per component; 0 .. 0 where there are none
  std::size_t InvalidPoints = 0;  ///< masked, or with a component that is NaN or infinite
};

DataRange FindDataRange(const VolumeView& volume);

} // namespace neuralvolume
