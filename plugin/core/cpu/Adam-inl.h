// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause

// Per-target include guard, as Highway prescribes.
#if defined(NEURALVOLUME_CPU_ADAM_INL_H) == defined(HWY_TARGET_TOGGLE)
#  ifdef NEURALVOLUME_CPU_ADAM_INL_H
#    undef NEURALVOLUME_CPU_ADAM_INL_H
#  else
#    define NEURALVOLUME_CPU_ADAM_INL_H
#  endif

#  include "cpu/Kernels.h"

#  include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace neuralvolume::cpu::HWY_NAMESPACE
{
namespace hn = hwy::HWY_NAMESPACE;

void UpdateAdam(const AdamStep& step, const AdamState& state, std::size_t count, float* gradient, Half* copies)
{
  const hn::CappedTag<float, 8> d;
  const hn::Rebind<hwy::float16_t, decltype(d)> dh;
  auto* const halves = reinterpret_cast<hwy::float16_t*>(copies);
  for (std::size_t i = 0; i < count; i += hn::Lanes(d))
  {
    const auto g = hn::LoadU(d, gradient + i);
    const auto touched = hn::Ne(g, hn::Zero(d));
    if (hn::AllFalse(d, touched))
    {
      continue;
    }
    const auto oldMean = hn::LoadU(d, state.Mean + i);
    const auto oldVariance = hn::LoadU(d, state.Variance + i);
    const auto mean = hn::MulAdd(hn::Set(d, step.Beta1), hn::Sub(oldMean, g), g);
    const auto square = hn::Mul(g, g);
    const auto variance = hn::MulAdd(hn::Set(d, step.Beta2), hn::Sub(oldVariance, square), square);
    const auto deviation = hn::MulAdd(hn::Sqrt(variance), hn::Set(d, step.Correction), hn::Set(d, step.Epsilon));
    const auto change = hn::Div(hn::Mul(hn::Set(d, step.Rate), mean), deviation);
    const auto old = hn::LoadU(d, state.Parameters + i);
    const auto parameter = hn::IfThenElse(touched, hn::Sub(old, change), old);
    hn::StoreU(parameter, d, state.Parameters + i);
    hn::StoreU(hn::IfThenElse(touched, mean, oldMean), d, state.Mean + i);
    hn::StoreU(hn::IfThenElse(touched, variance, oldVariance), d, state.Variance + i);
    hn::StoreU(hn::DemoteTo(dh, parameter), dh, halves + i);
    hn::StoreU(hn::Zero(d), d, gradient + i);
  }
}

} // namespace neuralvolume::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif // per-target include guard
