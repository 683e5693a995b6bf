// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
// Per-target include guard
#if defined(NEURALVOLUME_CPU_VECTORS_INL_H) == defined(HWY_TARGET_TOGGLE)
#  ifdef NEURALVOLUME_CPU_VECTORS_INL_H
#    undef NEURALVOLUME_CPU_VECTORS_INL_H
#  else
#    define NEURALVOLUME_CPU_VECTORS_INL_H
#  endif

#  include <hwy/highway.h>

#  include <array>
#  include <cstddef>
#  include <cstdint>

HWY_BEFORE_NAMESPACE();
namespace neuralvolume::cpu::HWY_NAMESPACE
{
namespace hn = hwy::HWY_NAMESPACE;

/// A lane is a ray.
constexpr std::size_t MaxLanes = 16;
using DF = hn::CappedTag<float, MaxLanes>;
using DI = hn::Rebind<std::int32_t, DF>;
using VF = hn::Vec<DF>;
using VI = hn::Vec<DI>;
using MF = hn::Mask<DF>;
using MI = hn::Mask<DI>;

struct Vector3
{
  VF X;
  VF Y;
  VF Z;
};

template <typename Arrays>
HWY_INLINE Vector3 LoadVector(const Arrays& arrays, std::size_t first)
{
  return { hn::LoadU(DF(), arrays[0].data() + first), hn::LoadU(DF(), arrays[1].data() + first),
    hn::LoadU(DF(), arrays[2].data() + first) };
}

HWY_INLINE Vector3 MulAdd(const Vector3& a, VF factor, const Vector3& b)
{
  return { hn::MulAdd(a.X, factor, b.X), hn::MulAdd(a.Y, factor, b.Y), hn::MulAdd(a.Z, factor, b.Z) };
}

HWY_INLINE Vector3 Scale(const Vector3& a, VF factor)
{
  return { hn::Mul(a.X, factor), hn::Mul(a.Y, factor), hn::Mul(a.Z, factor) };
}

HWY_INLINE VF Dot(const Vector3& a, const Vector3& b)
{
  return hn::MulAdd(a.X, b.X, hn::MulAdd(a.Y, b.Y, hn::Mul(a.Z, b.Z)));
}

/// matrix: row-major.
HWY_INLINE Vector3 Multiply(const std::array<float, 9>& matrix, const Vector3& vector)
{
  const auto row = [&](std::size_t first)
  {
    return Dot(
      { hn::Set(DF(), matrix[first]), hn::Set(DF(), matrix[first + 1]), hn::Set(DF(), matrix[first + 2]) }, vector);
  };
  return { row(0), row(3), row(6) };
}

HWY_INLINE VF Lerp(VF a, VF b, VF fraction)
{
  return hn::MulAdd(hn::Sub(b, a), fraction, a);
}

/// 2^x for x <= 0, to some 10^-7: the exponent is the integer part, a polynomial (Taylor, around 1/2) the rest.
HWY_INLINE VF Exp2(VF x)
{
  const VF inside = hn::Max(x, hn::Set(DF(), -126.0f));
  const VF whole = hn::Floor(inside);
  const VF f = hn::Sub(hn::Sub(inside, whole), hn::Set(DF(), 0.5f));
  VF power = hn::Set(DF(), 2.17845e-4f);
  power = hn::MulAdd(power, f, hn::Set(DF(), 1.8856e-3f));
  power = hn::MulAdd(power, f, hn::Set(DF(), 1.36021e-2f));
  power = hn::MulAdd(power, f, hn::Set(DF(), 7.84951e-2f));
  power = hn::MulAdd(power, f, hn::Set(DF(), 3.397315e-1f));
  power = hn::MulAdd(power, f, hn::Set(DF(), 9.802581e-1f));
  power = hn::MulAdd(power, f, hn::Set(DF(), 1.41421356f));
  const VI exponent = hn::ShiftLeft<23>(hn::Add(hn::ConvertTo(DI(), whole), hn::Set(DI(), 127)));
  return hn::Mul(power, hn::BitCast(DF(), exponent));
}

} // namespace neuralvolume::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
