// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "model/Model.h"
#include "network/Evaluator.h"

namespace neuralvolume
{

/// Bounds of the network's own clamped output over blocks of cellSize^3 samples (convention: see MacroCells).
/// Uses all cores. Throws std::invalid_argument where cellSize is out of its limits.
MacroCells ComputeMacroCells(const Model& model, const Evaluator& evaluator, int cellSize = 8);

} // namespace neuralvolume
