// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "render/Marcher.h"

namespace neuralvolume::cpu
{

/// Marches as many rays at a time as there are lanes, with the widest vectors that this processor has.
const Marcher& GetMarcher();

} // namespace neuralvolume::cpu
