// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "backend/Backend.h"

#include "cpu/CpuEvaluator.h"
#include "cpu/CpuMarcher.h"
#include "cpu/CpuTraining.h"

namespace neuralvolume
{

std::unique_ptr<Evaluator> MakeEvaluator(const NetworkConfig& config, std::span<const Half> parameters)
{
  return cpu::MakeEvaluator(config, parameters);
}

std::unique_ptr<TrainingNetwork> MakeTrainingNetwork(const NetworkConfig& config, std::uint64_t seed)
{
  return cpu::MakeTrainingNetwork(config, seed);
}

const Marcher& GetMarcher()
{
  return cpu::GetMarcher();
}

} // namespace neuralvolume
