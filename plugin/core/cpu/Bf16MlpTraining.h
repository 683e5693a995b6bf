// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "cpu/MlpTraining.h"

namespace neuralvolume::cpu
{

/// Whether this processor multiplies bfloat16 (AVX512_BF16).
bool HasBf16();

/// Weights, activations and their gradients in bfloat16, sums in float. By AMX where the processor has it,
/// else by AVX512_BF16. Only where HasBf16().
std::unique_ptr<MlpTraining> MakeBf16MlpTraining(const Layout& layout);

} // namespace neuralvolume::cpu
