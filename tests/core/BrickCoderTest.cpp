// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "codec/BrickCoder.h"
#include "codec/Logistic.h"
#include "network/Random.h"

#include <doctest/doctest.h>

#include <cmath>
#include <cstdlib>
#include <limits>
#include <stdexcept>

using namespace neuralvolume;

namespace
{

constexpr std::int32_t Step = 1 << StepBits;

/// Waves of so many steps, with as many steps of noise.
BrickValues MakeBrick(const std::array<int, 3>& size, double waves, double noise, std::size_t components = 1)
{
  BrickValues brick{ { size, {} }, {} };
  for (std::size_t i = 0; i < components * brick.Shape.GetSamples(); ++i)
  {
    const auto x = double(i % std::size_t(size[0]));
    const auto y = double(i / std::size_t(size[0]));
    const double smooth = waves * std::sin(0.1 * x + 0.2) * std::cos(0.07 * y);
    brick.Values.push_back(std::int32_t(Step * (smooth + noise * (2.0 * RandomUnit(1, i) - 1.0))));
  }
  return brick;
}

BrickScheme FitAll(const BrickValues& brick, std::size_t components, std::int32_t lattice = 0)
{
  BrickScheme scheme{ {}, lattice };
  for (std::size_t c = 0; c < components; ++c)
  {
    scheme.Weights.push_back(FitPredictor({ &brick, 1 }, c, lattice));
  }
  return scheme;
}

std::int64_t LargestDifference(const BrickValues& one, const BrickValues& other)
{
  REQUIRE(one.Values.size() == other.Values.size());
  std::int64_t largest = 0;
  for (std::size_t i = 0; i < one.Values.size(); ++i)
  {
    if (!one.Shape.IsInvalid(i % one.Shape.GetSamples()))
    {
      largest = std::max(largest, std::abs(std::int64_t(one.Values[i]) - other.Values[i]));
    }
  }
  return largest;
}

} // namespace

TEST_CASE("brick coder: values come back to within half a step, whatever their size and the brick's")
{
  for (const std::array<int, 3>& size :
    { std::array{ 32, 32, 32 }, { 1, 1, 1 }, { 7, 1, 3 }, { 1, 5, 1 }, { 2, 2, 9 } })
  {
    for (const double waves : { 0.0, 0.7, 30.0, 1e5 })
    {
      const BrickValues brick = MakeBrick(size, waves, 2.0, 2);
      const BrickScheme scheme = FitAll(brick, 2);
      const BrickValues decoded = DecodeBrick(brick.Shape, EncodeBrick(brick, scheme), scheme);
      CHECK(LargestDifference(brick, decoded) <= Step / 2);
    }
  }
}

TEST_CASE("brick coder: whole numbers of steps come back exactly, and are cheaper for being whole")
{
  BrickValues brick = MakeBrick({ 32, 32, 32 }, 30.0, 1.0, 2);
  for (std::int32_t& value : brick.Values)
  {
    value = Snap(value, BrickScheme::WholeStep);
  }
  const BrickScheme scheme = FitAll(brick, 2, BrickScheme::WholeStep);
  const std::vector<std::byte> exact = EncodeBrick(brick, scheme);
  CHECK(DecodeBrick(brick.Shape, exact, scheme).Values == brick.Values);
  CHECK(exact.size() < EncodeBrick(brick, FitAll(brick, 2)).size());
}

TEST_CASE("brick coder: samples without a value cost nothing and do no harm")
{
  BrickValues brick = MakeBrick({ 16, 16, 16 }, 30.0, 1.0);
  const BrickScheme scheme = FitAll(brick, 1);
  const std::size_t whole = EncodeBrick(brick, scheme).size();
  brick.Shape.Invalid.resize(brick.Shape.GetSamples());
  for (std::size_t i = 0; i < brick.Shape.GetSamples(); i += 2)
  {
    brick.Shape.Invalid[i] = 1;
    brick.Values[i] = std::numeric_limits<std::int32_t>::max();
  }
  const std::vector<std::byte> bytes = EncodeBrick(brick, scheme);
  CHECK(bytes.size() < 0.7 * double(whole));
  CHECK(LargestDifference(brick, DecodeBrick(brick.Shape, bytes, scheme)) <= Step / 2);
}

