// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "render/paths/BrickSampler.h"

#include <algorithm>
#include <cmath>

namespace neuralvolume
{
namespace
{

float Lerp(float a, float b, float fraction)
{
  return a + (b - a) * fraction;
}

} // namespace

BrickSampler::BrickSampler(const MarchScene& scene)
  : Scene(scene)
  , Reader(scene.Bricks)
  , Lattice(scene.Bricks.Table->Lattice)
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
float BrickSampler::Interpolate(const Place& place, const Code* samples, std::size_t first) const
{
  constexpr Code codeBits = sizeof(Code) == 1 ? 0xff : 0x7fff;
  const auto row = [&](std::size_t sample)
  { return Lerp(float(samples[sample] & codeBits), float(samples[sample + 1] & codeBits), place.Fraction[0]); };
  const float near = Lerp(row(first), row(first + this->Row), place.Fraction[1]);
  const float far = Lerp(row(first + this->Slice), row(first + this->Slice + this->Row), place.Fraction[1]);
  return Lerp(near, far, place.Fraction[2]);
}

/// How much the code changes over the mean spacing of the volume.
template <typename Code>
float BrickSampler::Gradient(const Place& place, const Code* samples, std::size_t first) const
{
  const std::array<std::size_t, 3> strides = { 1, this->Row, this->Slice };
  float squares = 0.0f;
  for (std::size_t axis = 0; axis < 3; ++axis)
  {
    const float change = this->Interpolate(place, samples, first + strides[axis]) -
                         this->Interpolate(place, samples, first - strides[axis]);
    squares += std::pow(change * this->Scene.GradientScale[axis], 2.0f);
  }
  return std::sqrt(squares);
}

template <typename Code>
BrickSampler::Codes BrickSampler::ReadCodes(const Place& place, const Code* samples, std::size_t first) const
{
  const float code = this->Interpolate(place, samples, first);
  switch (this->Scene.Colours.Second)
  {
    case SecondCoordinate::Gradient:
      return { code, this->Gradient(place, samples, first) };
    case SecondCoordinate::Value:
      return { code, this->Interpolate(place, samples, first + this->Reader.SecondScalar / sizeof(Code)) };
    default:
      return { code };
  }
}

/// Whether the nearest sample has a value.
bool BrickSampler::IsValid(const Place& place, const std::uint16_t* samples, std::size_t first) const
{
  const auto toNearest = [](float fraction, std::size_t stride) { return fraction >= 0.5f ? stride : 0; };
  const std::size_t nearest = first + toNearest(place.Fraction[0], 1) + toNearest(place.Fraction[1], this->Row) +
                              toNearest(place.Fraction[2], this->Slice);
  return !(samples[nearest] & BrickDecoder::InvalidFlag);
}

bool BrickSampler::Read(const Place& place, Codes& codes) const
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
    codes = this->ReadCodes(place, bytes, first);
    return true;
  }
  const auto* const shorts = reinterpret_cast<const std::uint16_t*>(bytes); // bricks of them begin at even addresses
  codes = this->ReadCodes(place, shorts, first);
  return this->IsValid(place, shorts, first);
}

} // namespace neuralvolume
