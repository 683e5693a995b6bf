// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
// Per-target include guard
#if defined(NEURALVOLUME_CPU_BRICKS_INL_H) == defined(HWY_TARGET_TOGGLE)
#  ifdef NEURALVOLUME_CPU_BRICKS_INL_H
#    undef NEURALVOLUME_CPU_BRICKS_INL_H
#  else
#    define NEURALVOLUME_CPU_BRICKS_INL_H
#  endif

#  include "cpu/Vectors-inl.h"
#  include "render/Marcher.h"

HWY_BEFORE_NAMESPACE();
namespace neuralvolume::cpu::HWY_NAMESPACE
{

/// Cells of the lattice, between eight samples, and where in them positions lie.
struct CellOfField
{
  VI X;
  VI Y;
  VI Z;
  Vector3 Fraction;
  VI Brick;
};

/// A place within a brick or its margin.
struct Near
{
  CellOfField Cell;
  VI Address;
};

/// Reads bricks. Addresses are bytes from the pool's begin, of the sample at the lowest corner of a cell.
class Field
{
public:
  explicit Field(const BrickReader& reader)
    : Reader(reader)
    , Lattice(reader.Table->Lattice)
    , Offsets(reinterpret_cast<const std::int32_t*>(reader.Table->Offsets.data()))
    , Masks(reinterpret_cast<const std::int32_t*>(reader.Table->Masks.data()))
    , Row(Lattice.GetEdge() * reader.BytesPerSample)
    , Slice(this->Row * Lattice.GetEdge())
  {
  }

  HWY_INLINE CellOfField Locate(const Vector3& position) const
  {
    CellOfField cell;
    cell.X = this->LocateAlong(0, position.X, cell.Fraction.X);
    cell.Y = this->LocateAlong(1, position.Y, cell.Fraction.Y);
    cell.Z = this->LocateAlong(2, position.Z, cell.Fraction.Z);
    constexpr int bits = BrickLattice::CellBits;
    cell.Brick = hn::ShiftRight<bits>(cell.Z);
    cell.Brick = hn::Add(hn::Mul(cell.Brick, hn::Set(DI(), this->Lattice.Bricks[1])), hn::ShiftRight<bits>(cell.Y));
    cell.Brick = hn::Add(hn::Mul(cell.Brick, hn::Set(DI(), this->Lattice.Bricks[0])), hn::ShiftRight<bits>(cell.X));
    return cell;
  }

  /// Offsets of bricks in the pool, or one of BrickTable's negative numbers.
  HWY_INLINE VI FindBrick(const CellOfField& cell) const { return hn::GatherIndex(DI(), this->Offsets, cell.Brick); }

  HWY_INLINE MI IsHidden(VI offset) const { return hn::Eq(offset, hn::Set(DI(), BrickTable::Hidden)); }

  /// Whether the block of cells may show something.
  HWY_INLINE MF IsShown(const CellOfField& cell, VI offset) const
  {
    constexpr int bits = BrickTable::BlockBits;
    const VI last = hn::Set(DI(), BrickTable::BlocksPerEdge - 1);
    const VI x = hn::And(hn::ShiftRight<bits>(cell.X), last);
    const VI y = hn::And(hn::ShiftRight<bits>(cell.Y), last);
    const VI z = hn::And(hn::ShiftRight<bits>(cell.Z), last);
    static_assert(BrickTable::BlocksPerEdge == 4 && BrickTable::MaskWords == 2);
    const VI word = hn::Add(hn::Add(cell.Brick, cell.Brick), hn::ShiftRight<1>(z));
    const VI bit = hn::Add(hn::ShiftLeft<4>(hn::And(z, hn::Set(DI(), 1))), hn::Add(hn::ShiftLeft<2>(y), x));
    const VI mask = hn::GatherIndex(DI(), this->Masks, word);
    const VI one = hn::Set(DI(), 1);
    const MI isShown = hn::Ne(hn::And(mask, hn::Shl(one, bit)), hn::Zero(DI()));
    return hn::RebindMask(DF(), hn::AndNot(this->IsHidden(offset), isShown));
  }

  /// The largest opacities in the cells' bricks, over the unit distance.
  HWY_INLINE VF OpacityOf(const CellOfField& cell) const
  {
    return hn::GatherIndex(DF(), this->Reader.Table->Opacities.data(), cell.Brick);
  }

  /// True where bricks had to be decoded: they must be looked up again.
  HWY_INLINE bool DecodeMissing(const CellOfField& cell, VI offset, MF shown) const
  {
    const MI missing = hn::And(hn::RebindMask(DI(), shown), hn::Lt(offset, hn::Zero(DI())));
    if (HWY_LIKELY(hn::AllFalse(DI(), missing)))
    {
      return false;
    }
    this->DecodeLanes(cell.Brick, missing);
    return true;
  }

