// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "network/NetworkConfig.h"
#include "network/Training.h"

#include <cstdint>
#include <memory>

namespace neuralvolume::cpu
{

/// Trains with all cores and the processor's SIMD instructions. The result depends on seed, batches
/// and instruction set, never on the number of threads.
std::unique_ptr<TrainingNetwork> MakeTrainingNetwork(const NetworkConfig& config, std::uint64_t seed);

} // namespace neuralvolume::cpu
