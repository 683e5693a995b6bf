// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "codec/BrickCoder.h"
#include "decode/Blocks.h"
#include "model/Model.h"

#include <cstddef>

/// The bricks of a model's residual, by their indices along x, y, z.
namespace neuralvolume
{

Blocks ResidualBlocks(const Model& model);

/// The samples of a brick and which of them have no value.
BrickShape ShapeOfBrick(const Model& model, const Index& brick);

/// What a brick of a model's residual adds, in its units. Throws std::runtime_error where it is damaged.
BrickValues DecodeResidualBrick(const Model& model, const Residual& residual, const Index& brick);

} // namespace neuralvolume
