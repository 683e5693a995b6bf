// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "decode/LazyVolume.h"

#include <tbb/task_arena.h>

#include <algorithm>
#include <utility>

namespace neuralvolume
{
namespace
{

constexpr int BrickSize = Residual::BrickSize; // so that a brick of the residual is decoded once

std::uint64_t NextId()
{
  static std::atomic<std::uint64_t> last = 0;
  return ++last;
}

std::size_t SizeOfSample(const Model& model)
{
  return model.Array.Ranges.size() * SizeOf(model.Array.Type);
}

std::size_t BricksFor(std::size_t bytes, const Model& model, const Blocks& bricks)
{
  const Index count = bricks.GetCount();
  const std::size_t layer = std::size_t(count[0]) * std::size_t(count[1]);
  return std::max(2 * layer, bytes / (CountOf(bricks.Size) * SizeOfSample(model)));
}

std::size_t BytesOf(const Model& model)
{
  const std::size_t residual =
    model.Residual ? model.Residual->Bytes.size() + model.Residual->Ends.size() * sizeof(std::uint64_t) : 0;
  return model.Parameters.size() * sizeof(Half) + model.MacroCells.Bounds.size() * sizeof(float) +
         model.Invalid.size() + residual;
}

} // namespace

LazyVolume::LazyVolume(Model model, std::unique_ptr<const Evaluator> evaluator, std::size_t capacity)
  : Id(NextId())
  , TheModel(std::move(model))
  , TheEvaluator(std::move(evaluator))
  , Bricks{ this->TheModel.GetDimensions(), { BrickSize, BrickSize, BrickSize } }
  , SampleSize(SizeOfSample(this->TheModel))
  , Cache(
      [this](std::size_t brick) { return this->DecodeBrick(brick); }, BricksFor(capacity, this->TheModel, this->Bricks))
{
}

void LazyVolume::DecodeAll(std::span<std::byte> values)
{
  this->Decode(WholeVolume(this->TheModel), values);
  this->DecodedAtOnce += CountOf(this->Bricks.GetCount());
}

std::size_t LazyVolume::GetMemorySize() const
{
  const std::size_t evaluator = this->TheModel.Parameters.size() * sizeof(Half);
  return BytesOf(this->TheModel) + evaluator + this->Cache.GetKept() * CountOf(this->Bricks.Size) * this->SampleSize;
}

/// Without isolation this thread, while it waits for others to end their part, might begin a task that waits for what
/// is being decoded.
void LazyVolume::Decode(const Region& region, std::span<std::byte> values) const
{
  tbb::this_task_arena::isolate([&] { neuralvolume::Decode(this->TheModel, *this->TheEvaluator, region, values); });
}

BrickCache::Values LazyVolume::DecodeBrick(std::size_t brick) const
{
  const Index at = IndexAt(brick, this->Bricks.GetCount());
  const Index begin = this->Bricks.Begin(at);
  const Region region{ begin, Subtract(this->Bricks.End(at), begin) };
  BrickCache::Values values(region.GetSamples() * this->SampleSize);
  this->Decode(region, values);
  return values;
}

const std::byte* SampleReader::Find(LazyVolume& volume, std::size_t sample)
{
  if (this->Volume != volume.Id)
  {
    *this = {};
  }
  const Blocks& blocks = volume.GetBlocks();
  const Index at = IndexAt(sample, blocks.Samples);
  const Index brick = { at[0] / BrickSize, at[1] / BrickSize, at[2] / BrickSize };
  const Index begin = blocks.Begin(brick);
  const Index size = Subtract(blocks.End(brick), begin);
  const Index inside = Subtract(at, begin);
  const std::byte* values = this->GetBrick(volume, brick);
  // Set only now, since a brick that is damaged has thrown.
  this->Volume = volume.Id;
  this->First = sample - std::size_t(inside[0]);
  this->Count = std::size_t(size[0]);
  this->Row = values + FlatIndex({ 0, inside[1], inside[2] }, size) * volume.GetSampleSize();
  return this->Row + std::size_t(inside[0]) * volume.GetSampleSize();
}

const std::byte* SampleReader::GetBrick(LazyVolume& volume, const Index& brick)
{
  const std::size_t index = FlatIndex(brick, volume.GetBlocks().GetCount());
  Held& held = this->Bricks[std::size_t(brick[0] % 2 + 2 * (brick[1] % 2) + 4 * (brick[2] % 2))];
  if (!held.Brick || held.Index != index)
  {
    held = { index, volume.GetBrick(index) };
  }
  return held.Brick->data();
}

} // namespace neuralvolume
