// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "network/Field.h"
#include "backend/Backend.h"

#include <doctest/doctest.h>

#include <limits>

using namespace neuralvolume;

TEST_CASE("half precision: every half survives a round trip through float")
{
  for (unsigned bits = 0; bits < 0x10000u; ++bits)
  {
    const Half half{ std::uint16_t(bits) };
    const bool isNan = (bits & 0x7fffu) > 0x7c00u;
    CHECK((isNan || ToHalf(ToFloat(half)) == half));
  }
}

TEST_CASE("half precision: conversion rounds to nearest, ties to even, and overflows to infinity")
{
  CHECK(ToHalf(1.0f + 0x1p-11f).Bits == 0x3c00);
  CHECK(ToHalf(1.0f + 3 * 0x1p-11f).Bits == 0x3c02);
  CHECK(ToHalf(0x1p-25f).Bits == 0);
  CHECK(ToHalf(65504.0f).Bits == 0x7bff);
  CHECK(ToHalf(65520.0f).Bits == 0x7c00);
  CHECK(ToHalf(std::numeric_limits<float>::quiet_NaN()).Bits == 0x7e00);
}

TEST_CASE("layout: parameter counts are those of the authors' published models")
{
  struct Published
  {
    NetworkConfig Config;
    std::size_t Parameters;
  };
  const Published models[] = {
    { { 7, 8, 17, 4, 2.0f, 64, 4, 1 }, 3462656 },  // mechanical hand, 640 x 220 x 229
    { { 8, 8, 17, 4, 2.0f, 64, 2, 1 }, 4503040 },  // supernova, 432^3
    { { 8, 8, 19, 4, 2.0f, 64, 3, 1 }, 14992896 }, // chameleon, 1024 x 1024 x 1080
    { { 10, 8, 19, 4, 2.0f, 64, 4, 1 }, 23386624 },
    { { 11, 8, 19, 4, 2.0f, 64, 5, 1 }, 27586048 },
    { { 10, 8, 16, 4, 2.0f, 64, 3, 1 }, 3459584 },
  };
  for (const Published& model : models)
  {
    CHECK(MakeLayout(model.Config).Parameters == model.Parameters);
  }
}

TEST_CASE("layout: options out of their limits are refused by name")
{
  NetworkConfig config;
  config.FeaturesPerLevel = 3;
  CHECK_THROWS_WITH_AS(MakeLayout(config), doctest::Contains("features_per_level"), std::invalid_argument);
  config = {};
  config.PerLevelScale = std::numeric_limits<float>::quiet_NaN();
  CHECK_THROWS_WITH_AS(MakeLayout(config), doctest::Contains("per_level_scale"), std::invalid_argument);
  config = {};
  config.Levels = MaxLevels;
  CHECK_THROWS_AS(MakeLayout(config), std::invalid_argument);
}
