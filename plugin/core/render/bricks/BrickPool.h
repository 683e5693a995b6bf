// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

namespace neuralvolume
{

/// A bounded piece of memory in slots of equal size. What is never taken is never touched, and so takes no memory.
class BrickPool
{
public:
  static constexpr int NoSlot = -1;

  BrickPool(std::size_t bytesPerSlot, std::size_t capacity);

  /// NoSlot where all are taken. Safe to call from many threads.
  int Take();
  void GiveBack(int slot);

  std::size_t GetSlots() const { return std::size_t(this->Slots); }
  std::uint8_t* GetSlot(int slot) { return this->Memory.get() + this->OffsetOf(slot); }
  const std::uint8_t* GetMemory() const { return this->Memory.get(); }
  std::size_t OffsetOf(int slot) const { return std::size_t(slot) * this->BytesPerSlot; }

  /// Bytes of all slots that were ever taken.
  std::size_t GetMemorySize() const;

private:
  const std::size_t BytesPerSlot;
  const int Slots;
  const std::unique_ptr<std::uint8_t[]> Memory;
  mutable std::mutex Mutex; ///< of what follows
  std::vector<int> Free;    ///< given back
  int Used = 0;             ///< the first slot that was never taken
};

} // namespace neuralvolume
