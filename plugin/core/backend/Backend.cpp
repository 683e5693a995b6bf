// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "backend/Backend.h"

#include "cpu/ReferenceEvaluator.h"

#include <stdexcept>

namespace neuralvolume
{

std::unique_ptr<Evaluator> MakeEvaluator(const NetworkConfig& config, std::span<const Half> parameters)
{
  return MakeReferenceEvaluator(config, parameters);
}

std::unique_ptr<TrainingNetwork> MakeTrainingNetwork(const NetworkConfig&, std::uint64_t)
{
  throw std::logic_error("the CPU trainer is being written");
}

} // namespace neuralvolume
