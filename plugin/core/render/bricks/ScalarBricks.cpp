// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "render/bricks/ScalarBricks.h"

#include "render/bricks/Magnify.h"

#include <tbb/parallel_for.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <iterator>
#include <limits>
#include <utility>

namespace neuralvolume
{
namespace
{

/// Of a brick, of all scalars.
std::size_t CountSamples(const std::vector<ScalarSource>& sources, int margin)
{
  return sources.size() * BrickLattice(sources.front().Model->GetDimensions(), 0, margin).GetBrickSamples();
}

bool IsOfBytes(const ScalarSource& source)
{
  const Model& model = *source.Model;
  return SizeOf(model.Array.Type) == 1 && model.Array.GetComponents() == 1 && model.Invalid.empty();
}

/// 8-bit codes are enough for 8-bit values, but those of 16 bits keep what the network says between them.
int ChooseBytesPerSample(const std::vector<ScalarSource>& sources, int margin, std::size_t capacity)
{
  const std::size_t bricks = BrickLattice(sources.front().Model->GetDimensions(), 0, margin).GetBricks();
  const bool fits = bricks * CountSamples(sources, margin) * sizeof(std::uint16_t) <= capacity;
  return std::ranges::all_of(sources, IsOfBytes) && !fits ? 1 : 2;
}

int LargestCodeOf(int bytesPerSample)
{
  return bytesPerSample == 1 ? std::numeric_limits<std::uint8_t>::max() : BrickDecoder::LargestShortCode;
}

constexpr double Infinity = std::numeric_limits<double>::infinity();
constexpr ValueBounds Unbounded = { ValueRange{ -Infinity, Infinity }, ValueRange{ -Infinity, Infinity } };

CodeRange Unite(const BlockRanges& blocks)
{
  CodeRange codes{ BrickDecoder::LargestShortCode, 0 };
  for (const CodeRange& block : blocks)
  {
    codes = { std::min(codes.Low, block.Low), std::max(codes.High, block.High) };
  }
  return codes;
}

/// Flags samples of the first scalar that are flagged in any of them, one after the other.
void FlagInvalid(std::vector<std::uint16_t>& codes, std::size_t scalars)
{
  const std::size_t samples = codes.size() / scalars;
  for (std::size_t i = samples; i < codes.size(); ++i)
  {
    codes[i % samples] |= codes[i] & BrickDecoder::InvalidFlag;
  }
}

/// The brick of a coarser level that holds a brick.
std::size_t SourceOf(const BrickTable& table, std::size_t brick, const BrickTable& coarse)
{
  const Index at = IndexAt(brick, table.Lattice.Bricks);
  return FlatIndex(CoarseBrickOf(table.Lattice, at, coarse.Lattice), coarse.Lattice.Bricks);
}

} // namespace

ScalarBricks::PoolIsFull::PoolIsFull()
  : std::runtime_error("the pool of bricks is full")
{
}

ScalarBricks::ScalarBricks(const std::vector<ScalarSource>& sources, int margin, std::size_t capacity)
  : Margin(margin)
  , Dimensions(sources.front().Model->GetDimensions())
  , BytesPerSample(ChooseBytesPerSample(sources, margin, capacity))
  , Pool(CountSamples(sources, margin) * std::size_t(this->BytesPerSample), capacity)
  , Slots(this->Pool.GetSlots())
{
  for (const ScalarSource& source : sources)
  {
    this->Decoders.emplace_back(source, this->GetLargestCode());
  }
}

int ScalarBricks::GetLargestCode() const
{
  return LargestCodeOf(this->BytesPerSample);
}

bool ScalarBricks::HasInvalid() const
{
  return std::ranges::any_of(
    this->Decoders, [](const BrickDecoder& decoder) { return !decoder.GetModel().Invalid.empty(); });
}

std::vector<ValueRange> ScalarBricks::GetRanges() const
{
  std::vector<ValueRange> ranges;
  std::ranges::transform(this->Decoders, std::back_inserter(ranges), &BrickDecoder::GetRange);
  return ranges;
}

void ScalarBricks::SetVisibility(Visibility maximumOpacity)
{
  this->MaximumOpacity = std::move(maximumOpacity);
  this->IsCurrent.fill(false);
}

void ScalarBricks::BeginPicture(const Sight& sight)
{
  ++this->Tick;
  this->Seen = sight;
}

BrickTable& ScalarBricks::Prepare(int level)
{
  std::unique_ptr<BrickTable>& table = this->Tables[std::size_t(level)];
  if (!table)
  {
    table = std::make_unique<BrickTable>(BrickLattice(this->Dimensions, level, this->Margin));
  }
  if (table->Tick != this->Tick)
  {
    table->TickBefore = std::exchange(table->Tick, this->Tick);
  }
  if (!this->IsCurrent[std::size_t(level)])
  {
    tbb::parallel_for(std::size_t(0), table->Slots.size(), [&](std::size_t brick) { this->Update(*table, brick); });
    this->IsCurrent[std::size_t(level)] = true;
  }
  return *table;
}

/// What shows of a brick, from its blocks where it is decoded, else from the macro cells.
void ScalarBricks::Update(BrickTable& table, std::size_t brick) const
{
  std::uint32_t* const masks = table.Masks.data() + brick * BrickTable::MaskWords;
  const int slot = table.Slots[brick];
  if (slot == BrickPool::NoSlot)
  {
    table.Opacities[brick] = this->MaximumOpacity(this->GetBounds(table, brick));
    const bool mayShow = table.Opacities[brick] > 0.0f;
    std::fill_n(masks, BrickTable::MaskWords, mayShow ? ~0u : 0u);
    table.Offsets[brick].store(mayShow ? BrickTable::Missing : BrickTable::Hidden, std::memory_order_release);
    return;
  }
  std::array<std::uint32_t, BrickTable::MaskWords> shown = {};
  float largest = 0.0f;
  for (std::size_t block = 0; block < BrickTable::Blocks; ++block)
  {
    const float opacity = this->MaximumOpacity(
      this->BoundsOf([&](std::size_t scalar) { return this->Slots.At(slot).Blocks[scalar][block]; }));
    if (opacity > 0.0f)
    {
      shown[block / 32] |= 1u << (block % 32);
      largest = std::max(largest, opacity);
    }
  }
  table.Opacities[brick] = largest;
  std::ranges::copy(shown, masks);
  table.Offsets[brick].store(
    largest > 0.0f ? std::int32_t(this->Pool.OffsetOf(slot)) : BrickTable::Hidden, std::memory_order_release);
}

ValueBounds ScalarBricks::GetBounds(const BrickTable& table, std::size_t brick) const
{
  const int slot = table.Slots[brick];
  if (slot != BrickPool::NoSlot)
  {
    return this->BoundsOf([&](std::size_t scalar) { return Unite(this->Slots.At(slot).Blocks[scalar]); });
  }
  ValueBounds bounds = Unbounded;
  for (std::size_t scalar = 0; scalar < this->Decoders.size(); ++scalar)
  {
    bounds[scalar] = this->Decoders[scalar].GetCellBounds(table.Lattice, IndexAt(brick, table.Lattice.Bricks));
  }
  return bounds;
}

/// codesOf(scalar): the range of its codes.
template <typename CodesOf>
ValueBounds ScalarBricks::BoundsOf(const CodesOf& codesOf) const
{
  ValueBounds bounds = Unbounded;
  for (std::size_t scalar = 0; scalar < this->Decoders.size(); ++scalar)
  {
    const CodeRange codes = codesOf(scalar);
    bounds[scalar] = { this->Decoders[scalar].ValueOf(codes.Low), this->Decoders[scalar].ValueOf(codes.High) };
  }
  return bounds;
}

void ScalarBricks::Decode(BrickTable& table, std::size_t brick)
{
  const Index at = IndexAt(brick, table.Lattice.Bricks);
  this->Settle(
    table, brick, false, [&](std::size_t scalar) { return this->Decoders[scalar].Decode(table.Lattice, at); });
}

bool ScalarBricks::IsReady(const BrickTable& table, std::size_t brick, const BrickTable& coarse) const
{
  const std::int32_t state = coarse.Offsets[SourceOf(table, brick, coarse)].load(std::memory_order_acquire);
  return state != BrickTable::Missing && state != BrickTable::Busy;
}

void ScalarBricks::StandIn(BrickTable& table, std::size_t brick, BrickTable& coarse)
{
  const Index at = IndexAt(brick, table.Lattice.Bricks);
  const std::size_t source = SourceOf(table, brick, coarse);
  const std::int32_t state = coarse.Offsets[source];
  if (state == BrickTable::Missing || state == BrickTable::Busy)
  {
    this->Decode(coarse, source);
  }
  coarse.LastUses[source] = this->Tick;
  const int slot = coarse.Slots[source];
  if (slot == BrickPool::NoSlot) // another thread was to decode it, and failed
  {
    this->Decode(table, brick);
    return;
  }
  this->Settle(table, brick, true,
    [&](std::size_t scalar)
    { return this->Decoders[scalar].Magnify(table.Lattice, at, coarse.Lattice, this->GetCodes(slot, scalar)); });
}

/// make(scalar) gives the samples of a missing brick; where another thread makes it, waits for that instead.
template <typename Make>
void ScalarBricks::Settle(BrickTable& table, std::size_t brick, bool isStandIn, const Make& make)
{
  std::atomic<std::int32_t>& state = table.Offsets[brick];
  std::int32_t expected = BrickTable::Missing;
  if (!state.compare_exchange_strong(expected, BrickTable::Busy))
  {
    state.wait(BrickTable::Busy);
    return;
  }
  using Clock = std::chrono::steady_clock;
  const Clock::time_point start = Clock::now();
  try
  {
    this->Fill(table, brick, isStandIn, make);
    this->Update(table, brick);
  }
  catch (...)
  {
    state = BrickTable::Missing;
    state.notify_all();
    throw;
  }
  state.notify_all();
  this->NanosecondsSpent += std::chrono::nanoseconds(Clock::now() - start).count();
}

template <typename Make>
void ScalarBricks::Fill(BrickTable& table, std::size_t brick, bool isStandIn, const Make& make)
{
  const int index = this->Pool.Take();
  if (index == BrickPool::NoSlot)
  {
    throw PoolIsFull();
  }
  std::vector<std::uint16_t> codes;
  auto slot = std::make_unique<BrickSlot>(BrickSlot{ &table, brick, isStandIn, {} });
  try
  {
    for (std::size_t scalar = 0; scalar < this->Decoders.size(); ++scalar)
    {
      const DecodedBrick decoded = make(scalar);
      slot->Blocks.push_back(decoded.Blocks);
      codes.insert(codes.end(), decoded.Codes.begin(), decoded.Codes.end());
    }
  }
  catch (...)
  {
    this->Pool.GiveBack(index);
    throw;
  }
  FlagInvalid(codes, this->Decoders.size());
  std::uint8_t* const target = this->Pool.GetSlot(index);
  if (this->BytesPerSample == 1)
  {
    std::ranges::copy(codes, target);
  }
  else
  {
    std::memcpy(target, codes.data(), codes.size() * sizeof(std::uint16_t));
  }
  this->Slots.Put(index, std::move(slot));
  table.Slots[brick] = index;
  table.LastUses[brick] = this->Tick;
  if (isStandIn)
  {
    this->HasStandIns = true;
  }
  else
  {
    ++this->Decoded;
  }
}

/// Of one of the scalars of a brick.
std::vector<std::uint16_t> ScalarBricks::GetCodes(int slot, std::size_t scalar) const
{
  std::vector<std::uint16_t> codes(this->Slots.At(slot).Table->Lattice.GetBrickSamples());
  const std::size_t offset = scalar * codes.size() * std::size_t(this->BytesPerSample);
  const std::uint8_t* const source = this->Pool.GetMemory() + this->Pool.OffsetOf(slot) + offset;
  if (this->BytesPerSample == 1)
  {
    std::copy_n(source, codes.size(), codes.begin());
  }
  else
  {
    std::memcpy(codes.data(), source, codes.size() * sizeof(std::uint16_t));
  }
  return codes;
}

void ScalarBricks::ForgetStandIns(std::size_t most)
{
  if (!this->HasStandIns)
  {
    return;
  }
  std::vector<int> slots = this->Slots.FindStandIns();
  this->HasStandIns = slots.size() > most;
  slots.resize(std::min(most, slots.size()));
  std::ranges::for_each(slots, [this](int slot) { this->Forget(slot); });
}

bool ScalarBricks::Fits(int level, const Sight& sight) const
{
  const BrickTable& table = *this->Tables[std::size_t(level)];
  std::size_t count = 0;
  for (std::size_t brick = 0; brick < table.Offsets.size(); ++brick)
  {
    count += table.Offsets[brick] != BrickTable::Hidden && sight.Shows(table.Lattice, brick) ? 1 : 0;
  }
  return count <= this->Pool.GetSlots();
}

void ScalarBricks::MakeRoom()
{
  std::ranges::for_each(this->Slots.FindLeastWorth(this->Tick, this->Seen), [this](int slot) { this->Forget(slot); });
}

void ScalarBricks::Forget(int slot)
{
  const std::unique_ptr<BrickSlot> forgotten = this->Slots.Take(slot);
  forgotten->Table->Slots[forgotten->Brick] = BrickPool::NoSlot;
  this->Update(*forgotten->Table, forgotten->Brick);
  this->Pool.GiveBack(slot);
}

} // namespace neuralvolume
