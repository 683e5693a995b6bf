// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
// Per-target include guard
#if defined(NEURALVOLUME_CPU_MARCH_INL_H) == defined(HWY_TARGET_TOGGLE)
#  ifdef NEURALVOLUME_CPU_MARCH_INL_H
#    undef NEURALVOLUME_CPU_MARCH_INL_H
#  else
#    define NEURALVOLUME_CPU_MARCH_INL_H
#  endif

#  include "cpu/Bricks-inl.h"
#  include "cpu/Lighting-inl.h"

HWY_BEFORE_NAMESPACE();
namespace neuralvolume::cpu::HWY_NAMESPACE
{

/// As many neighbouring rays as there are lanes.
struct Packet
{
  Vector3 Origin;
  Vector3 Direction;
  VF Begin;
  VF End;
  VF Shift;

  Packet(const RayBatch& rays, std::size_t first)
    : Origin(LoadVector(rays.Origins, first))
    , Direction(LoadVector(rays.Directions, first))
    , Begin(hn::LoadU(DF(), rays.Begins.data() + first))
    , End(hn::LoadU(DF(), rays.Ends.data() + first))
    , Shift(hn::LoadU(DF(), rays.Shifts.data() + first))
  {
  }

  Vector3 At(VF distance) const { return MulAdd(this->Direction, distance, this->Origin); }
};

/// Distance to where rays leave the block of cells, aligned to its size, that holds a cell.
HWY_INLINE VF ExitOfBlock(const Packet& rays, const CellOfField& cell, VI last)
{
  const VF zero = hn::Zero(DF());
  const VF huge = hn::Set(DF(), 1e30f);
  const auto exit = [&](VF origin, VF direction, VI at)
  {
    const VI low = hn::AndNot(last, at);
    const MF forward = hn::Ge(direction, zero);
    const VF plane = hn::IfThenElse(
      forward, hn::ConvertTo(DF(), hn::Add(hn::Or(low, last), hn::Set(DI(), 1))), hn::ConvertTo(DF(), low));
    const VF perUnit = hn::IfThenElse(hn::Eq(direction, zero), huge, hn::Div(hn::Set(DF(), 1.0f), direction));
    return hn::Mul(hn::Sub(plane, origin), perUnit);
  };
  return hn::Min(exit(rays.Origin.X, rays.Direction.X, cell.X),
    hn::Min(exit(rays.Origin.Y, rays.Direction.Y, cell.Y), exit(rays.Origin.Z, rays.Direction.Z, cell.Z)));
}

/// Takes rays step by step through what shows something. visit(shown, cell, address, begin, end) is called with the
/// lanes that have a sample, where it is, and the step it stands for; it gives the lanes that go on.
template <typename Visitor>
HWY_INLINE void Walk(const Field& field, const Packet& rays, float stepLength, MF active, const Visitor& visit)
{
  const VF step = hn::Set(DF(), stepLength);
  const VF stepsPerUnit = hn::Set(DF(), 1.0f / stepLength);
  const VF one = hn::Set(DF(), 1.0f);
  // Steps that end this little before a boundary may be taken in vain, none is left out for rounding.
  const VF toMiddle = hn::Set(DF(), 0.5f + 1e-3f);
  VF number = hn::Floor(hn::MulAdd(rays.Begin, stepsPerUnit, rays.Shift));
  active = hn::And(active, hn::Lt(rays.Begin, rays.End));
  while (!hn::AllFalse(DF(), active))
  {
    const VF nominal = hn::Mul(hn::Sub(number, rays.Shift), step);
    const VF begin = hn::Max(nominal, rays.Begin);
    const VF end = hn::Max(hn::Min(hn::Add(nominal, step), rays.End), begin);
    const Vector3 position = rays.At(hn::Mul(hn::Add(begin, end), hn::Set(DF(), 0.5f)));
    const CellOfField cell = field.Locate(position);
    const VI offset = field.FindBrick(cell);
    const MF shown = hn::And(active, field.IsShown(cell, offset));
    if (field.DecodeMissing(cell, offset, shown))
    {
      continue;
    }
    MF next = active;
    if (!hn::AllFalse(DF(), shown))
    {
      field.CountUse(cell, shown);
      const VI inside = hn::IfThenElseZero(hn::RebindMask(DI(), shown), field.AddressOf(cell, offset));
      next = visit(shown, cell, inside, begin, end);
    }
    // Go on: to the next step, or where nothing shows, to the first one whose middle may lie beyond the block
    const VI last = hn::IfThenElse(
      field.IsHidden(offset), hn::Set(DI(), BrickLattice::Cells - 1), hn::Set(DI(), (1 << BrickTable::BlockBits) - 1));
    const VF exit = ExitOfBlock(rays, cell, last);
    const VF beyond = hn::Ceil(hn::Sub(hn::MulAdd(exit, stepsPerUnit, rays.Shift), toMiddle));
    const VF following = hn::Add(number, one);
    number = hn::IfThenElse(shown, following, hn::Max(following, beyond));
    active = hn::And(next, hn::Lt(hn::Mul(hn::Sub(number, rays.Shift), step), rays.End));
  }
}

/// Emission and absorption (Max 1995).
class Compositor
{
public:
  Compositor(const MarchScene& scene, const Field& field, const Packet& rays, RayBatch& batch, std::size_t first)
    : Scene(scene)
    , Bricks(field)
    , Rays(rays)
    , Batch(batch)
    , First(first)
    , Red(hn::LoadU(DF(), batch.Colours[0].data() + first))
    , Green(hn::LoadU(DF(), batch.Colours[1].data() + first))
    , Blue(hn::LoadU(DF(), batch.Colours[2].data() + first))
    , Transmittance(hn::LoadU(DF(), batch.Colours[3].data() + first))
  {
  }

