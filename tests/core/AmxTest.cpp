// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "cpu/AmxEngine.h"
#include "cpu/AmxUnit.h"
#include "cpu/Bf16DotEngine.h"
#include "cpu/Bf16MlpTraining-inl.h"
#include "cpu/Bf16MlpTraining.h"
#include "network/Initialize.h"
#include "network/Random.h"

#include <doctest/doctest.h>

#include <bit>
#include <cmath>
#include <cstring>
#include <vector>

using namespace neuralvolume;
using namespace neuralvolume::cpu;
using namespace neuralvolume::cpu::bf16;

namespace
{

/// What AMX's registers do, by Intel's definition of the instructions, for processors that have none.
struct EmulatedUnit
{
  static inline thread_local bool Configured = false;
  static inline thread_local std::uint8_t Registers[8][16][64];

  struct Session
  {
    Session() { Configured = true; }
    ~Session() { Configured = false; }
  };

  template <int Register>
  static void Load(const void* from, std::size_t stride)
  {
    REQUIRE(Configured);
    for (std::size_t row = 0; row < 16; ++row)
    {
      std::memcpy(Registers[Register][row], static_cast<const std::uint8_t*>(from) + row * stride, 64);
    }
  }

  template <int Register>
  static void Store(void* to, std::size_t stride)
  {
    REQUIRE(Configured);
    for (std::size_t row = 0; row < 16; ++row)
    {
      std::memcpy(static_cast<std::uint8_t*>(to) + row * stride, Registers[Register][row], 64);
    }
  }

  template <typename T>
  static T Element(int reg, std::size_t row, std::size_t column)
  {
    T value;
    std::memcpy(&value, Registers[reg][row] + column * sizeof(T), sizeof(T));
    return value;
  }

  static float FromBf16(std::uint16_t bits) { return std::bit_cast<float>(std::uint32_t(bits) << 16); }

  template <int Sums, int Left, int Right>
  static void AddProduct()
  {
    for (std::size_t m = 0; m < 16; ++m)
    {
      for (std::size_t n = 0; n < 16; ++n)
      {
        auto sum = Element<float>(Sums, m, n);
        for (std::size_t k = 0; k < 32; ++k)
        {
          sum += FromBf16(Element<std::uint16_t>(Left, m, k)) *
                 FromBf16(Element<std::uint16_t>(Right, k / 2, 2 * n + k % 2));
        }
        std::memcpy(Registers[Sums][m] + n * sizeof(float), &sum, sizeof(float));
      }
    }
  }
};

struct Passed
{
  double Loss;
  std::vector<float> Encoded;
  std::vector<float> Weights;
};

template <typename Engine>
Passed RunTile(const Layout& layout)
{
  std::vector<float> parameters(layout.Parameters);
  InitializeParameters(layout, 3, parameters);
  Passed passed = { 0.0, std::vector<float>(MlpTraining::Tile * std::size_t(layout.EncodedWidth)),
    std::vector<float>(layout.GridOffset) };
  for (std::size_t i = 0; i < passed.Encoded.size(); ++i)
  {
    passed.Encoded[i] = 2.0f * RandomUnit(1, i) - 1.0f;
  }
  const std::vector<float> targets(MlpTraining::Tile * std::size_t(layout.Config.Outputs), 0.1f);
  Bf16MlpTraining<Engine> mlp(layout);
  mlp.SetWeights(parameters.data());
  passed.Loss = mlp.Run(60, targets.data(), 0.01f, passed.Encoded.data(), passed.Weights.data());
  return passed;
}

double LargestDifference(const std::vector<float>& one, const std::vector<float>& other)
{
  double difference = 0.0, largest = 0.0;
  for (std::size_t i = 0; i < one.size(); ++i)
  {
    difference = std::max(difference, std::fabs(double(one[i]) - other[i]));
    largest = std::max(largest, std::fabs(double(one[i])));
  }
  return difference / largest;
}

/// The sums' order is all that may differ, and with it the last bit of a rounded activation.
template <typename Engine>
void CheckAgainstDotProducts(const NetworkConfig& config)
{
  const Layout layout = MakeLayout(config);
  const Passed expected = RunTile<DotEngine>(layout);
  const Passed passed = RunTile<Engine>(layout);
  CHECK(passed.Loss == doctest::Approx(expected.Loss).epsilon(1e-3));
  CHECK(LargestDifference(expected.Encoded, passed.Encoded) < 0.01);
  CHECK(LargestDifference(expected.Weights, passed.Weights) < 0.01);
}

const NetworkConfig Shapes[] = {
  { 8, 4, 10, 4, 1.5f, 64, 2, 1 },   // fills registers
  { 4, 4, 10, 4, 1.5f, 128, 3, 3 },  // an encoding of 16 does not
  { 12, 8, 10, 4, 1.5f, 32, 1, 16 }, // three squares deep
};

} // namespace

TEST_CASE("AMX: the MLP's passes by tile registers are those by dot products")
{
  if (!HasBf16())
  {
    return;
  }
  for (const NetworkConfig& config : Shapes)
  {
    CheckAgainstDotProducts<AmxEngine<EmulatedUnit>>(config);
    if (RequestAmx())
    {
      CheckAgainstDotProducts<AmxEngine<AmxUnit>>(config);
    }
  }
}
