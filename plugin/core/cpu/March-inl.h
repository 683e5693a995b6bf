// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
// Per-target include guard
#if defined(NEURALVOLUME_CPU_MARCH_INL_H) == defined(HWY_TARGET_TOGGLE)
#  ifdef NEURALVOLUME_CPU_MARCH_INL_H
#    undef NEURALVOLUME_CPU_MARCH_INL_H
#  else
#    define NEURALVOLUME_CPU_MARCH_INL_H
#  endif

#  include "cpu/Composite-inl.h"

HWY_BEFORE_NAMESPACE();
namespace neuralvolume::cpu::HWY_NAMESPACE
{

/// Calls march(field, packet, lanes that exist, index of the first ray) with all rays.
template <typename Function>
void ForEachPacket(const MarchScene& scene, RayBatch& rays, const Function& march)
{
  const Field field(scene.Bricks);
  for (std::size_t first = 0; first < rays.Count; first += hn::Lanes(DF()))
  {
    march(field, LoadPacket(rays, first), hn::FirstN(DF(), rays.Count - first), first);
  }
  rays.Samples += field.GetSamples();
}

template <int Bytes>
void MarchComposite(const MarchScene& scene, RayBatch& rays)
{
  ForEachPacket(scene, rays,
    [&](const Field& field, const Packet& packet, MF exist, std::size_t first)
    {
      Compositor<Bytes> compositor(scene, field, packet, rays, first);
      Walk(field, packet, scene.StepLength, scene.LongestStep, hn::And(exist, compositor.GetUnfinished()),
        [&](MF shown, const CellOfField& cell, VI address, VF begin, VF end)
        {
          const VF middle = hn::Mul(hn::Add(begin, end), hn::Set(DF(), 0.5f));
          compositor.Add(shown, cell, address, middle, hn::Sub(end, begin));
          return compositor.GetUnfinished();
        });
      compositor.Store();
    });
}

/// Each surface has the opacity of its value, however long the steps are.
template <int Bytes>
void MarchIsosurfaces(const MarchScene& scene, RayBatch& rays)
{
  const int count = int(scene.IsoCodes.size());
  ForEachPacket(scene, rays,
    [&](const Field& field, const Packet& packet, MF exist, std::size_t first)
    {
      Compositor<Bytes> compositor(scene, field, packet, rays, first);
      Walk(field, packet, scene.StepLength, 1.0f, hn::And(exist, compositor.GetUnfinished()),
        [&](MF shown, const CellOfField& cell, VI address, VF begin, VF end)
        {
          const VF low = field.template InterpolateNear<Bytes>(cell, address, packet.At(begin));
          const VF high = field.template InterpolateNear<Bytes>(cell, address, packet.At(end));
          const MI isRising = hn::RebindMask(DI(), hn::Ge(high, low));
          for (int i = 0; i < count; ++i)
          {
            const VI index = hn::IfThenElse(isRising, hn::Set(DI(), i), hn::Set(DI(), count - 1 - i));
            const VF code = hn::GatherIndex(DF(), scene.IsoCodes.data(), index);
            const MF crossed = hn::And(shown, hn::Xor(hn::Lt(low, code), hn::Lt(high, code)));
            if (!hn::AllFalse(DF(), crossed))
            {
              const VF part = hn::Div(hn::Sub(code, low), hn::Sub(high, low));
              const VF distance = hn::IfThenElse(crossed, Lerp(begin, end, part), begin);
              const Near near = field.LocateNear(cell, address, packet.At(distance));
              const Entries entries = Classify<Bytes>(scene, field, near.Cell, near.Address, code);
              const MF valid = hn::And(crossed, field.IsValid(near.Cell, near.Address));
              const VF opacity = hn::IfThenElseZero(valid, LookUpOpacity(scene, entries));
              compositor.AddSurface(valid, near.Cell, near.Address, distance, entries, opacity);
            }
          }
          return compositor.GetUnfinished();
        });
      compositor.Store();
    });
}

/// The one sample where a ray passes the plane.
template <int Bytes>
void MarchSlice(const MarchScene& scene, RayBatch& rays)
{
  const std::array<float, 4>& plane = scene.SlicePlane;
  const Vector3 normal{ hn::Set(DF(), plane[0]), hn::Set(DF(), plane[1]), hn::Set(DF(), plane[2]) };
  ForEachPacket(scene, rays,
    [&](const Field& field, const Packet& packet, MF exist, std::size_t first)
    {
      const VF rate = Dot(normal, packet.Direction);
      const VF height = hn::Add(Dot(normal, packet.Origin), hn::Set(DF(), plane[3]));
      const VF distance = hn::Neg(hn::Div(height, rate));
      const MF passes = hn::And(hn::Ge(distance, packet.Begin), hn::Lt(distance, packet.End));
      Packet point = packet;
      point.Begin = hn::IfThenElseZero(passes, distance);
      point.End = hn::MulAdd(hn::Set(DF(), 1e-3f * scene.StepLength), hn::Set(DF(), 1.0f), point.Begin);
      Compositor<Bytes> compositor(scene, field, packet, rays, first);
      Walk(field, point, scene.StepLength, 1.0f, hn::And(exist, passes),
        [&](MF shown, const CellOfField& cell, VI address, VF begin, VF)
        {
          const Entries entries = Classify<Bytes>(scene, field, cell, address);
          const MF valid = hn::And(shown, field.IsValid(cell, address));
          const VF opacity = hn::IfThenElseZero(valid, LookUpOpacity(scene, entries));
          compositor.AddSurface(valid, cell, address, begin, entries, opacity);
          return hn::Ne(begin, begin); // none goes on
        });
      compositor.Store();
    });
}

/// A sample of a ray that is followed to its end.
struct Passed
{
  const CellOfField& Cell;
  VI Address;
  VF Code;
  VF Step;  ///< its length
  MF First; ///< lanes in which no other one came before it
  MF Valid;
};

/// Follows rays to their ends. visit(field, sample, value, second) changes what is known of the rays so far.
template <int Bytes, typename Visitor>
void MarchThrough(const MarchScene& scene, RayBatch& rays, const Visitor& visit)
{
  ForEachPacket(scene, rays,
    [&](const Field& field, const Packet& packet, MF exist, std::size_t first)
    {
      const auto at = [&](std::size_t channel) { return rays.Colours[channel].data() + first; };
      VF value = hn::LoadU(DF(), at(0));
      VF length = hn::LoadU(DF(), at(1));
      VF second = hn::LoadU(DF(), at(2));
      Walk(field, packet, scene.StepLength, 1.0f, exist,
        [&](MF shown, const CellOfField& cell, VI address, VF begin, VF end)
        {
          const VF step = hn::Sub(end, begin);
          const MF valid = hn::And(shown, field.IsValid(cell, address));
          const MF isFirst = hn::Eq(length, hn::Zero(DF()));
          visit(field, Passed{ cell, address, field.template Interpolate<Bytes>(cell, address), step, isFirst, valid },
            value, second);
          length = hn::Add(length, hn::IfThenElseZero(valid, step));
          return hn::Eq(step, step); // all go on
        });
      hn::StoreU(value, DF(), at(0));
      hn::StoreU(length, DF(), at(1));
      hn::StoreU(second, DF(), at(2));
    });
}

template <int Bytes>
void MarchExtreme(const MarchScene& scene, RayBatch& rays)
{
  const bool isMaximum = scene.BlendMode == BlendMode::MaximumIntensity;
  const bool isAlone = scene.Colours.Second == SecondCoordinate::None;
  MarchThrough<Bytes>(scene, rays,
    [&](const Field& field, const Passed& sample, VF& best, VF& second)
    {
      const MF isBeyond = isMaximum ? hn::Gt(sample.Code, best) : hn::Lt(sample.Code, best);
      const MF isBetter = hn::And(sample.Valid, hn::Or(isBeyond, sample.First));
      best = hn::IfThenElse(isBetter, sample.Code, best);
      if (!isAlone)
      {
        second = hn::IfThenElse(isBetter, InterpolateSecond<Bytes>(scene, field, sample.Cell, sample.Address), second);
      }
    });
}

template <int Bytes>
void MarchSum(const MarchScene& scene, RayBatch& rays)
{
  const VF perCode = hn::Set(DF(), 1.0f / float(scene.Bricks.LargestCode));
  MarchThrough<Bytes>(scene, rays,
    [&](const Field& field, const Passed& sample, VF& sum, VF&)
    {
      const Entries entries = Classify<Bytes>(scene, field, sample.Cell, sample.Address, sample.Code);
      const VF value = hn::Mul(LookUpOpacity(scene, entries), hn::Mul(sample.Code, perCode));
      sum = hn::IfThenElse(sample.Valid, hn::MulAdd(value, sample.Step, sum), sum);
    });
}

template <int Bytes>
void MarchBytes(const MarchScene& scene, RayBatch& rays)
{
  switch (scene.BlendMode)
  {
    case BlendMode::Composite:
      return MarchComposite<Bytes>(scene, rays);
    case BlendMode::MaximumIntensity:
    case BlendMode::MinimumIntensity:
      return MarchExtreme<Bytes>(scene, rays);
    case BlendMode::Average:
    case BlendMode::Additive:
      return MarchSum<Bytes>(scene, rays);
    case BlendMode::Isosurface:
      return MarchIsosurfaces<Bytes>(scene, rays);
    case BlendMode::Slice:
      return MarchSlice<Bytes>(scene, rays);
  }
}

void March(const MarchScene& scene, RayBatch& rays)
{
  if (scene.Bricks.BytesPerSample == 1)
  {
    MarchBytes<1>(scene, rays);
  }
  else
  {
    MarchBytes<2>(scene, rays);
  }
}

} // namespace neuralvolume::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
