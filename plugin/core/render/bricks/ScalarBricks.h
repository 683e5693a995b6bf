// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "model/Model.h"
#include "network/Evaluator.h"
#include "render/ScalarSource.h"
#include "render/bricks/BrickDecoder.h"
#include "render/bricks/BrickPool.h"
#include "render/bricks/BrickSlots.h"
#include "render/bricks/BrickTable.h"
#include "render/bricks/Sight.h"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <stdexcept>
#include <utility>
#include <vector>

namespace neuralvolume
{

/// A scalar, or two of the same lattice, as a ray marcher reads them: in bricks, at several levels of detail, decoded
/// from their networks when a ray comes to them, in a bounded pool. Values are codes of 8 or 16 bits: 8 where the arrays
/// have no more and 16 do not fit; of 16 bits the highest one says that a sample has no value. In a brick all samples of
/// the first scalar come first.
class ScalarBricks
{
public:
  static constexpr int Levels = 12;

  /// The largest opacity that values between two bounds may have.
  using Visibility = std::function<float(const ValueBounds& bounds)>;

  struct PoolIsFull : std::runtime_error
  {
    PoolIsFull();
  };

  /// margin: samples that bricks have around them. capacity: bytes. Refers to the models and the evaluators.
  ScalarBricks(const std::vector<ScalarSource>& sources, int margin, std::size_t capacity);

  /// Not while others draw, as the next three.
  void SetVisibility(Visibility maximumOpacity);

  /// The next ones are for a picture that begins.
  void BeginPicture(const Sight& sight);

  /// The table of a level that the picture reads.
  BrickTable& Prepare(int level);

  /// Whether all that can be seen of a level fits, so that no picture of it needs a coarser one. Of a level that was
  /// prepared.
  bool Fits(int level, const Sight& sight) const;

  /// Forgets a part of the bricks.
  void MakeRoom();

  /// Decodes a missing brick, or waits until the thread that does so is done. Safe to call from many threads.
  /// Throws PoolIsFull.
  void Decode(BrickTable& table, std::size_t brick);

  /// In place of decoding a missing brick, magnifies that of a coarser level. Safe to call and throws as Decode.
  void StandIn(BrickTable& table, std::size_t brick, BrickTable& coarse);

  /// Whether a brick can be magnified from a coarser level without decoding.
  bool IsReady(const BrickTable& table, std::size_t brick, const BrickTable& coarse) const;

  /// So that they will be decoded where they are missed: so many at most, first those that were used last.
  void ForgetStandIns(std::size_t most);

  /// Bounds of the scalars in a brick.
  ValueBounds GetBounds(const BrickTable& table, std::size_t brick) const;

  const std::uint8_t* GetMemory() const { return this->Pool.GetMemory(); }
  int GetBytesPerSample() const { return this->BytesPerSample; }
  bool HasInvalid() const;

  /// Of the scalars; code 0 is the minimum, the largest code the maximum.
  std::vector<ValueRange> GetRanges() const;
  int GetLargestCode() const;

  /// Of bricks used from now on.
  std::uint32_t GetTick() const { return this->Tick; }

  std::size_t GetMemorySize() const { return this->Pool.GetMemorySize(); }
  std::uint64_t GetDecoded() const { return this->Decoded; }

  /// That threads have spent making bricks, all together.
  std::chrono::duration<double> GetTimeSpent() const { return std::chrono::nanoseconds(this->NanosecondsSpent); }

private:
  template <typename CodesOf>
  ValueBounds BoundsOf(const CodesOf& codesOf) const;
  void Update(BrickTable& table, std::size_t brick) const;

  template <typename Make>
  void Settle(BrickTable& table, std::size_t brick, bool isStandIn, const Make& make);
  template <typename Make>
  void Fill(BrickTable& table, std::size_t brick, bool isStandIn, const Make& make);
  std::vector<std::uint16_t> GetCodes(int slot, std::size_t scalar) const;
  void Forget(int slot);

  const int Margin;
  const Index Dimensions;
  const int BytesPerSample;
  std::vector<BrickDecoder> Decoders; ///< of the scalars
  BrickPool Pool;
  BrickSlots Slots;
  std::array<std::unique_ptr<BrickTable>, Levels> Tables;
  std::array<bool, Levels> IsCurrent = {}; ///< the table agrees with MaximumOpacity
  Visibility MaximumOpacity = [](const ValueBounds&) { return 1.0f; };
  std::uint32_t Tick = 0;
  Sight Seen; ///< of the present picture
  std::atomic<std::uint64_t> Decoded = 0;
  std::atomic<std::int64_t> NanosecondsSpent = 0;
  std::atomic<bool> HasStandIns = false;
};

} // namespace neuralvolume