  MF GetUnfinished() const { return hn::Gt(this->Transmittance, hn::Set(DF(), 1.0f - this->Scene.OpacityLimit)); }

  template <int Bytes>
  HWY_INLINE void Composite(MF shown, const CellOfField& cell, VI address, VF length)
  {
    const VF code = this->Bricks.template Interpolate<Bytes>(cell, address);
    const VI entry = EntryOf(this->Scene.Colours, code);
    VF extinction = hn::GatherIndex(DF(), this->Scene.Colours.Extinctions.data(), entry);
    extinction = hn::IfThenElseZero(hn::And(shown, this->Bricks.IsValid(cell, address)), extinction);
    const MF seen = hn::Lt(extinction, hn::Zero(DF()));
    if (hn::AllFalse(DF(), seen))
    {
      return;
    }
    const VF opaque = hn::Sub(hn::Set(DF(), 1.0f), Exp2(hn::Mul(extinction, length)));
    const VF opacity = hn::IfThenElseZero(seen, hn::Max(opaque, hn::Zero(DF())));
    Colour colour = LookUpColour(this->Scene.Colours, entry);
    if (this->Scene.Lighting.IsOn)
    {
      const Vector3 gradient = this->Bricks.template Gradient<Bytes>(cell, address);
      const Vector3 normal = Normalise(Multiply(this->Scene.GradientToWorld, gradient));
      const Vector3 forward = Multiply(this->Scene.VectorToWorld, this->Rays.Direction);
      colour = Illuminate(this->Scene.Lighting, colour, normal, Scale(forward, hn::Set(DF(), -1.0f)));
    }
    const VF weight = hn::Mul(this->Transmittance, opacity);
    this->Red = hn::MulAdd(weight, colour.Red, this->Red);
    this->Green = hn::MulAdd(weight, colour.Green, this->Green);
    this->Blue = hn::MulAdd(weight, colour.Blue, this->Blue);
    this->Transmittance = hn::Sub(this->Transmittance, weight);
  }

  void Store() const
  {
    hn::StoreU(this->Red, DF(), this->Batch.Colours[0].data() + this->First);
    hn::StoreU(this->Green, DF(), this->Batch.Colours[1].data() + this->First);
    hn::StoreU(this->Blue, DF(), this->Batch.Colours[2].data() + this->First);
    hn::StoreU(this->Transmittance, DF(), this->Batch.Colours[3].data() + this->First);
  }

private:
  const MarchScene& Scene;
  const Field& Bricks;
  const Packet& Rays;
  RayBatch& Batch;
  std::size_t First;
  VF Red;
  VF Green;
  VF Blue;
  VF Transmittance;
};

template <int Bytes>
void MarchComposite(const MarchScene& scene, RayBatch& rays)
{
  const Field field(scene.Bricks);
  for (std::size_t first = 0; first < rays.Count; first += hn::Lanes(DF()))
  {
    const Packet packet(rays, first);
    Compositor compositor(scene, field, packet, rays, first);
    const MF exist = hn::FirstN(DF(), rays.Count - first);
    Walk(field, packet, scene.StepLength, hn::And(exist, compositor.GetUnfinished()),
      [&](MF shown, const CellOfField& cell, VI address, VF begin, VF end)
      {
        compositor.Composite<Bytes>(shown, cell, address, hn::Sub(end, begin));
        return compositor.GetUnfinished();
      });
    compositor.Store();
  }
}

void March(const MarchScene& scene, RayBatch& rays)
{
  if (scene.Bricks.BytesPerSample == 1)
  {
    MarchComposite<1>(scene, rays);
  }
  else
  {
    MarchComposite<2>(scene, rays);
  }
}

} // namespace neuralvolume::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
