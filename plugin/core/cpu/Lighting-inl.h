// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
// Per-target include guard
#if defined(NEURALVOLUME_CPU_LIGHTING_INL_H) == defined(HWY_TARGET_TOGGLE)
#  ifdef NEURALVOLUME_CPU_LIGHTING_INL_H
#    undef NEURALVOLUME_CPU_LIGHTING_INL_H
#  else
#    define NEURALVOLUME_CPU_LIGHTING_INL_H
#  endif

#  include "cpu/Vectors-inl.h"
#  include "render/Marcher.h"

#  include <hwy/contrib/math/math-inl.h>

HWY_BEFORE_NAMESPACE();
namespace neuralvolume::cpu::HWY_NAMESPACE
{

struct Colour
{
  VF Red;
  VF Green;
  VF Blue;
};

HWY_INLINE Colour MulAdd(const Colour& a, const Colour& b, const Colour& c)
{
  return { hn::MulAdd(a.Red, b.Red, c.Red), hn::MulAdd(a.Green, b.Green, c.Green), hn::MulAdd(a.Blue, b.Blue, c.Blue) };
}

/// The nearest entries for codes.
HWY_INLINE VI EntryOf(const ColourTable& table, VF code)
{
  const VF entry = hn::MulAdd(code, hn::Set(DF(), table.EntriesPerCode), hn::Set(DF(), table.FirstEntry + 0.5f));
  const VF inside = hn::Min(hn::Max(entry, hn::Zero(DF())), hn::Set(DF(), float(ColourTable::Size) - 0.5f));
  return hn::ConvertTo(DI(), inside);
}

HWY_INLINE Colour LookUpColour(const ColourTable& table, VI entry)
{
  const auto channel = [&](std::size_t index) { return hn::GatherIndex(DF(), table.Colours[index].data(), entry); };
  return { channel(0), channel(1), channel(2) };
}

/// x^power for x in [0, 1].
HWY_INLINE VF Pow(VF x, float power)
{
  const VF positive = hn::Max(x, hn::Set(DF(), 1e-20f));
  return Exp2(hn::Mul(hn::Log2(DF(), positive), hn::Set(DF(), power)));
}

HWY_INLINE Vector3 Normalise(const Vector3& vector)
{
  const VF square = hn::Max(Dot(vector, vector), hn::Set(DF(), 1e-30f));
  return Scale(vector, hn::Div(hn::Set(DF(), 1.0f), hn::Sqrt(square)));
}

HWY_INLINE Colour Broadcast(const std::array<float, 3>& colour, float factor)
{
  return { hn::Set(DF(), factor * colour[0]), hn::Set(DF(), factor * colour[1]), hn::Set(DF(), factor * colour[2]) };
}

HWY_INLINE Colour MultiplyColour(const Colour& colour, VF factor)
{
  return { hn::Mul(colour.Red, factor), hn::Mul(colour.Green, factor), hn::Mul(colour.Blue, factor) };
}

/// Phong's model on both sides of a surface across the gradient. toEye: in the world, of length 1.
HWY_INLINE Colour Illuminate(
  const Lighting& lighting, const Colour& colour, const Vector3& normal, const Vector3& toEye)
{
  const VF two = hn::Set(DF(), 2.0f);
  Colour diffuse = Broadcast({ 1.0f, 1.0f, 1.0f }, lighting.Ambient);
  Colour specular = Broadcast({}, 0.0f);
  for (int i = 0; i < lighting.Count; ++i)
  {
    const Lighting::Light& light = lighting.Lights[std::size_t(i)];
    const Vector3 toLight{ hn::Set(DF(), light.Direction[0]), hn::Set(DF(), light.Direction[1]),
      hn::Set(DF(), light.Direction[2]) };
    const VF facing = Dot(normal, toLight);
    const VF reflected = hn::Sub(hn::Mul(hn::Mul(two, facing), Dot(normal, toEye)), Dot(toLight, toEye));
    const VF shine = Pow(hn::Max(reflected, hn::Zero(DF())), lighting.SpecularPower);
    const auto factor = [](VF value) { return Colour{ value, value, value }; };
    diffuse = MulAdd(Broadcast(light.Colour, lighting.Diffuse), factor(hn::Abs(facing)), diffuse);
    specular = MulAdd(Broadcast(light.Colour, lighting.Specular), factor(shine), specular);
  }
  return MulAdd(colour, diffuse, specular);
}

} // namespace neuralvolume::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
