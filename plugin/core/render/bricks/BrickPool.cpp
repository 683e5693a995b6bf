// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "render/bricks/BrickPool.h"

#include <algorithm>
#include <limits>

namespace neuralvolume
{
namespace
{

/// Gathers read four bytes where fewer are left.
constexpr std::size_t Padding = 4;

/// Offsets are 32-bit numbers.
constexpr std::size_t MaximumCapacity = std::size_t(std::numeric_limits<std::int32_t>::max());

} // namespace

BrickPool::BrickPool(std::size_t bytesPerSlot, std::size_t capacity)
  : BytesPerSlot(bytesPerSlot)
  , Slots(int(std::max(std::min(capacity, MaximumCapacity) / bytesPerSlot, std::size_t(1))))
  , Memory(new std::uint8_t[this->OffsetOf(this->Slots) + Padding]) // not initialised, and so not touched
{
}

int BrickPool::Take()
{
  const std::lock_guard lock(this->Mutex);
  if (!this->Free.empty())
  {
    const int slot = this->Free.back();
    this->Free.pop_back();
    return slot;
  }
  return this->Used < this->Slots ? this->Used++ : NoSlot;
}

void BrickPool::GiveBack(int slot)
{
  const std::lock_guard lock(this->Mutex);
  this->Free.push_back(slot);
}

std::size_t BrickPool::GetMemorySize() const
{
  const std::lock_guard lock(this->Mutex);
  return this->OffsetOf(this->Used);
}

} // namespace neuralvolume
