// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "render/paths/BrickSampler.h"

#include <algorithm>

namespace neuralvolume
{
namespace
{

constexpr std::uint16_t InvalidFlag = 0x8000;

float Lerp(float a, float b, float fraction)
{
  return a + (b - a) * fraction;
}

} // namespace

BrickSampler::BrickSampler(const BrickReader& reader)
  : Reader(reader)
  , Lattice(reader.Table->Lattice)
  , Row(std::size_t(Lattice.GetEdge()))
  , Slice(this->Row * this->Row)
{
}

BrickSampler::Place BrickSampler::Locate(const Vector3f& position) const
{
  Place place;
  Index brick;
  for (std::size_t axis = 0; axis < 3; ++axis)
  {
    const int count = this->Lattice.Count[axis];
    const float inside = std::clamp(position[axis], 0.0f, float(count - 1));
    place.Cell[axis] = std::min(int(inside), std::max(count - 2, 0));
    place.Fraction[axis] = inside - float(place.Cell[axis]);
    brick[axis] = place.Cell[axis] >> BrickLattice::CellBits;
  }
  place.Brick = FlatIndex(brick, this->Lattice.Bricks);
  return place;
}

bool BrickSampler::IsShown(const Place& place) const
{
  Index block;
  for (std::size_t axis = 0; axis < 3; ++axis)
  {
    block[axis] = (place.Cell[axis] >> BrickTable::BlockBits) & (BrickTable::BlocksPerEdge - 1);
  }
  constexpr int edge = BrickTable::BlocksPerEdge;
  const std::size_t bit = FlatIndex(block, { edge, edge, edge });
  return (this->Reader.Table->Masks[place.Brick * BrickTable::MaskWords + bit / 32] >> (bit % 32)) & 1u;
}

/// The offset of a brick that is there, or BrickTable::Hidden.
std::int32_t BrickSampler::FindBrick(const Place& place) const
{
  const std::atomic<std::int32_t>& offset = this->Reader.Table->Offsets[place.Brick];
  std::int32_t found = offset.load(std::memory_order_acquire);
  while (found == BrickTable::Missing || found == BrickTable::Busy)
  {
    this->Reader.Decode(place.Brick);
    found = offset.load(std::memory_order_acquire);
  }
  return found;
}

template <typename Code>
float BrickSampler::Interpolate(const Place& place, const Code* codes, std::size_t first) const
{
  constexpr Code codeBits = sizeof(Code) == 1 ? 0xff : 0x7fff;
  const auto row = [&](std::size_t sample)
  { return Lerp(float(codes[sample] & codeBits), float(codes[sample + 1] & codeBits), place.Fraction[0]); };
  const float near = Lerp(row(first), row(first + this->Row), place.Fraction[1]);
  const float far = Lerp(row(first + this->Slice), row(first + this->Slice + this->Row), place.Fraction[1]);
  return Lerp(near, far, place.Fraction[2]);
}

/// Whether the nearest sample has a value.
bool BrickSampler::IsValid(const Place& place, const std::uint16_t* codes, std::size_t first) const
{
  const auto toNearest = [](float fraction, std::size_t stride) { return fraction >= 0.5f ? stride : 0; };
  const std::size_t nearest = first + toNearest(place.Fraction[0], 1) + toNearest(place.Fraction[1], this->Row) +
                              toNearest(place.Fraction[2], this->Slice);
  return !(codes[nearest] & InvalidFlag);
}

bool BrickSampler::Read(const Place& place, float& code) const
{
  const std::int32_t offset = this->FindBrick(place);
  if (offset == BrickTable::Hidden || !this->IsShown(place))
  {
    return false;
  }
  this->Reader.Table->LastUses[place.Brick].store(this->Reader.Tick, std::memory_order_relaxed);
  const auto inBrick = [&](std::size_t axis)
  { return std::size_t((place.Cell[axis] & (BrickLattice::Cells - 1)) + this->Lattice.Margin); };
  const std::size_t first = inBrick(0) + this->Row * inBrick(1) + this->Slice * inBrick(2);
  const std::uint8_t* const bytes = this->Reader.Memory + offset;
  if (this->Reader.BytesPerSample == 1)
  {
    code = this->Interpolate(place, bytes, first);
    return true;
  }
  const auto* const codes = reinterpret_cast<const std::uint16_t*>(bytes); // bricks of them begin at even addresses
  code = this->Interpolate(place, codes, first);
  return this->IsValid(place, codes, first);
}

} // namespace neuralvolume
