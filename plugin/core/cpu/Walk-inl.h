// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
// Per-target include guard
#if defined(NEURALVOLUME_CPU_WALK_INL_H) == defined(HWY_TARGET_TOGGLE)
#  ifdef NEURALVOLUME_CPU_WALK_INL_H
#    undef NEURALVOLUME_CPU_WALK_INL_H
#  else
#    define NEURALVOLUME_CPU_WALK_INL_H
#  endif

#  include "cpu/Bricks-inl.h"

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

  Vector3 At(VF distance) const { return MulAdd(this->Direction, distance, this->Origin); }
};

HWY_INLINE Packet LoadPacket(const RayBatch& rays, std::size_t first)
{
  return { LoadVector(rays.Origins, first), LoadVector(rays.Directions, first),
    hn::LoadU(DF(), rays.Begins.data() + first), hn::LoadU(DF(), rays.Ends.data() + first),
    hn::LoadU(DF(), rays.Shifts.data() + first) };
}

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

/// The steps that a sample stands for: the more the less opaque its brick is at most (Wu et al. 2022).
HWY_INLINE VF StepsOf(VF opacity, float longest)
{
  const VF one = hn::Set(DF(), 1.0f);
  const VF transparency = hn::Sub(one, hn::Min(hn::Max(opacity, hn::Set(DF(), 0.1f)), one));
  return hn::Floor(hn::MulAdd(hn::Set(DF(), longest - 1.0f), hn::Mul(transparency, transparency), one));
}

/// Takes rays step by step through what shows something. visit(shown, cell, address, begin, end) is called with the
/// lanes that have a sample, where it is, and the steps it stands for; it gives the lanes that go on.
template <typename Visitor>
HWY_INLINE void Walk(
  const Field& field, const Packet& rays, float stepLength, float longestStep, MF active, Visitor&& visit)
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
    VF end = hn::Max(hn::Min(hn::Add(nominal, step), rays.End), begin);
    const Vector3 position = rays.At(hn::Mul(hn::Add(begin, end), hn::Set(DF(), 0.5f)));
    const CellOfField cell = field.Locate(position);
    const VI offset = field.FindBrick(cell);
    const MF shown = hn::And(active, field.IsShown(cell, offset));
    if (field.DecodeMissing(cell, offset, shown))
    {
      continue;
    }
    MF next = active;
    VF following = hn::Add(number, one);
    if (!hn::AllFalse(DF(), shown))
    {
      field.CountUse(cell, shown);
      if (longestStep > 1.0f)
      {
        following = hn::Add(number, StepsOf(field.OpacityOf(cell), longestStep));
        end = hn::Max(hn::Min(hn::Mul(hn::Sub(following, rays.Shift), step), rays.End), begin);
      }
      const VI address = field.AddressOf(cell, offset, shown);
      next = visit(shown, cell, address, begin, end);
    }
    // Go on: to the next step, or where nothing shows, to the first one whose middle may lie beyond the block
    const VI last = hn::IfThenElse(
      field.IsHidden(offset), hn::Set(DI(), BrickLattice::Cells - 1), hn::Set(DI(), (1 << BrickTable::BlockBits) - 1));
    const VF exit = ExitOfBlock(rays, cell, last);
    const VF beyond = hn::Ceil(hn::Sub(hn::MulAdd(exit, stepsPerUnit, rays.Shift), toMiddle));
    number = hn::IfThenElse(shown, following, hn::Max(following, beyond));
    active = hn::And(next, hn::Lt(hn::Mul(hn::Sub(number, rays.Shift), step), rays.End));
  }
}

} // namespace neuralvolume::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
