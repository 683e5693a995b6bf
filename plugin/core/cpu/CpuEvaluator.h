// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "network/Evaluator.h"
#include "network/Half.h"
#include "network/NetworkConfig.h"

#include <memory>
#include <span>

namespace neuralvolume::cpu
{

/// Evaluates with the processor's SIMD instructions, in single precision on half-precision tables.
/// Throws std::invalid_argument where the number of parameters is not the layout's.
std::unique_ptr<Evaluator> MakeEvaluator(const NetworkConfig& config, std::span<const Half> parameters);

} // namespace neuralvolume::cpu
