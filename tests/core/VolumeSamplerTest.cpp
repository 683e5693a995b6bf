// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "fit/VolumeSampler.h"
#include "fit/DataRange.h"
#include "fit/Estimate.h"
#include "fit/Morton.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <set>
#include <vector>

using namespace neuralvolume;

namespace
{

constexpr float NotANumber = std::numeric_limits<float>::quiet_NaN();

/// A volume with a value for each point, computed from its indices.
template <typename T, typename Function>
std::vector<T> MakeVolume(const std::array<int, 3>& dimensions, const Function& function)
{
  std::vector<T> values;
  for (int z = 0; z < dimensions[2]; ++z)
  {
    for (int y = 0; y < dimensions[1]; ++y)
    {
      for (int x = 0; x < dimensions[0]; ++x)
      {
        values.push_back(T(function(x, y, z)));
      }
    }
  }
  return values;
}

struct Draws
{
  std::vector<float> X, Y, Z, Targets;

  Draws(const SampleSource& source, std::uint64_t step, std::size_t batch, std::size_t chunk)
    : X(batch)
    , Y(batch)
    , Z(batch)
    , Targets(batch * std::size_t(source.GetOutputs()))
  {
    for (std::size_t begin = 0; begin < batch; begin += chunk)
    {
      source.Draw(step, batch, begin, std::min(chunk, batch - begin), &this->X[begin], &this->Y[begin], &this->Z[begin],
        &this->Targets[begin * std::size_t(source.GetOutputs())]);
    }
  }
};

double Mean(const std::vector<float>& values)
{
  return std::accumulate(values.begin(), values.end(), 0.0) / double(values.size());
}

/// The network that gives 0 everywhere.
class ZeroField final : public Evaluator
{
public:
  int GetOutputs() const override { return 1; }
  void Evaluate(const Positions&, std::size_t count, float* values) const override { std::fill_n(values, count, 0.0f); }
};

} // namespace

TEST_CASE("Morton curve: its bits are dealt to x, y and z in turn")
{
  for (int bit = 0; bit < 63; ++bit)
  {
    const std::array<float, 3> origin = MortonPosition(0);
    const std::array<float, 3> position = MortonPosition(std::uint64_t(1) << bit);
    for (int axis = 0; axis < 3; ++axis)
    {
      const float expected = axis == bit % 3 ? std::ldexp(1.0f, bit / 3 - 21) : 0.0f;
      CHECK(position[axis] - origin[axis] == doctest::Approx(expected));
    }
  }
}

TEST_CASE("sampler: point i of n lies at (i + 0.5) / n, and values between points are trilinear")
{
  const std::array<int, 3> dimensions = { 11, 7, 5 };
  const auto values =
    MakeVolume<std::int16_t>(dimensions, [](int x, int y, int z) { return 10 * x - 20 * y + 30 * z; });
  const ValueRange range = { -120.0, 220.0 };
  const auto source = MakeVolumeSampler({ values.data(), ScalarType::Int16, dimensions, 1, nullptr }, { &range, 1 }, 1);
  const Draws draws(*source, 0, 5000, 512);
  const auto index = [](float position, int points)
  { return std::clamp(double(position) * points - 0.5, 0.0, double(points - 1)); };
  for (std::size_t i = 0; i < draws.X.size(); ++i)
  {
    const double value = 10 * index(draws.X[i], 11) - 20 * index(draws.Y[i], 7) + 30 * index(draws.Z[i], 5);
    CHECK(draws.Targets[i] == doctest::Approx((value + 120.0) / 340.0).epsilon(1e-5));
  }
}

TEST_CASE("sampler: a batch covers space evenly, differs from step to step, and not with its division")
{
  const std::array<int, 3> dimensions = { 4, 4, 4 };
  const std::vector<float> values(64, 1.0f);
  const ValueRange range = { 0.0, 1.0 };
  const auto source =
    MakeVolumeSampler({ values.data(), ScalarType::Float32, dimensions, 1, nullptr }, { &range, 1 }, 1);
  const Draws one(*source, 3, 4096, 4096), other(*source, 3, 4096, 100), next(*source, 4, 4096, 4096);
  CHECK(one.X == other.X);
  CHECK(one.Z == other.Z);
  CHECK(one.X != next.X);
  // 4096 = 16^3 samples: one in each cell of a 16^3 grid.
  std::set<int> cells;
  for (std::size_t i = 0; i < one.X.size(); ++i)
  {
    cells.insert(int(one.X[i] * 16) + 16 * int(one.Y[i] * 16) + 256 * int(one.Z[i] * 16));
  }
  CHECK(cells.size() == 4096);
  CHECK(Mean(one.X) == doctest::Approx(0.5).epsilon(0.01));
}

