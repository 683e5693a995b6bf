// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "decode/BrickCache.h"

#include <algorithm>
#include <condition_variable>
#include <exception>

namespace neuralvolume
{

/// A brick that is decoded, or being decoded by the thread that added it.
struct BrickCache::Slot
{
  std::mutex Mutex;
  std::condition_variable IsDone;
  Brick Decoded;
  std::exception_ptr Error;

  Brick Wait()
  {
    std::unique_lock lock(this->Mutex);
    this->IsDone.wait(lock, [this] { return this->Decoded || this->Error; });
    if (this->Error)
    {
      std::rethrow_exception(this->Error);
    }
    return this->Decoded;
  }

  void Finish(Brick decoded, std::exception_ptr error)
  {
    const std::lock_guard lock(this->Mutex);
    this->Decoded = std::move(decoded);
    this->Error = std::move(error);
    this->IsDone.notify_all();
  }
};

BrickCache::BrickCache(Decoder decoder, std::size_t capacity)
  : Decode(std::move(decoder))
  , Capacity(std::max(capacity, std::size_t(1)))
{
}

BrickCache::Brick BrickCache::Get(std::size_t brick)
{
  const auto [slot, isNew] = this->FindOrAdd(brick);
  if (isNew)
  {
    this->Fill(*slot, brick);
  }
  return slot->Wait();
}

std::size_t BrickCache::GetKept() const
{
  const std::lock_guard lock(this->Mutex);
  return this->Slots.size();
}

/// The slot of a brick, and whether the caller is the one to fill it.
std::pair<std::shared_ptr<BrickCache::Slot>, bool> BrickCache::FindOrAdd(std::size_t brick)
{
  const std::lock_guard lock(this->Mutex);
  const auto found = this->Places.find(brick);
  if (found != this->Places.end())
  {
    this->Slots.splice(this->Slots.begin(), this->Slots, found->second);
    return { found->second->second, false };
  }
  this->Slots.emplace_front(brick, std::make_shared<Slot>());
  this->Places[brick] = this->Slots.begin();
  if (this->Slots.size() > this->Capacity)
  {
    this->Places.erase(this->Slots.back().first);
    this->Slots.pop_back();
  }
  return { this->Slots.front().second, true };
}

void BrickCache::Fill(Slot& slot, std::size_t brick)
{
  try
  {
    Brick decoded = std::make_shared<const Values>(this->Decode(brick));
    ++this->Decoded;
    slot.Finish(std::move(decoded), nullptr);
  }
  catch (...)
  {
    slot.Finish(nullptr, std::current_exception());
  }
}

} // namespace neuralvolume
