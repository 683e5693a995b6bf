// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "network/Evaluator.h"
#include "network/Field.h"

#include <memory>
#include <span>

namespace neuralvolume
{

/// Evaluates network/Field.h as it stands, point by point: slow, and what the SIMD kernels are tested against.
std::unique_ptr<Evaluator> MakeReferenceEvaluator(const NetworkConfig& config, std::span<const Half> parameters);

} // namespace neuralvolume