  /// Of the first lane that reads a brick: neighbours do the same, and what is forgotten is only decoded anew.
  HWY_INLINE void CountUse(const CellOfField& cell, MF shown) const
  {
    this->Samples += hn::CountTrue(DF(), shown);
    HWY_ALIGN std::int32_t bricks[MaxLanes];
    hn::Store(cell.Brick, DI(), bricks);
    const std::size_t brick = std::size_t(bricks[hn::FindFirstTrue(DF(), shown)]);
    if (brick != this->LastBrick)
    {
      this->LastBrick = brick;
      this->Reader.Table->LastUses[brick].store(this->Reader.Tick, std::memory_order_relaxed);
    }
  }

  /// Lanes that are not shown get one in the middle of the first brick, so that they may be read as the others are.
  HWY_INLINE VI AddressOf(const CellOfField& cell, VI offset, MF shown) const
  {
    const VI last = hn::Set(DI(), BrickLattice::Cells - 1);
    const VI margin = hn::Set(DI(), this->Lattice.Margin);
    const auto inBrick = [&](VI at) { return hn::Add(hn::And(at, last), margin); };
    const VI x = hn::Mul(inBrick(cell.X), hn::Set(DI(), this->Reader.BytesPerSample));
    const VI y = hn::Mul(inBrick(cell.Y), hn::Set(DI(), this->Row));
    const VI z = hn::Mul(inBrick(cell.Z), hn::Set(DI(), this->Slice));
    const int middle = this->Lattice.GetEdge() / 2;
    const VI anywhere = hn::Set(DI(), middle * (this->Reader.BytesPerSample + this->Row + this->Slice));
    return hn::IfThenElse(hn::RebindMask(DI(), shown), hn::Add(hn::Add(offset, x), hn::Add(y, z)), anywhere);
  }

  /// Positions at most a sample away from a cell, in the brick that holds that cell; bricks need a margin of 1,
  /// of 2 for gradients.
  HWY_INLINE Near LocateNear(const CellOfField& cell, VI address, const Vector3& position) const
  {
    Near near{ cell, address };
    const auto locate = [&](VF at, VI from, VF& fraction, VI& result, std::size_t axis, int stride)
    {
      const VF inside = hn::Min(hn::Max(at, hn::Zero(DF())), hn::Set(DF(), float(this->Lattice.Count[axis] - 1)));
      const VI floor = hn::ConvertTo(DI(), hn::Floor(inside));
      const VI first = hn::AndNot(hn::Set(DI(), BrickLattice::Cells - 1), from);
      const VI before = hn::Sub(first, hn::Set(DI(), 1));
      const VI last = hn::Add(first, hn::Set(DI(), BrickLattice::Cells));
      result = hn::Min(hn::Max(floor, before), last);
      fraction = hn::Sub(inside, hn::ConvertTo(DF(), result));
      near.Address = hn::Add(near.Address, hn::Mul(hn::Sub(result, from), hn::Set(DI(), stride)));
    };
    locate(position.X, cell.X, near.Cell.Fraction.X, near.Cell.X, 0, this->Reader.BytesPerSample);
    locate(position.Y, cell.Y, near.Cell.Fraction.Y, near.Cell.Y, 1, this->Row);
    locate(position.Z, cell.Z, near.Cell.Fraction.Z, near.Cell.Z, 2, this->Slice);
    return near;
  }

  template <int Bytes>
  HWY_INLINE VF InterpolateNear(const CellOfField& cell, VI address, const Vector3& position) const
  {
    const Near near = this->LocateNear(cell, address, position);
    return this->Interpolate<Bytes>(near.Cell, near.Address);
  }

  /// How many samples rays have come to.
  std::uint64_t GetSamples() const { return this->Samples; }

  /// Codes between the eight samples around positions.
  template <int Bytes>
  HWY_INLINE VF Interpolate(const CellOfField& cell, VI address) const
  {
    const VF near =
      Lerp(this->ReadRow<Bytes>(cell, address, 0, 0), this->ReadRow<Bytes>(cell, address, 1, 0), cell.Fraction.Y);
    const VF far =
      Lerp(this->ReadRow<Bytes>(cell, address, 0, 1), this->ReadRow<Bytes>(cell, address, 1, 1), cell.Fraction.Y);
    return Lerp(near, far, cell.Fraction.Z);
  }

