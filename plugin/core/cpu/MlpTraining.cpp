// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "cpu/MlpTraining.h"

#include "cpu/Bf16MlpTraining.h"
#include "cpu/FloatMlpTraining.h"

namespace neuralvolume::cpu
{

std::unique_ptr<MlpTraining> MakeMlpTraining(const Layout& layout)
{
  return HasBf16() ? MakeBf16MlpTraining(layout) : MakeFloatMlpTraining(layout);
}

} // namespace neuralvolume::cpu
