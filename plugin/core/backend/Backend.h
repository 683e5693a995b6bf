// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "network/Evaluator.h"
#include "network/Half.h"
#include "network/NetworkConfig.h"
#include "network/Training.h"
#include "render/Marcher.h"

#include <cstdint>
#include <memory>
#include <span>

/// The one place that picks who does the arithmetic.
namespace neuralvolume
{

/// Keeps its own copy of the parameters. Throws std::invalid_argument where their count is not the layout's.
std::unique_ptr<Evaluator> MakeEvaluator(const NetworkConfig& config, std::span<const Half> parameters);

/// A network with random initial parameters, drawn from seed alone.
std::unique_ptr<TrainingNetwork> MakeTrainingNetwork(const NetworkConfig& config, std::uint64_t seed);

/// Lives as long as the program.
const Marcher& GetMarcher();

} // namespace neuralvolume
