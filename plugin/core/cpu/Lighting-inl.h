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
HWY_INLINE VI EntryOf(const ColourTable::Axis& axis, VF code)
{
  const VF entry = hn::MulAdd(code, hn::Set(DF(), axis.EntriesPerCode), hn::Set(DF(), axis.FirstEntry + 0.5f));
  const VF inside = hn::Min(hn::Max(entry, hn::Zero(DF())), hn::Set(DF(), float(axis.Entries) - 0.5f));
  return hn::ConvertTo(DI(), inside);
}

/// Where the colours of positions are found in the table, and their opacities.
struct Entries
{
  VI Colour;
  VI Opacity;
};

HWY_INLINE Entries EntriesOf(const ColourTable& table, VF first, VF second)
{
  const VI entry = EntryOf(table.FirstAxis, first);
  if (HWY_LIKELY(table.Second == SecondCoordinate::None))
  {
    return { entry, entry };
  }
  const VI other = EntryOf(table.SecondAxis, second);
  if (!table.IsOfBoth)
  {
    return { entry, other };
  }
  const VI both = hn::Add(hn::Mul(other, hn::Set(DI(), ColourTable::Columns)), entry);
  return { both, both };
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

HWY_INLINE Colour Multiply(const Colour& a, const Colour& b)
{
  return { hn::Mul(a.Red, b.Red), hn::Mul(a.Green, b.Green), hn::Mul(a.Blue, b.Blue) };
}

template <typename Arrays>
HWY_INLINE Colour LoadColour(const Arrays& arrays, std::size_t first)
{
  const Vector3 channels = LoadVector(arrays, first);
  return { channels.X, channels.Y, channels.Z };
}

HWY_INLINE Colour Grey(VF value)
{
  return { value, value, value };
}

/// What a light adds to the ambient one: Phong's model, on both sides of a surface. toEye: in the world, of length 1.
HWY_INLINE Colour Reflect(const Lighting& lighting, const Lighting::Light& light, const Colour& colour,
  const Vector3& normal, const Vector3& toEye)
{
  const Vector3 toLight{ hn::Set(DF(), light.Direction[0]), hn::Set(DF(), light.Direction[1]),
    hn::Set(DF(), light.Direction[2]) };
  const VF facing = Dot(normal, toLight);
  const VF mirrored = hn::Mul(hn::Mul(hn::Set(DF(), 2.0f), facing), Dot(normal, toEye));
  const VF reflected = hn::Sub(mirrored, Dot(toLight, toEye));
  const VF shine =
    hn::IfThenElseZero(hn::Ne(facing, hn::Zero(DF())), Pow(hn::Max(reflected, hn::Zero(DF())), lighting.SpecularPower));
  const Colour diffuse = Multiply(Broadcast(light.Colour, lighting.Diffuse), Grey(hn::Abs(facing)));
  return MulAdd(colour, diffuse, Multiply(Broadcast(light.Colour, lighting.Specular), Grey(shine)));
}

} // namespace neuralvolume::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
