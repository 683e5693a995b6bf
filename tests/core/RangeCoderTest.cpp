// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "codec/RangeCoder.h"
#include "codec/IntegerModel.h"
#include "network/Random.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <vector>

using namespace neuralvolume;

namespace
{

std::vector<bool> RandomBitsOf(double probability, std::size_t count)
{
  std::vector<bool> bits(count);
  for (std::size_t i = 0; i < count; ++i)
  {
    bits[i] = RandomUnit(7, i) < probability;
  }
  return bits;
}

std::vector<std::byte> EncodeBits(const std::vector<bool>& bits)
{
  RangeEncoder encoder;
  AdaptiveBit model;
  for (const bool bit : bits)
  {
    encoder.Encode(bit, model);
  }
  return encoder.Finish();
}

double Entropy(double p)
{
  return -p * std::log2(p) - (1 - p) * std::log2(1 - p);
}

} // namespace

TEST_CASE("range coder: bits come back, near the entropy of a source that stays the same")
{
  constexpr std::size_t count = 200000;
  for (const double probability : { 0.001, 0.05, 0.2, 0.5, 0.9, 0.995 })
  {
    const std::vector<bool> bits = RandomBitsOf(probability, count);
    const std::vector<std::byte> bytes = EncodeBits(bits);
    // Adaptation costs about 0.005 bits a bit.
    CHECK(8.0 * double(bytes.size()) < (1.01 * Entropy(probability) + 0.005) * count);
    RangeDecoder decoder(bytes);
    AdaptiveBit model;
    bool same = true;
    for (const bool bit : bits)
    {
      same = same && decoder.Decode(model) == bit;
    }
    CHECK(same);
    CHECK_FALSE(decoder.IsExhausted());
  }
}

TEST_CASE("range coder: what was certain costs nothing")
{
  CHECK(EncodeBits({}).empty());
  CHECK(EncodeBits(std::vector<bool>(100000, false)).size() < 20);
}

TEST_CASE("range coder: a carry runs through bytes that are all ones")
{
  for (int length = 1; length < 50; ++length)
  {
    // Each of these leaves a range that holds the next carry, and two bytes of ones before it.
    std::vector<std::uint32_t> values(std::size_t(length), 0x7fff);
    values.push_back(0xffff);
    RangeEncoder encoder;
    for (const std::uint32_t value : values)
    {
      encoder.EncodePlain(value, 16);
    }
    const std::vector<std::byte> bytes = encoder.Finish();
    RangeDecoder decoder(bytes);
    for (const std::uint32_t value : values)
    {
      REQUIRE(decoder.DecodePlain(16) == value);
    }
  }
}

TEST_CASE("range coder: a decoder that is past its end says so and keeps giving bits")
{
  const std::vector<bool> bits = RandomBitsOf(0.5, 8000);
  std::vector<std::byte> bytes = EncodeBits(bits);
  bytes.resize(bytes.size() / 2);
  RangeDecoder decoder(bytes);
  AdaptiveBit model;
  for (std::size_t i = 0; i < bits.size(); ++i)
  {
    decoder.Decode(model);
  }
  CHECK(decoder.IsExhausted());
}

TEST_CASE("range coder: an adaptive bit starts where it is told to")
{
  CHECK(AdaptiveBit(60000).GetProbability() == 60000);
  AdaptiveBit sure(60000, 255);
  AdaptiveBit unsure(60000, 0);
  sure.Update(false);
  unsure.Update(false);
  CHECK(sure.GetProbability() > unsure.GetProbability());
}

TEST_CASE("integer model: all magnitudes come back")
{
  std::vector<std::int32_t> values = { 0, 1, -1, std::numeric_limits<std::int32_t>::max(),
    std::numeric_limits<std::int32_t>::min(), -std::numeric_limits<std::int32_t>::max() };
  for (int i = 0; i < 20000; ++i)
  {
    const std::uint64_t random = RandomBits(3, std::uint64_t(i));
    values.push_back(std::int32_t(random) >> (random >> 59));
  }
  for (int i = -100; i <= 100; ++i)
  {
    values.push_back(i);
  }
  RangeEncoder encoder;
  IntegerModel writing;
  for (const std::int32_t value : values)
  {
    writing.Encode(encoder, value);
  }
  const std::vector<std::byte> bytes = encoder.Finish();
  RangeDecoder decoder(bytes);
  IntegerModel reading;
  bool same = true;
  for (const std::int32_t value : values)
  {
    same = same && reading.Decode(decoder) == value;
  }
  CHECK(same);
  CHECK_FALSE(decoder.IsExhausted());
}

TEST_CASE("integer model: Laplacian integers take little more than their entropy")
{
  for (const double scale : { 0.3, 2.0, 20.0 })
  {
    constexpr int count = 100000;
    const double ratio = std::exp(-1.0 / scale); // of a magnitude's probability to that of the one below
    const auto geometric = [ratio](std::uint64_t i)
    { return int(std::log1p(-double(RandomUnit(5, i))) / std::log(ratio)); };
    RangeEncoder encoder;
    IntegerModel model;
    for (std::uint64_t i = 0; i < count; ++i)
    {
      model.Encode(encoder, geometric(2 * i) - geometric(2 * i + 1));
    }
    const double meanMagnitude = 2 * ratio / (1 - ratio * ratio);
    const double entropy = -std::log2((1 - ratio) / (1 + ratio)) - meanMagnitude * std::log2(ratio);
    CHECK(8.0 * double(encoder.Finish().size()) < 1.025 * entropy * count);
  }
}

TEST_CASE("integer model: any bytes decode to some integers")
{
  std::vector<std::byte> bytes(4096);
  for (std::size_t i = 0; i < bytes.size(); ++i)
  {
    bytes[i] = std::byte(RandomBits(9, i));
  }
  RangeDecoder decoder(bytes);
  IntegerModel model;
  for (int i = 0; i < 100000; ++i)
  {
    model.Decode(decoder);
  }
  CHECK(decoder.IsExhausted());
}
