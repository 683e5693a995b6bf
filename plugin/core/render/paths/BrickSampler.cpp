// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "render/paths/BrickSampler.h"

#include <algorithm>
#include <cstring>

namespace neuralvolume
{
namespace
{

constexpr std::uint32_t InvalidFlag = 0x8000;

float Lerp(float a, float b, float fraction)
{
  return a + (b - a) * fraction;
}

} // namespace

BrickSampler::BrickSampler(const BrickReader& reader)
  : Reader(reader)
  , Lattice(reader.Table->Lattice)
{
}

Vector3f BrickSampler::GetLast() const
{
  return { float(this->Lattice.Count[0] - 1), float(this->Lattice.Count[1] - 1), float(this->Lattice.Count[2] - 1) };
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

std::uint32_t BrickSampler::CodeAt(std::size_t sample, const std::uint8_t* brick) const
{
  if (this->Reader.BytesPerSample == 1)
  {
    return brick[sample];
  }
  std::uint16_t code;
  std::memcpy(&code, brick + sizeof code * sample, sizeof code);
  return code;
}

bool BrickSampler::Read(const Place& place, float& code) const
{
  std::int32_t offset = this->Reader.Table->Offsets[place.Brick].load(std::memory_order_acquire);
  while (offset == BrickTable::Missing || offset == BrickTable::Busy)
  {
    this->Reader.Source->Decode(*this->Reader.Table, place.Brick);
    offset = this->Reader.Table->Offsets[place.Brick].load(std::memory_order_acquire);
  }
  if (offset == BrickTable::Hidden || !this->IsShown(place))
  {
    return false;
  }
  this->Reader.Table->LastUses[place.Brick].store(this->Reader.Tick, std::memory_order_relaxed);
  // Read the eight samples around the position
  const int edge = this->Lattice.GetEdge();
  const std::uint8_t* const brick = this->Reader.Memory + offset;
  std::array<float, 8> codes;
  bool isValid = true;
  for (int corner = 0; corner < 8; ++corner)
  {
    Index at;
    bool isNearest = true;
    for (std::size_t axis = 0; axis < 3; ++axis)
    {
      const int step = (corner >> axis) & 1;
      at[axis] = (place.Cell[axis] & (BrickLattice::Cells - 1)) + this->Lattice.Margin + step;
      isNearest = isNearest && (place.Fraction[axis] >= 0.5f) == (step == 1);
    }
    const std::uint32_t stored = this->CodeAt(FlatIndex(at, { edge, edge, edge }), brick);
    codes[std::size_t(corner)] = float(stored & ~InvalidFlag);
    isValid = isValid && !(isNearest && (stored & InvalidFlag));
  }
  // Interpolate along x, y, z
  for (std::size_t axis = 0, count = 4; axis < 3; ++axis, count /= 2)
  {
    for (std::size_t i = 0; i < count; ++i)
    {
      codes[i] = Lerp(codes[2 * i], codes[2 * i + 1], place.Fraction[axis]);
    }
  }
  code = codes[0];
  return isValid;
}

} // namespace neuralvolume
