// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "model/Model.h"

#include <cstddef>

namespace neuralvolume
{

/// The finest form of a model's macro cells that takes at most so many bytes in a file; the coarsest one where none
/// does. Cells are united by twos along each axis and bounds rounded outwards, so that both still bound the network.
/// Rather coarse bounds than large cells: at equal bytes the marcher takes fewer samples.
MacroCells CoarsenMacroCells(const Model& model, std::size_t budget);

} // namespace neuralvolume
