// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "render/bricks/ScalarBricks.h"

#include <tbb/parallel_for.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <utility>

namespace neuralvolume
{
namespace
{

/// Of all bricks, what MakeRoom forgets.
constexpr int PartToForget = 4;

ValueRange RangeOf(const Scalar& scalar, const Model& model)
{
  std::vector<float> bounds;
  for (const ValueRange& range : model.Array.Ranges)
  {
    bounds.push_back(float(range.Minimum));
    bounds.push_back(float(range.Maximum));
  }
  return scalar.FromBounds(bounds.data());
}

BrickLattice FinestLattice(const Model& model, int margin)
{
  return BrickLattice(model.GetDimensions(), 0, margin);
}

/// 8-bit codes are enough for 8-bit values, but those of 16 bits keep what the network says between them.
int ChooseBytesPerSample(const Model& model, int margin, std::size_t capacity)
{
  const BrickLattice lattice = FinestLattice(model, margin);
  const bool fits = lattice.GetBricks() * lattice.GetBrickSamples() * sizeof(std::uint16_t) <= capacity;
  const bool isByte = SizeOf(model.Array.Type) == 1 && model.Array.GetComponents() == 1 && model.Invalid.empty();
  return isByte && !fits ? 1 : 2;
}

} // namespace

ScalarBricks::PoolIsFull::PoolIsFull()
  : std::runtime_error("the pool of bricks is full")
{
}

ScalarBricks::IsNotDecoded::IsNotDecoded()
  : std::runtime_error("a brick is not decoded")
{
}

ScalarBricks::ScalarBricks(
  const Model& model, const Evaluator& evaluator, const Scalar& scalar, int margin, std::size_t capacity)
  : TheModel(model)
  , TheScalar(scalar)
  , Range(RangeOf(scalar, model))
  , Margin(margin)
  , Dimensions(model.GetDimensions())
  , BytesPerSample(ChooseBytesPerSample(model, margin, capacity))
  , Decoder(model, evaluator, scalar, this->Range, this->GetLargestCode())
  , Pool(FinestLattice(model, margin).GetBrickSamples() * std::size_t(this->BytesPerSample), capacity)
  , Slots(this->Pool.GetSlots())
{
}

int ScalarBricks::GetLargestCode() const
{
  return this->BytesPerSample == 1 ? std::numeric_limits<std::uint8_t>::max() : BrickDecoder::LargestShortCode;
}

double ScalarBricks::ValueOf(std::uint16_t code) const
{
  return this->Range.Minimum + code * (this->Range.Maximum - this->Range.Minimum) / this->GetLargestCode();
}

void ScalarBricks::SetVisibility(Visibility maximumOpacity)
{
  this->MaximumOpacity = std::move(maximumOpacity);
  this->IsCurrent.fill(false);
}

BrickTable& ScalarBricks::Prepare(int level)
{
  ++this->Tick;
  std::unique_ptr<BrickTable>& table = this->Tables[std::size_t(level)];
  if (!table)
  {
    table = std::make_unique<BrickTable>(BrickLattice(this->Dimensions, level, this->Margin));
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
    const CodeRange& range = this->Slots[std::size_t(slot)]->Blocks[block];
    const float opacity = this->MaximumOpacity({ this->ValueOf(range.Low), this->ValueOf(range.High) });
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

ValueRange ScalarBricks::GetBounds(const BrickTable& table, std::size_t brick) const
{
  const int slot = table.Slots[brick];
  if (slot == BrickPool::NoSlot)
  {
    return this->GetCellBounds(table.Lattice, IndexAt(brick, table.Lattice.Bricks));
  }
  CodeRange codes{ BrickDecoder::LargestShortCode, 0 };
  for (const CodeRange& block : this->Slots[std::size_t(slot)]->Blocks)
  {
    codes = { std::min(codes.Low, block.Low), std::max(codes.High, block.High) };
  }
  return { this->ValueOf(codes.Low), this->ValueOf(codes.High) };
}

/// By the macro cells that hold the samples of a brick and its margin. Empty (minimum > maximum) where they are.
ValueRange ScalarBricks::GetCellBounds(const BrickLattice& lattice, const Index& brick) const
{
  const MacroCells& cells = this->TheModel.MacroCells;
  if (cells.Bounds.empty())
  {
    return this->Range;
  }
  Index begin;
  Index end;
  for (std::size_t axis = 0; axis < 3; ++axis)
  {
    const int first = lattice.FirstSample(brick[axis]);
    begin[axis] = lattice.SampleOfVolume(axis, first) / cells.CellSize;
    end[axis] = lattice.SampleOfVolume(axis, first + lattice.GetEdge() - 1) / cells.CellSize + 1;
  }
  ValueRange bounds{ std::numeric_limits<double>::infinity(), -std::numeric_limits<double>::infinity() };
  ForEach(begin, end,
    [&](const Index& cell)
    {
      const std::size_t index = FlatIndex(cell, cells.Dimensions);
      const ValueRange range =
        this->TheScalar.FromBounds(cells.Bounds.data() + index * 2 * this->TheModel.Array.Ranges.size());
      bounds = { std::min(bounds.Minimum, range.Minimum), std::max(bounds.Maximum, range.Maximum) };
    });
  return bounds;
}

void ScalarBricks::Decode(BrickTable& table, std::size_t brick)
{
  std::atomic<std::int32_t>& state = table.Offsets[brick];
  std::int32_t expected = BrickTable::Missing;
  if (!state.compare_exchange_strong(expected, BrickTable::Busy))
  {
    state.wait(BrickTable::Busy);
    return;
  }
  try
  {
    this->Fill(table, brick);
    this->Update(table, brick);
  }
  catch (...)
  {
    state = BrickTable::Missing;
    state.notify_all();
    throw;
  }
  state.notify_all();
}

void ScalarBricks::Fill(BrickTable& table, std::size_t brick)
{
  const int index = this->Pool.Take();
  if (index == BrickPool::NoSlot)
  {
    throw PoolIsFull();
  }
  const DecodedBrick decoded = this->Decoder.Decode(table.Lattice, IndexAt(brick, table.Lattice.Bricks));
  auto slot = std::make_unique<Slot>();
  slot->Table = &table;
  slot->Brick = brick;
  slot->Blocks = decoded.Blocks;
  std::uint8_t* const target = this->Pool.GetSlot(index);
  if (this->BytesPerSample == 1)
  {
    std::ranges::copy(decoded.Codes, target);
  }
  else
  {
    std::memcpy(target, decoded.Codes.data(), decoded.Codes.size() * sizeof(std::uint16_t));
  }
  this->Slots[std::size_t(index)] = std::move(slot);
  table.Slots[brick] = index;
  table.LastUses[brick] = this->Tick;
  ++this->Decoded;
}

void ScalarBricks::MakeRoom()
{
  // Order the bricks by their last use
  std::vector<std::pair<std::uint32_t, int>> uses;
  for (std::size_t i = 0; i < this->Slots.size(); ++i)
  {
    if (const Slot* slot = this->Slots[i].get())
    {
      uses.emplace_back(slot->Table->LastUses[slot->Brick].load(), int(i));
    }
  }
  const auto end = uses.begin() + std::ptrdiff_t((uses.size() + PartToForget - 1) / PartToForget);
  std::nth_element(uses.begin(), end - 1, uses.end());
  // Forget the first of them
  std::for_each(uses.begin(), end,
    [this](const std::pair<std::uint32_t, int>& use)
    {
      const std::unique_ptr<Slot> slot = std::move(this->Slots[std::size_t(use.second)]);
      slot->Table->Slots[slot->Brick] = BrickPool::NoSlot;
      this->Update(*slot->Table, slot->Brick);
      this->Pool.GiveBack(use.second);
    });
}

} // namespace neuralvolume
