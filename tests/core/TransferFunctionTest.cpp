// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "render/TransferFunction.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <limits>
#include <random>
#include <stdexcept>

using namespace neuralvolume;

namespace
{

constexpr double NaN = std::numeric_limits<double>::quiet_NaN();

TransferFunction RandomFunction(std::mt19937& random, std::size_t entries)
{
  std::uniform_real_distribution<float> uniform(0.0f, 1.0f);
  std::vector<Rgba> table(entries);
  for (Rgba& entry : table)
  {
    entry = { uniform(random), uniform(random), uniform(random), std::max(uniform(random) - 0.7f, 0.0f) };
  }
  return TransferFunction(table, -3.0, 5.0);
}

} // namespace

TEST_CASE("transfer function: linear between entries, the ends' colours beyond them")
{
  const TransferFunction function({ { 0, 0, 0, 0 }, { 1, 0, 0.5f, 0.25f }, { 1, 1, 0.5f, 1 } }, 10.0, 14.0);
  CHECK(function.Evaluate(11.0) == Rgba{ 0.5f, 0, 0.25f, 0.125f });
  CHECK(function.Evaluate(12.0) == Rgba{ 1, 0, 0.5f, 0.25f });
  CHECK(function.Evaluate(13.0) == Rgba{ 1, 0.5f, 0.5f, 0.625f });
  CHECK(function.Evaluate(9.0) == Rgba{ 0, 0, 0, 0 });
  CHECK(function.Evaluate(15.0) == Rgba{ 1, 1, 0.5f, 1 });
  CHECK(function.Evaluate(std::numeric_limits<double>::infinity()) == Rgba{ 1, 1, 0.5f, 1 });
  CHECK(function.Evaluate(NaN) == Rgba{ 0, 0, 0, 0 });
}

TEST_CASE("transfer function: a range without width is a step")
{
  const TransferFunction function({ { 0, 0, 0, 0 }, { 1, 1, 1, 1 } }, 7.0, 7.0);
  CHECK(function.Evaluate(6.999)[3] == 0.0f);
  CHECK(function.Evaluate(7.0)[3] == 1.0f);
  CHECK(function.MaximumOpacity(0.0, 6.0) == 0.0f);
  CHECK(function.MaximumOpacity(6.0, 7.0) == 1.0f);
}

TEST_CASE("transfer function: the maximum opacity of a range is never below a value's, and near the largest")
{
  std::mt19937 random(1);
  std::uniform_real_distribution<double> values(-4.0, 6.0);
  for (std::size_t entries : { 1, 2, 3, 17, 256 })
  {
    const TransferFunction function = RandomFunction(random, entries);
    const double spacing = 8.0 / double(std::max<std::size_t>(entries - 1, 1));
    for (int trial = 0; trial < 200; ++trial)
    {
      const auto [low, high] = std::minmax({ values(random), values(random) });
      float inside = 0.0f;
      float around = 0.0f;
      for (int i = 0; i <= 1000; ++i)
      {
        inside = std::max(inside, function.Evaluate(low + (high - low) * i / 1000)[3]);
        around = std::max(around, function.Evaluate(low - spacing + (high - low + 2 * spacing) * i / 1000)[3]);
      }
      const float maximum = function.MaximumOpacity(low, high);
      CHECK(maximum >= inside);
      CHECK(maximum <= around + 0.05f);
    }
  }
}

TEST_CASE("transfer function: an empty range is transparent, an unknown one may be anything")
{
  const TransferFunction function({ { 1, 1, 1, 0 }, { 1, 1, 1, 0.5f }, { 1, 1, 1, 0 } }, 0.0, 1.0);
  CHECK(function.MaximumOpacity(1.0, 0.0) == 0.0f);
  CHECK(function.MaximumOpacity(NaN, NaN) == 0.5f);
  CHECK(function.MaximumOpacity(NaN, 0.0) == 0.0f);
  CHECK(function.MaximumOpacity(0.9, NaN) == 0.5f);
}

TEST_CASE("transfer function: what makes no sense is refused")
{
  CHECK_THROWS_WITH_AS(TransferFunction({}, 0.0, 1.0), doctest::Contains("no entries"), std::invalid_argument);
  CHECK_THROWS_WITH_AS(
    TransferFunction({ { 1, 1, 1, 1.5f } }, 0.0, 1.0), doctest::Contains("entry 0"), std::invalid_argument);
  CHECK_THROWS_WITH_AS(
    TransferFunction({ { float(NaN), 1, 1, 1 } }, 0.0, 1.0), doctest::Contains("not finite"), std::invalid_argument);
  CHECK_THROWS_WITH_AS(
    TransferFunction({ { 1, 1, 1, 1 } }, 1.0, 0.0), doctest::Contains("range"), std::invalid_argument);
  CHECK_THROWS_AS(TransferFunction({ { 1, 1, 1, 1 } }, NaN, 1.0), std::invalid_argument);
}
