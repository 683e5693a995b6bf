// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "cpu/Bf16MlpTraining.h"

#include "cpu/AmxEngine.h"
#include "cpu/AmxUnit.h"
#include "cpu/Bf16DotEngine.h"
#include "cpu/Bf16MlpTraining-inl.h"

namespace neuralvolume::cpu
{

bool HasBf16()
{
  return __builtin_cpu_supports("avx512bf16") && __builtin_cpu_supports("avx512dq") &&
         __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl");
}

std::unique_ptr<MlpTraining> MakeBf16MlpTraining(const Layout& layout)
{
  using namespace bf16;
  static const bool hasAmx = RequestAmx();
  if (hasAmx)
  {
    return std::make_unique<Bf16MlpTraining<AmxEngine<AmxUnit>>>(layout);
  }
  return std::make_unique<Bf16MlpTraining<DotEngine>>(layout);
}

} // namespace neuralvolume::cpu