TEST_CASE("brick coder: a brick within half a step of zero takes no bytes")
{
  const BrickValues brick = MakeBrick({ 32, 32, 32 }, 0.2, 0.2);
  const BrickScheme scheme = FitAll(brick, 1);
  CHECK(EncodeBrick(brick, scheme).empty());
  CHECK(LargestDifference(brick, DecodeBrick(brick.Shape, {}, scheme)) <= Step / 2);
}

TEST_CASE("brick coder: what can be predicted is cheap, and noise costs its entropy")
{
  // Over 200 steps, that is more than 7 bits; what is left is that the neighbours are quantised.
  const BrickValues smooth = MakeBrick({ 32, 32, 32 }, 100.0, 0.0);
  CHECK(8.0 * double(EncodeBrick(smooth, FitAll(smooth, 1)).size()) < 2.0 * 32768);
  // Uniform over 16 steps: 4 bits; the context mixing learns that there is nothing to learn.
  const BrickValues noise = MakeBrick({ 32, 32, 32 }, 0.0, 8.0);
  CHECK(8.0 * double(EncodeBrick(noise, FitAll(noise, 1)).size()) < 4.2 * 32768);
}

TEST_CASE("brick coder: weights that repeat a linear field are found")
{
  BrickValues ramp{ { { 16, 16, 16 }, {} }, {} };
  for (int i = 0; i < 16 * 16 * 16; ++i)
  {
    ramp.Values.push_back(Step * (3 * (i % 16) - 2 * (i / 16 % 16) + i / 256));
  }
  CHECK(EncodeBrick(ramp, FitAll(ramp, 1)).size() < 300);
}

TEST_CASE("brick coder: damaged bytes give some values or an error")
{
  const BrickValues brick = MakeBrick({ 8, 8, 8 }, 20.0, 3.0);
  const BrickScheme scheme = FitAll(brick, 1);
  const std::vector<std::byte> bytes = EncodeBrick(brick, scheme);
  for (std::size_t i = 0; i < 8 * bytes.size(); ++i)
  {
    std::vector<std::byte> damaged = bytes;
    damaged[i / 8] ^= std::byte(1 << (i % 8));
    try
    {
      DecodeBrick(brick.Shape, damaged, scheme);
    }
    catch (const std::runtime_error&)
    {
    }
  }
  CHECK_THROWS_AS(DecodeBrick(brick.Shape, std::span(bytes).first(bytes.size() / 2), scheme), std::runtime_error);
  PredictorWeights wild;
  wild.fill(std::numeric_limits<std::int16_t>::max());
  CHECK_NOTHROW(DecodeBrick(brick.Shape, bytes, BrickScheme{ { wild }, 0 }));
}

TEST_CASE("logistic tables: no entry depends on the last bits of exp and log")
{
  const auto isClear = [](double exact) { return std::abs(exact - std::floor(exact) - 0.5) > 1e-7; };
  for (std::int32_t i = -LargestStretch; i <= LargestStretch; ++i)
  {
    const double exact = 65536.0 / (1.0 + std::exp(-i / 256.0));
    CHECK(isClear(exact));
    CHECK(std::abs(double(Squash(i)) - exact) <= 0.5);
  }
  for (std::uint32_t p = 8; p < 65536; p += 16)
  {
    const double exact = 256.0 * std::log(p / (65536.0 - p));
    CHECK(isClear(exact));
    CHECK((std::abs(exact) > LargestStretch || std::abs(Stretch(p) - exact) <= 0.5));
  }
}