  /// Central differences at the samples around positions, interpolated, per two samples; bricks need a margin of 1.
  template <int Bytes>
  HWY_INLINE Vector3 Gradient(const CellOfField& cell, VI address) const
  {
    const Vector3& at = cell.Fraction;
    VF rows[4][4];
    for (int z = -1; z <= 2; ++z)
    {
      for (int y = -1; y <= 2; ++y)
      {
        const bool isCorner = (y < 0 || y > 1) && (z < 0 || z > 1);
        if (!isCorner)
        {
          rows[z + 1][y + 1] = this->ReadRow<Bytes>(cell, address, y, z);
        }
      }
    }
    const auto slope = [&](int y, int z)
    {
      const Ends inner = this->ReadEnds<Bytes>(this->AddressOfRow(address, y, z));
      const VI before = hn::Sub(this->AddressOfRow(address, y, z), hn::Set(DI(), Bytes));
      const VI after = hn::Add(this->AddressOfRow(address, y, z), hn::Set(DI(), Bytes));
      const VF low = hn::Sub(inner.High, this->ReadEnds<Bytes>(before).Low);
      const VF high = hn::Sub(this->ReadEnds<Bytes>(after).High, inner.Low);
      return Lerp(low, high, at.X);
    };
    const auto alongY = [&](int z)
    { return Lerp(hn::Sub(rows[z][2], rows[z][0]), hn::Sub(rows[z][3], rows[z][1]), at.Y); };
    const auto alongZ = [&](int y)
    { return Lerp(hn::Sub(rows[2][y], rows[0][y]), hn::Sub(rows[3][y], rows[1][y]), at.Z); };
    return { Lerp(Lerp(slope(0, 0), slope(1, 0), at.Y), Lerp(slope(0, 1), slope(1, 1), at.Y), at.Z),
      Lerp(alongY(1), alongY(2), at.Z), Lerp(alongZ(1), alongZ(2), at.Y) };
  }

  /// Whether the nearest sample has a value.
  HWY_INLINE MF IsValid(const CellOfField& cell, VI address) const
  {
    if (HWY_LIKELY(!this->Reader.HasInvalid))
    {
      return hn::Eq(cell.Fraction.X, cell.Fraction.X);
    }
    const VF half = hn::Set(DF(), 0.5f);
    const auto toNearest = [&](VF fraction, int stride)
    { return hn::IfThenElseZero(hn::RebindMask(DI(), hn::Ge(fraction, half)), hn::Set(DI(), stride)); };
    const VI nearest = hn::Add(hn::Add(address, toNearest(cell.Fraction.X, int(sizeof(std::uint16_t)))),
      hn::Add(toNearest(cell.Fraction.Y, this->Row), toNearest(cell.Fraction.Z, this->Slice)));
    const VI codes = hn::GatherOffset(DI(), this->GetMemory(), nearest);
    return hn::RebindMask(DF(), hn::Eq(hn::And(codes, hn::Set(DI(), 0x8000)), hn::Zero(DI())));
  }

private:
  struct Ends
  {
    VF Low;
    VF High;
  };

  const std::int32_t* GetMemory() const { return reinterpret_cast<const std::int32_t*>(this->Reader.Memory); }

  HWY_INLINE VI LocateAlong(std::size_t axis, VF position, VF& fraction) const
  {
    const int count = this->Lattice.Count[axis];
    const VF inside = hn::Min(hn::Max(position, hn::Zero(DF())), hn::Set(DF(), float(count - 1)));
    const VI cell = hn::Min(hn::ConvertTo(DI(), inside), hn::Set(DI(), HWY_MAX(count - 2, 0)));
    fraction = hn::Sub(inside, hn::ConvertTo(DF(), cell));
    return cell;
  }

  HWY_INLINE VI AddressOfRow(VI address, int y, int z) const
  {
    return hn::Add(address, hn::Set(DI(), y * this->Row + z * this->Slice));
  }

  /// A sample and the next one along x.
  template <int Bytes>
  HWY_INLINE Ends ReadEnds(VI address) const
  {
    constexpr int bits = 8 * Bytes;
    const VI codeBits = hn::Set(DI(), Bytes == 1 ? 0xff : 0x7fff);
    const VI both = hn::GatherOffset(DI(), this->GetMemory(), address);
    return { hn::ConvertTo(DF(), hn::And(both, codeBits)),
      hn::ConvertTo(DF(), hn::And(hn::ShiftRight<bits>(both), codeBits)) };
  }

  /// Interpolates along x between two samples, a number of samples away along y and z.
  template <int Bytes>
  HWY_INLINE VF ReadRow(const CellOfField& cell, VI address, int y, int z) const
  {
    const Ends ends = this->ReadEnds<Bytes>(this->AddressOfRow(address, y, z));
    return Lerp(ends.Low, ends.High, cell.Fraction.X);
  }

  HWY_NOINLINE void DecodeLanes(VI brick, MI missing) const
  {
    HWY_ALIGN std::int32_t bricks[MaxLanes];
    HWY_ALIGN std::int32_t isMissing[MaxLanes];
    hn::Store(brick, DI(), bricks);
    hn::Store(hn::VecFromMask(DI(), missing), DI(), isMissing);
    for (std::size_t lane = 0; lane < hn::Lanes(DI()); ++lane)
    {
      if (isMissing[lane])
      {
        this->Reader.Decode(std::size_t(bricks[lane]));
      }
    }
  }

  const BrickReader& Reader;
  const BrickLattice& Lattice;
  const std::int32_t* Offsets;
  const std::int32_t* Masks;
  int Row;   ///< bytes
  int Slice; ///< bytes
  mutable std::size_t LastBrick = std::size_t(-1);
  mutable std::uint64_t Samples = 0;
};

} // namespace neuralvolume::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