TEST_CASE("sampler: invalid points take no part")
{
  const std::array<int, 3> dimensions = { 16, 16, 16 };
  const auto invalidAt = [](int x, int y, int z) { return (x + y + z) % 3 == 0 || x > 9; };
  const auto values =
    MakeVolume<float>(dimensions, [&](int x, int y, int z) { return invalidAt(x, y, z) ? NotANumber : 0.25f; });
  const auto mask = MakeVolume<std::uint8_t>(dimensions, invalidAt);
  const ValueRange range = { 0.0, 1.0 };
  const auto source =
    MakeVolumeSampler({ values.data(), ScalarType::Float32, dimensions, 1, mask.data() }, { &range, 1 }, 1);
  const Draws draws(*source, 0, 4096, 4096);
  for (std::size_t i = 0; i < draws.X.size(); ++i)
  {
    CHECK(draws.Targets[i] == doctest::Approx(0.25));
    CHECK(draws.X[i] < 10.5f / 16.0f);
  }
}

TEST_CASE("sampler: a lone valid point in a large volume is found")
{
  const std::array<int, 3> dimensions = { 64, 64, 64 };
  std::vector<std::uint8_t> mask(64 * 64 * 64, 1);
  std::vector<double> values(mask.size(), std::numeric_limits<double>::infinity());
  mask[123456] = 0;
  values[123456] = 5.0;
  const ValueRange range = { 0.0, 10.0 };
  const auto source =
    MakeVolumeSampler({ values.data(), ScalarType::Float64, dimensions, 1, mask.data() }, { &range, 1 }, 1);
  const Draws draws(*source, 0, 64, 64);
  for (const float target : draws.Targets)
  {
    CHECK(target == doctest::Approx(0.5));
  }
  mask[123456] = 1;
  CHECK_THROWS_AS(
    MakeVolumeSampler({ values.data(), ScalarType::Float64, dimensions, 1, mask.data() }, { &range, 1 }, 1),
    std::invalid_argument);
}

TEST_CASE("sampler: components keep their own ranges, thin and constant volumes their values")
{
  const float pairs[] = { 1.0f, -5.0f, 1.0f, -5.0f };
  const ValueRange ranges[] = { { 0.0, 2.0 }, { -5.0, -5.0 } };
  const auto source = MakeVolumeSampler({ pairs, ScalarType::Float32, { 2, 1, 1 }, 2, nullptr }, ranges, 1);
  const Draws draws(*source, 0, 100, 100);
  for (std::size_t i = 0; i < 100; ++i)
  {
    CHECK(draws.Targets[2 * i] == 0.5f);
    CHECK(draws.Targets[2 * i + 1] == 0.0f);
  }
  CHECK_THROWS_AS(MakeVolumeSampler({ pairs, ScalarType::Float32, { 2, 1, 1 }, 2, nullptr }, { ranges, 1 }, 1),
    std::invalid_argument);
}

TEST_CASE("data range: finite valid values only, by component")
{
  const float infinity = std::numeric_limits<float>::infinity();
  const float values[] = { 1.0f, 10.0f, NotANumber, 99.0f, 3.0f, -2.0f, 4.0f, infinity, -7.0f, 7.0f };
  const std::uint8_t mask[] = { 0, 0, 0, 0, 1 };
  const DataRange range = FindDataRange({ values, ScalarType::Float32, { 5, 1, 1 }, 2, mask });
  CHECK(range.InvalidPoints == 3);
  CHECK(range.Ranges == std::vector<ValueRange>{ { 1.0, 3.0 }, { -2.0, 10.0 } });
  const DataRange nothing = FindDataRange({ values + 2, ScalarType::Float32, { 1, 1, 1 }, 1, nullptr });
  CHECK(nothing.InvalidPoints == 1);
  CHECK(nothing.Ranges == std::vector<ValueRange>{ {} });
}

TEST_CASE("sampled errors: exact where all points are asked, near where some are")
{
  const std::array<int, 3> dimensions = { 40, 30, 20 };
  const auto values =
    MakeVolume<std::uint8_t>(dimensions, [](int x, int y, int z) { return (x * 5 + y * 3 + z) % 256; });
  const ValueRange range = { 0.0, 255.0 };
  const auto meanSquare = [](const auto& errors, double scale)
  {
    return std::accumulate(errors.begin(), errors.end(), 0.0,
             [=](double sum, double error) { return sum + scale * error * scale * error; }) /
           double(errors.size());
  };
  const double exact = meanSquare(values, 1.0 / 255.0);
  const VolumeView volume = { values.data(), ScalarType::UInt8, dimensions, 1, nullptr };
  const auto estimate = [&](std::size_t samples) {
    return meanSquare(SampleErrors(ZeroField(), volume, { &range, 1 }, samples, 1), 1.0);
  };
  CHECK(estimate(1 << 20) == doctest::Approx(exact).epsilon(1e-6));
  CHECK(estimate(3000) == doctest::Approx(exact).epsilon(0.02));
}
