// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "render/bricks/BrickDecoder.h"
#include "render/bricks/BrickTable.h"
#include "render/bricks/Sight.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

namespace neuralvolume
{

/// What lies in a slot of the pool.
struct BrickSlot
{
  BrickTable* Table;
  std::size_t Brick;
  bool IsStandIn;                  ///< magnified from a coarser level, not decoded
  std::vector<BlockRanges> Blocks; ///< of each scalar
};

/// What lies in the pool, and what of it may be forgotten.
class BrickSlots
{
public:
  explicit BrickSlots(std::size_t count)
    : Slots(count)
  {
  }

  const BrickSlot& At(int slot) const { return *this->Slots[std::size_t(slot)]; }
  void Put(int slot, std::unique_ptr<BrickSlot> brick) { this->Slots[std::size_t(slot)] = std::move(brick); }
  std::unique_ptr<BrickSlot> Take(int slot) { return std::move(this->Slots[std::size_t(slot)]); }

  /// A part of them, what a picture can best do without, by its tick and what it sees.
  std::vector<int> FindLeastWorth(std::uint32_t tick, const Sight& sight) const;

  /// Those that were used last come first.
  std::vector<int> FindStandIns() const;

private:
  enum class Values
  {
    None,
    Used,
    Expected
  };
  using Worth = std::pair<Values, std::uint32_t>; ///< and among those of equal value

  Worth Appraise(int slot, std::uint32_t tick, const Sight& sight) const;
  std::uint32_t GetLastUse(int slot) const;
  template <typename Predicate>
  std::vector<int> Find(const Predicate& isMeant) const;

  std::vector<std::unique_ptr<BrickSlot>> Slots;
};

} // namespace neuralvolume
