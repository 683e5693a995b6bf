// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
//
// Knows nothing but the cache, so that scripts/test can also build it alone with ThreadSanitizer.
#include "decode/BrickCache.h"

#include <doctest/doctest.h>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <vector>

using namespace neuralvolume;

namespace
{

/// Bytes that tell bricks apart.
BrickCache::Values ValuesOf(std::size_t brick)
{
  return BrickCache::Values(64, std::byte(brick * 37));
}

/// Holds back whoever waits until it is opened.
class Gate
{
public:
  void Wait()
  {
    std::unique_lock lock(this->Mutex);
    ++this->Waiting;
    this->Changed.notify_all();
    this->Changed.wait(lock, [this] { return this->IsOpen; });
  }

  void WaitForVisitor()
  {
    std::unique_lock lock(this->Mutex);
    this->Changed.wait(lock, [this] { return this->Waiting > 0; });
  }

  void Open()
  {
    const std::lock_guard lock(this->Mutex);
    this->IsOpen = true;
    this->Changed.notify_all();
  }

private:
  std::mutex Mutex;
  std::condition_variable Changed;
  int Waiting = 0;
  bool IsOpen = false;
};

template <typename Function>
void OnThreads(int count, const Function& function)
{
  std::vector<std::jthread> threads;
  for (int thread = 0; thread < count; ++thread)
  {
    threads.emplace_back(function, thread);
  }
}

} // namespace

TEST_CASE("brick cache: the least recently used brick makes room")
{
  BrickCache cache(ValuesOf, 2);
  for (const std::size_t brick : { 0, 1, 0, 2, 0, 2 })
  {
    CHECK(*cache.Get(brick) == ValuesOf(brick));
  }
  CHECK(cache.GetDecoded() == 3);
  CHECK(cache.GetKept() == 2);
  cache.Get(1);
  CHECK(cache.GetDecoded() == 4);
  cache.Get(2);
  CHECK(cache.GetDecoded() == 4);
  cache.Get(0);
  CHECK(cache.GetDecoded() == 5);
}

TEST_CASE("brick cache: a brick that made room stays whole for who holds it, and one always fits")
{
  BrickCache cache(ValuesOf, 0);
  const BrickCache::Brick held = cache.Get(5);
  cache.Get(6);
  CHECK(cache.GetKept() == 1);
  CHECK(*held == ValuesOf(5));
}

TEST_CASE("brick cache: threads that ask for the same brick share one decoding")
{
  Gate gate;
  BrickCache cache(
    [&](std::size_t brick)
    {
      gate.Wait();
      return ValuesOf(brick);
    },
    4);
  std::vector<BrickCache::Brick> bricks(4);
  std::jthread first([&] { bricks[0] = cache.Get(7); });
  gate.WaitForVisitor();
  {
    std::vector<std::jthread> others;
    for (std::size_t i = 1; i < bricks.size(); ++i)
    {
      others.emplace_back([&, i] { bricks[i] = cache.Get(7); });
    }
    gate.Open();
  }
  first.join();
  CHECK(cache.GetDecoded() == 1);
  for (const BrickCache::Brick& brick : bricks)
  {
    CHECK(brick == bricks[0]);
  }
}

TEST_CASE("brick cache: who asks for another brick does not wait for one that is being decoded")
{
  Gate gate;
  BrickCache cache(
    [&](std::size_t brick)
    {
      if (brick == 0)
      {
        gate.Wait();
      }
      return ValuesOf(brick);
    },
    1);
  BrickCache::Brick slow;
  std::jthread thread([&] { slow = cache.Get(0); });
  gate.WaitForVisitor();
  CHECK(*cache.Get(1) == ValuesOf(1)); // which also pushes the first one out before it is done
  CHECK(*cache.Get(2) == ValuesOf(2));
  gate.Open();
  thread.join();
  CHECK(*slow == ValuesOf(0));
  CHECK(cache.GetKept() == 1);
}

TEST_CASE("brick cache: a brick that cannot be decoded throws to all who ask, and others are still there")
{
  BrickCache cache(
    [](std::size_t brick) -> BrickCache::Values
    {
      if (brick == 3)
      {
        throw std::runtime_error("damaged");
      }
      return ValuesOf(brick);
    },
    8);
  std::atomic<int> thrown = 0;
  OnThreads(4,
    [&](int)
    {
      try
      {
        cache.Get(3);
      }
      catch (const std::runtime_error&)
      {
        ++thrown;
      }
    });
  CHECK(thrown == 4);
  CHECK(*cache.Get(4) == ValuesOf(4));
}

TEST_CASE("brick cache: many threads read the right bytes while bricks come and go")
{
  BrickCache cache(ValuesOf, 5);
  std::atomic<int> wrong = 0;
  OnThreads(8,
    [&](int thread)
    {
      std::size_t brick = std::size_t(thread);
      for (int i = 0; i < 2000; ++i)
      {
        brick = (brick * 13 + 7) % 17;
        wrong += *cache.Get(brick) != ValuesOf(brick);
      }
    });
  CHECK(wrong == 0);
  CHECK(cache.GetKept() == 5);
  CHECK(cache.GetDecoded() >= 17);
}
