// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
// Per-target include guard
#if defined(NEURALVOLUME_CPU_COMPOSITE_INL_H) == defined(HWY_TARGET_TOGGLE)
#  ifdef NEURALVOLUME_CPU_COMPOSITE_INL_H
#    undef NEURALVOLUME_CPU_COMPOSITE_INL_H
#  else
#    define NEURALVOLUME_CPU_COMPOSITE_INL_H
#  endif

#  include "cpu/Lighting-inl.h"
#  include "cpu/Walk-inl.h"

#  include <cmath>

HWY_BEFORE_NAMESPACE();
namespace neuralvolume::cpu::HWY_NAMESPACE
{

/// Where a ray that nothing passes any more may end.
constexpr float LeastShadow = 1.0f / 256.0f;

/// Steps of a ray of shadow, in those of the picture.
constexpr float ShadowStep = 2.0f;

/// Codes of the second coordinate.
template <int Bytes>
HWY_NOINLINE VF InterpolateSecond(const MarchScene& scene, const Field& field, const CellOfField& cell, VI address)
{
  if (scene.Colours.Second == SecondCoordinate::Value)
  {
    return field.template Interpolate<Bytes>(cell, hn::Add(address, hn::Set(DI(), scene.Bricks.SecondScalar)));
  }
  const Vector3 gradient = field.template Gradient<Bytes>(cell, address);
  const Vector3 change{ hn::Mul(gradient.X, hn::Set(DF(), scene.GradientScale[0])),
    hn::Mul(gradient.Y, hn::Set(DF(), scene.GradientScale[1])),
    hn::Mul(gradient.Z, hn::Set(DF(), scene.GradientScale[2])) };
  return hn::Sqrt(Dot(change, change));
}

/// What codes of the first coordinate become, at positions.
template <int Bytes>
HWY_INLINE Entries Classify(const MarchScene& scene, const Field& field, const CellOfField& cell, VI address, VF code)
{
  const bool isAlone = HWY_LIKELY(scene.Colours.Second == SecondCoordinate::None);
  const VF second = isAlone ? code : InterpolateSecond<Bytes>(scene, field, cell, address);
  return EntriesOf(scene.Colours, code, second);
}

/// The same of positions between their samples.
template <int Bytes>
HWY_INLINE Entries Classify(const MarchScene& scene, const Field& field, const CellOfField& cell, VI address)
{
  return Classify<Bytes>(scene, field, cell, address, field.template Interpolate<Bytes>(cell, address));
}

HWY_INLINE VF LookUpOpacity(const MarchScene& scene, const Entries& entries)
{
  return hn::GatherIndex(DF(), scene.Colours.Opacities.data(), entries.Opacity);
}

/// Extinctions of entries: 0 where there is no value, or nothing to see.
HWY_INLINE VF LookUpExtinction(
  const MarchScene& scene, const Field& field, MF shown, const CellOfField& cell, VI address, const Entries& entries)
{
  const VF extinction = hn::GatherIndex(DF(), scene.Colours.Extinctions.data(), entries.Opacity);
  return hn::IfThenElseZero(hn::And(shown, field.IsValid(cell, address)), extinction);
}

/// Distance to where rays leave the volume.
HWY_INLINE VF ExitOfVolume(const MarchScene& scene, const Packet& rays)
{
  const auto exit = [&](VF from, VF rate, std::size_t axis)
  {
    const VF plane =
      hn::IfThenElse(hn::Ge(rate, hn::Zero(DF())), hn::Set(DF(), scene.High[axis]), hn::Set(DF(), scene.Low[axis]));
    const MF isAcross = hn::Eq(rate, hn::Zero(DF()));
    return hn::IfThenElse(isAcross, hn::Set(DF(), 1e30f), hn::Div(hn::Sub(plane, from), rate));
  };
  return hn::Min(exit(rays.Origin.X, rays.Direction.X, 0),
    hn::Min(exit(rays.Origin.Y, rays.Direction.Y, 1), exit(rays.Origin.Z, rays.Direction.Z, 2)));
}

/// What passes from positions to a light.
template <int Bytes>
HWY_NOINLINE VF LightThrough(
  const MarchScene& scene, const Field& field, const Vector3& from, std::size_t light, MF active)
{
  const std::array<float, 3>& direction = scene.LightDirections[light];
  const float step = ShadowStep * scene.StepLength;
  Packet rays{ from, { hn::Set(DF(), direction[0]), hn::Set(DF(), direction[1]), hn::Set(DF(), direction[2]) },
    hn::Set(DF(), scene.StepLength), hn::Zero(DF()), hn::Zero(DF()) };
  rays.End = ExitOfVolume(scene, rays);
  VF depth = hn::Zero(DF());
  const VF deepest = hn::Set(DF(), std::log2(LeastShadow));
  Walk(field, rays, step, 1.0f, active,
    [&](MF shown, const CellOfField& cell, VI address, VF begin, VF end)
    {
      const Entries entries = Classify<Bytes>(scene, field, cell, address);
      const VF extinction = LookUpExtinction(scene, field, shown, cell, address, entries);
      depth = hn::MulAdd(extinction, hn::Sub(end, begin), depth);
      return hn::Gt(depth, deepest);
    });
  return Exp2(depth);
}

/// Emission and absorption (Max 1995), lit and shadowed.
template <int Bytes>
class Compositor
{
public:
  Compositor(const MarchScene& scene, const Field& field, const Packet& rays, RayBatch& batch, std::size_t first)
    : Scene(scene)
    , Bricks(field)
    , Rays(rays)
    , Batch(batch)
    , First(first)
    , ToEye(Scale(Multiply(scene.VectorToWorld, rays.Direction), hn::Set(DF(), -1.0f)))
    , Sum(LoadColour(batch.Colours, first))
    , Transmittance(hn::LoadU(DF(), batch.Colours[3].data() + first))
  {
  }

