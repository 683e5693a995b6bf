// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "model/BoundCoder.h"
#include "network/Random.h"

#include <doctest/doctest.h>

#include <cmath>
#include <stdexcept>

using namespace neuralvolume;

namespace
{

using Index = std::array<int, 3>;

std::size_t Count(const Index& cells, std::size_t components)
{
  return std::size_t(cells[0]) * cells[1] * cells[2] * components;
}

std::vector<BoundCode> Noise(std::size_t count, int unit)
{
  std::vector<BoundCode> codes(count);
  for (std::size_t i = 0; i < count; ++i)
  {
    const auto random = [&](std::uint64_t seed) { return std::uint8_t(RandomBits(seed, i) % (255 / unit + 1) * unit); };
    codes[i] = RandomBits(3, i) % 5 == 0 ? EmptyBoundCode : BoundCode{ random(1), random(2) };
  }
  return codes;
}

/// The bounds of a wave, in units of 5.
std::vector<BoundCode> Waves(const Index& cells)
{
  std::vector<BoundCode> codes;
  for (int z = 0; z < cells[2]; ++z)
  {
    for (int y = 0; y < cells[1]; ++y)
    {
      for (int x = 0; x < cells[0]; ++x)
      {
        const double middle = 25.0 + 20.0 * std::sin(0.1 * x + 0.05 * y) * std::cos(0.08 * z);
        codes.push_back({ std::uint8_t(5 * int(middle)), std::uint8_t(5 * int(middle + 4.0)) });
      }
    }
  }
  return codes;
}

void CheckRoundTrip(const Index& cells, std::size_t components, const std::vector<BoundCode>& codes)
{
  std::vector<BoundCode> decoded(codes.size());
  DecodeBoundCodes(cells, components, EncodeBoundCodes(cells, components, codes), decoded);
  CHECK(decoded == codes);
}

} // namespace

TEST_CASE("bound coder: all bounds come back, of any unit, shape and number of components")
{
  for (const Index& cells : { Index{ 1, 1, 1 }, { 7, 1, 1 }, { 1, 6, 1 }, { 1, 1, 5 }, { 9, 8, 1 }, { 5, 6, 7 } })
  {
    for (const std::size_t components : { 1, 3 })
    {
      for (const int unit : { 1, BoundUnit })
      {
        CheckRoundTrip(cells, components, Noise(Count(cells, components), unit));
      }
    }
  }
}

TEST_CASE("bound coder: smooth bounds take a bit or so, constant ones next to nothing")
{
  const Index cells = { 40, 30, 20 };
  const std::vector<BoundCode> waves = Waves(cells);
  CheckRoundTrip(cells, 1, waves);
  CHECK(8.0 * double(EncodeBoundCodes(cells, 1, waves).size()) < 1.5 * double(waves.size()));
  const std::vector<BoundCode> same(Count(cells, 1), BoundCode{ 10, 200 });
  CheckRoundTrip(cells, 1, same);
  CHECK(EncodeBoundCodes(cells, 1, same).size() < 40);
}

TEST_CASE("bound coder: damaged bytes are refused or give some bounds, never anything else")
{
  const Index cells = { 6, 5, 4 };
  const std::vector<BoundCode> codes = Noise(Count(cells, 2), BoundUnit);
  const std::vector<std::byte> good = EncodeBoundCodes(cells, 2, codes);
  std::vector<BoundCode> decoded(codes.size());
  for (std::uint64_t trial = 0; trial < 3000; ++trial)
  {
    std::vector<std::byte> bytes = good;
    bytes[RandomBits(1, trial) % bytes.size()] = std::byte(RandomBits(2, trial));
    bytes.resize(trial % 3 ? bytes.size() : RandomBits(3, trial) % bytes.size());
    try
    {
      DecodeBoundCodes(cells, 2, bytes, decoded);
    }
    catch (const std::runtime_error& error)
    {
      CHECK(std::string(error.what()).find("macro_cells") != std::string::npos);
    }
  }
  CHECK_THROWS_AS(DecodeBoundCodes(cells, 2, {}, decoded), std::runtime_error);
  CHECK_THROWS_AS(DecodeBoundCodes(cells, 2, std::span(good).first(20), decoded), std::runtime_error);
}
