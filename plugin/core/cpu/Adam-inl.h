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

/// The slope of log(1 + |q|) by the parameter, q being the parameter over its step: linear where it rounds to zero,
/// so that parameters come to rest there.
template <class D, class V>
HWY_INLINE V RateSlope(D d, const Rounding& rounding, V parameter)
{
  const auto one = hn::Set(d, 1.0f);
  const auto q = hn::Mul(parameter, hn::Set(d, 1.0f / rounding.Step));
  const auto direction = hn::Clamp(hn::Add(q, q), hn::Neg(one), one);
  return hn::Div(hn::Mul(direction, hn::Set(d, rounding.RateWeight / rounding.Step)), hn::Add(one, hn::Abs(q)));
}

template <class D, class V>
HWY_INLINE V Round(D d, const Rounding& rounding, V parameter)
{
  const auto limit = hn::Set(d, float(MaximumMultiple));
  const auto multiple = hn::Round(hn::Div(parameter, hn::Set(d, rounding.Step)));
  return hn::Mul(hn::Set(d, rounding.Step), hn::Clamp(multiple, hn::Neg(limit), limit));
}

void UpdateAdam(const AdamStep& step, const Rounding& rounding, const AdamState& state, std::size_t count,
  float* gradient, Half* copies)
{
  const hn::CappedTag<float, 8> d;
  const bool isRounded = rounding.Step > 0.0f;
  const hn::Rebind<hwy::float16_t, decltype(d)> dh;
  auto* const halves = reinterpret_cast<hwy::float16_t*>(copies);
  for (std::size_t i = 0; i < count; i += hn::Lanes(d))
  {
    auto g = hn::LoadU(d, gradient + i);
    const auto touched = hn::Ne(g, hn::Zero(d));
    if (hn::AllFalse(d, touched))
    {
      continue;
    }
    const auto old = hn::LoadU(d, state.Parameters + i);
    if (isRounded)
    {
      g = hn::Add(g, RateSlope(d, rounding, old));
    }
    const auto oldMean = hn::LoadU(d, state.Mean + i);
    const auto oldVariance = hn::LoadU(d, state.Variance + i);
    const auto mean = hn::MulAdd(hn::Set(d, step.Beta1), hn::Sub(oldMean, g), g);
    const auto square = hn::Mul(g, g);
    const auto variance = hn::MulAdd(hn::Set(d, step.Beta2), hn::Sub(oldVariance, square), square);
    const auto deviation = hn::MulAdd(hn::Sqrt(variance), hn::Set(d, step.Correction), hn::Set(d, step.Epsilon));
    const auto change = hn::Div(hn::Mul(hn::Set(d, step.Rate), mean), deviation);
    const auto parameter = hn::IfThenElse(touched, hn::Sub(old, change), old);
    hn::StoreU(parameter, d, state.Parameters + i);
    hn::StoreU(hn::IfThenElse(touched, mean, oldMean), d, state.Mean + i);
    hn::StoreU(hn::IfThenElse(touched, variance, oldVariance), d, state.Variance + i);
    const auto copy = isRounded ? Round(d, rounding, parameter) : parameter;
    hn::StoreU(hn::DemoteTo(dh, copy), dh, halves + i);
    hn::StoreU(hn::Zero(d), d, gradient + i);
  }
}

} // namespace neuralvolume::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif // per-target include guard
