// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "render/RayCaster.h"
#include "render/View.h"

#include <array>

namespace neuralvolume
{

/// The coarsest level of detail that is as fine as a picture's pixels: at level l samples are 2^l apart. samples: of
/// the volume, along x, y, z.
int ChooseLevel(const RayCaster& caster, const View& view, const std::array<int, 3>& samples);

} // namespace neuralvolume
