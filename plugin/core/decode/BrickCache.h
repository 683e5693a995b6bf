// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <utility>
#include <vector>

namespace neuralvolume
{

/// Decoded bricks, made when they are asked for; the least recently used ones make room for others.
/// Safe to use from many threads: those that ask for the same brick share one decoding, and none waits for the
/// decoding of another brick.
class BrickCache
{
public:
  using Values = std::vector<std::byte>;
  using Brick = std::shared_ptr<const Values>;

  /// Makes the values of a brick; called from many threads at once.
  using Decoder = std::function<Values(std::size_t brick)>;

  /// Keeps at most so many bricks.
  BrickCache(Decoder decoder, std::size_t capacity);

  /// Throws what the decoder threw, until the brick is forgotten.
  Brick Get(std::size_t brick);

  std::size_t GetKept() const;

  /// How many times a brick was decoded so far.
  std::uint64_t GetDecoded() const { return this->Decoded; }

private:
  struct Slot;
  using Recency = std::list<std::pair<std::size_t, std::shared_ptr<Slot>>>;

  std::pair<std::shared_ptr<Slot>, bool> FindOrAdd(std::size_t brick);
  void Fill(Slot& slot, std::size_t brick);

  const Decoder Decode;
  const std::size_t Capacity;
  std::atomic<std::uint64_t> Decoded = 0;

  mutable std::mutex Mutex; ///< of what follows
  Recency Slots;            ///< the most recently used first
  std::unordered_map<std::size_t, Recency::iterator> Places;
};

} // namespace neuralvolume