  MF GetUnfinished() const { return hn::Gt(this->Transmittance, hn::Set(DF(), 1.0f - this->Scene.OpacityLimit)); }

  /// Adds samples that stand for a length of their rays.
  HWY_INLINE void Add(MF shown, const CellOfField& cell, VI address, VF middle, VF length)
  {
    const Entries entries = Classify<Bytes>(this->Scene, this->Bricks, cell, address);
    const VF extinction = LookUpExtinction(this->Scene, this->Bricks, shown, cell, address, entries);
    const MF seen = hn::Lt(extinction, hn::Zero(DF()));
    if (hn::AllFalse(DF(), seen))
    {
      return;
    }
    const VF opaque = hn::Sub(hn::Set(DF(), 1.0f), Exp2(hn::Mul(extinction, length)));
    const VF opacity = hn::IfThenElseZero(seen, hn::Max(opaque, hn::Zero(DF())));
    this->AddSurface(seen, cell, address, middle, entries, opacity);
  }

  /// Adds samples of an opacity, wherever their lengths are.
  HWY_INLINE void AddSurface(
    MF seen, const CellOfField& cell, VI address, VF distance, const Entries& entries, VF opacity)
  {
    const VF weight = hn::Mul(this->Transmittance, opacity);
    const Colour colour = LookUpColour(this->Scene.Colours, entries.Colour);
    if (!this->Scene.Lighting.IsOn)
    {
      this->Sum = MulAdd(colour, Grey(weight), this->Sum);
    }
    else
    {
      this->AddLit(seen, cell, address, distance, colour, weight);
    }
    this->Transmittance = hn::Sub(this->Transmittance, weight);
  }

  void Store()
  {
    if (this->Scene.Lighting.Shadows == Shadows::Single)
    {
      this->ShadeOnce();
    }
    hn::StoreU(this->Sum.Red, DF(), this->Batch.Colours[0].data() + this->First);
    hn::StoreU(this->Sum.Green, DF(), this->Batch.Colours[1].data() + this->First);
    hn::StoreU(this->Sum.Blue, DF(), this->Batch.Colours[2].data() + this->First);
    hn::StoreU(this->Transmittance, DF(), this->Batch.Colours[3].data() + this->First);
  }

private:
  HWY_INLINE void AddLit(MF seen, const CellOfField& cell, VI address, VF distance, const Colour& colour, VF weight)
  {
    const Lighting& lighting = this->Scene.Lighting;
    const Vector3 gradient = this->Bricks.template Gradient<Bytes>(cell, address);
    const Vector3 normal = Normalise(Multiply(this->Scene.GradientToWorld, gradient));
    this->Sum = MulAdd(colour, Grey(hn::Mul(weight, hn::Set(DF(), lighting.Ambient))), this->Sum);
    Colour& sum = lighting.Shadows == Shadows::Single ? this->Unshadowed : this->Sum;
    for (std::size_t light = 0; light < std::size_t(lighting.Count); ++light)
    {
      VF received = weight;
      if (lighting.Shadows == Shadows::Full)
      {
        received =
          hn::Mul(weight, LightThrough<Bytes>(this->Scene, this->Bricks, this->Rays.At(distance), light, seen));
      }
      sum = MulAdd(Reflect(lighting, lighting.Lights[light], colour, normal, this->ToEye), Grey(received), sum);
    }
    const MF heavier = hn::Gt(weight, this->LargestWeight);
    this->LargestWeight = hn::Max(weight, this->LargestWeight);
    this->HeaviestDistance = hn::IfThenElse(heavier, distance, this->HeaviestDistance);
  }

  /// All of a ray lies in the shadow in which its heaviest sample lies, by the mean of the lights.
  void ShadeOnce()
  {
    const MF lit = hn::Gt(this->LargestWeight, hn::Zero(DF()));
    VF light = hn::Zero(DF());
    VF whole = hn::Set(DF(), 1e-20f);
    for (std::size_t i = 0; i < std::size_t(this->Scene.Lighting.Count); ++i)
    {
      const std::array<float, 3>& colour = this->Scene.Lighting.Lights[i].Colour;
      const VF strength = hn::Set(DF(), colour[0] + colour[1] + colour[2]);
      const VF passed = LightThrough<Bytes>(this->Scene, this->Bricks, this->Rays.At(this->HeaviestDistance), i, lit);
      light = hn::MulAdd(strength, passed, light);
      whole = hn::Add(whole, strength);
    }
    this->Sum = MulAdd(this->Unshadowed, Grey(hn::Div(light, whole)), this->Sum);
  }

  const MarchScene& Scene;
  const Field& Bricks;
  const Packet& Rays;
  RayBatch& Batch;
  std::size_t First;
  Vector3 ToEye; // in the world
  Colour Sum;
  VF Transmittance;
  Colour Unshadowed = Broadcast({}, 0.0f);
  VF LargestWeight = hn::Zero(DF());
  VF HeaviestDistance = hn::Zero(DF());
};

} // namespace neuralvolume::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
