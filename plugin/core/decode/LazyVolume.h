// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "decode/Blocks.h"
#include "decode/BrickCache.h"
#include "decode/Decode.h"
#include "model/Model.h"
#include "network/Evaluator.h"

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

namespace neuralvolume
{

/// A model whose samples are decoded when they are read, as Decode does, in bricks of 32^3 that a bounded cache keeps.
/// Safe to use from many threads.
class LazyVolume
{
public:
  static constexpr std::size_t DefaultCapacity = std::size_t(64) << 20;

  /// The cache takes so many bytes, or more where they are fewer than two layers of bricks along x and y take: what is
  /// read by who takes gradients while going through the samples in order.
  LazyVolume(Model model, std::unique_ptr<const Evaluator> evaluator, std::size_t capacity = DefaultCapacity);

  const Model& GetModel() const { return this->TheModel; }
  const Blocks& GetBlocks() const { return this->Bricks; }

  /// Bytes of a sample with all its components.
  std::size_t GetSampleSize() const { return this->SampleSize; }

  /// The values of a brick by its index, bricks x fastest; in it, samples x fastest, components interleaved.
  /// Throws std::runtime_error where the residual is damaged.
  BrickCache::Brick GetBrick(std::size_t brick) { return this->Cache.Get(brick); }

  /// Decodes the whole volume at once, past the cache; see Decode.
  void DecodeAll(std::span<std::byte> values);

  /// How many bricks were decoded so far, those of DecodeAll among them.
  std::uint64_t GetDecodedBricks() const { return this->Cache.GetDecoded() + this->DecodedAtOnce; }

  /// Bytes of the model, its evaluator and the bricks in the cache.
  std::size_t GetMemorySize() const;

  /// Of no other volume in this process, past ones among them.
  const std::uint64_t Id;

private:
  void Decode(const Region& region, std::span<std::byte> values) const;
  BrickCache::Values DecodeBrick(std::size_t brick) const;

  const Model TheModel;
  const std::unique_ptr<const Evaluator> TheEvaluator;
  const Blocks Bricks;
  const std::size_t SampleSize;
  std::atomic<std::uint64_t> DecodedAtOnce = 0;
  BrickCache Cache;
};

/// Looks up samples for one thread. It holds the last bricks it saw, of the volume it read last: up to eight, those of
/// a neighbourhood of any sample.
class SampleReader
{
public:
  /// The components of a sample, samples x fastest. Valid until the next call.
  const std::byte* Read(LazyVolume& volume, std::size_t sample)
  {
    const std::size_t offset = sample - this->First;
    if (this->Volume == volume.Id && offset < this->Count)
    {
      return this->Row + offset * volume.GetSampleSize();
    }
    return this->Find(volume, sample);
  }

  /// The same sample and those that follow in its row of the brick.
  std::span<const std::byte> ReadRow(LazyVolume& volume, std::size_t sample)
  {
    const std::byte* const first = this->Read(volume, sample);
    return { first, (this->First + this->Count - sample) * volume.GetSampleSize() };
  }

private:
  struct Held
  {
    std::size_t Index = 0;
    BrickCache::Brick Brick;
  };

  const std::byte* Find(LazyVolume& volume, std::size_t sample);
  const std::byte* GetBrick(LazyVolume& volume, const Index& brick);

  std::uint64_t Volume = 0;
  std::size_t First = 0; ///< of the samples that lie in one row of a brick with the last one that was read
  std::size_t Count = 0;
  const std::byte* Row = nullptr; ///< of the first of them
  std::array<Held, 8> Bricks;
};

} // namespace neuralvolume
