// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
// What this machine can do at most, on all cores: gathered lanes and multiply-adds a second. limits.py compiles it.
#include <hwy/highway.h>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <thread>
#include <vector>

namespace hn = hwy::HWY_NAMESPACE;

namespace
{

using D = hn::CappedTag<float, 16>;
using I = hn::Rebind<std::int32_t, D>;

/// Operations a second of all cores, each of which does count of them.
double Measure(double count, const std::function<void()>& work)
{
  double best = 0.0;
  for (int round = 0; round < 3; ++round)
  {
    const auto begin = std::chrono::steady_clock::now();
    std::vector<std::thread> threads;
    for (unsigned core = 0; core < std::thread::hardware_concurrency(); ++core)
    {
      threads.emplace_back(work);
    }
    for (std::thread& thread : threads)
    {
      thread.join();
    }
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
    best = std::max(best, count * std::thread::hardware_concurrency() / seconds.count());
  }
  return best;
}

/// Gathers at random from a table of so many floats.
double GatheredLanes(std::size_t size)
{
  constexpr int gathers = 1 << 21;
  const std::vector<float> table(size, 1.0f);
  const auto work = [&]
  {
    auto indices = hn::Iota(I(), 12345);
    const auto factor = hn::Set(I(), 1664525);
    const auto offset = hn::Set(I(), 1013904223);
    auto sum = hn::Zero(D());
    for (int i = 0; i < gathers; ++i)
    {
      indices = hn::Add(hn::Mul(indices, factor), offset);
      const auto inside = hn::And(hn::ShiftRight<7>(indices), hn::Set(I(), int(size - 1)));
      sum = hn::Add(sum, hn::GatherIndex(D(), table.data(), inside));
    }
    volatile float result = hn::GetLane(sum);
    static_cast<void>(result);
  };
  return Measure(double(gathers) * hn::Lanes(D()), work);
}

double MultiplyAdds()
{
  constexpr int rounds = 1 << 22;
  const auto work = []
  {
    const auto factor = hn::Set(D(), 0.999f);
    auto a = hn::Set(D(), 1.0f), b = a, c = a, d = a, e = a, f = a, g = a, h = a;
    for (int i = 0; i < rounds; ++i)
    {
      a = hn::MulAdd(a, factor, factor);
      b = hn::MulAdd(b, factor, factor);
      c = hn::MulAdd(c, factor, factor);
      d = hn::MulAdd(d, factor, factor);
      e = hn::MulAdd(e, factor, factor);
      f = hn::MulAdd(f, factor, factor);
      g = hn::MulAdd(g, factor, factor);
      h = hn::MulAdd(h, factor, factor);
    }
    volatile float result =
      hn::GetLane(hn::Add(hn::Add(hn::Add(a, b), hn::Add(c, d)), hn::Add(hn::Add(e, f), hn::Add(g, h))));
    static_cast<void>(result);
  };
  return Measure(8.0 * rounds * hn::Lanes(D()), work);
}

} // namespace

int main()
{
  std::printf("%g %g %g\n", GatheredLanes(std::size_t(1) << 12), GatheredLanes(std::size_t(1) << 22), MultiplyAdds());
}
