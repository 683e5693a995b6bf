// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "cpu/CpuEvaluator.h"
#include "cpu/Kernels.h"
#include "cpu/ReferenceEvaluator.h"
#include "network/Layout.h"
#include "network/Random.h"

#include <doctest/doctest.h>
#include <hwy/targets.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

using namespace neuralvolume;

namespace
{

/// Runs function once with each instruction set that this processor has.
template <typename Function>
void ForEachInstructionSet(const Function& function)
{
  for (const std::int64_t target : { HWY_AVX3, HWY_AVX2, HWY_SSE4, HWY_SCALAR })
  {
    hwy::SetSupportedTargetsForTest(0);
    if (target != HWY_SCALAR && !(hwy::SupportedTargets() & target))
    {
      continue;
    }
    hwy::SetSupportedTargetsForTest(target);
    hwy::GetChosenTarget().Update(hwy::SupportedTargets());
    CAPTURE(cpu::GetKernels().Name);
    function();
  }
  hwy::SetSupportedTargetsForTest(0);
  hwy::GetChosenTarget().DeInit();
}

std::vector<Half> RandomParameters(const NetworkConfig& config)
{
  const Layout layout = MakeLayout(config);
  const float amplitude = 2.0f / std::sqrt(float(config.Width));
  std::vector<Half> parameters(layout.Parameters);
  for (std::size_t i = 0; i < parameters.size(); ++i)
  {
    parameters[i] = ToHalf((i < layout.GridOffset ? amplitude : 1.0f) * (2.0f * RandomUnit(7, i) - 1.0f));
  }
  return parameters;
}

struct Points
{
  std::vector<float> Axis[3];

  Positions View() const { return { this->Axis[0].data(), this->Axis[1].data(), this->Axis[2].data() }; }
  std::size_t Count() const { return this->Axis[0].size(); }
};

/// Random points, every corner of the unit cube, and a run within one coarse cell.
Points SomePoints(std::size_t count)
{
  Points points;
  for (std::size_t i = 0; i < count; ++i)
  {
    for (std::size_t axis = 0; axis < 3; ++axis)
    {
      const bool corner = i < 8;
      const bool run = i >= 64 && i < 128;
      const float random = RandomUnit(11 + axis, i);
      points.Axis[axis].push_back(corner ? float((i >> axis) & 1) : (run ? 0.4f + 0.01f * random : random));
    }
  }
  return points;
}

/// Largest difference between two networks' values, relative to the largest value.
double LargestDifference(const Evaluator& one, const Evaluator& other, const Points& points)
{
  const std::size_t size = points.Count() * std::size_t(one.GetOutputs());
  std::vector<float> a(size), b(size);
  one.Evaluate(points.View(), points.Count(), a.data());
  other.Evaluate(points.View(), points.Count(), b.data());
  double difference = 0.0, largest = 0.0;
  for (std::size_t i = 0; i < size; ++i)
  {
    difference = std::max(difference, std::fabs(double(a[i]) - b[i]));
    largest = std::max(largest, std::fabs(double(a[i])));
  }
  REQUIRE(largest > 0.0);
  return difference / largest;
}

} // namespace

TEST_CASE("evaluator: every instruction set gives the field function's values, for every kind of network")
{
  const NetworkConfig configs[] = {
    { 8, 4, 12, 4, 2.0f, 64, 2, 1 },
    { 16, 2, 10, 3, 1.45f, 64, 3, 1 },
    { 5, 8, 9, 5, 1.7f, 32, 1, 3 },
    { 3, 1, 8, 2, 3.0f, 16, 4, 16 },
    { 6, 4, 14, 8, 1.3f, 128, 2, 2 },
  };
  ForEachInstructionSet(
    [&]
    {
      for (const NetworkConfig& config : configs)
      {
        const std::vector<Half> parameters = RandomParameters(config);
        const auto fast = cpu::MakeEvaluator(config, parameters);
        const auto reference = MakeReferenceEvaluator(config, parameters);
        CHECK(LargestDifference(*reference, *fast, SomePoints(1000)) < 1e-5);
      }
    });
}

TEST_CASE("evaluator: the number of points, and so the padding, changes no value")
{
  const NetworkConfig config = { 8, 4, 12, 4, 2.0f, 64, 2, 3 };
  const auto evaluator = cpu::MakeEvaluator(config, RandomParameters(config));
  const Points points = SomePoints(600);
  std::vector<float> whole(600 * 3), part(600 * 3);
  evaluator->Evaluate(points.View(), 600, whole.data());
  for (const std::size_t count : { 0, 1, 15, 16, 17, 255, 256, 257, 599 })
  {
    std::fill(part.begin(), part.end(), -1.0f);
    evaluator->Evaluate(points.View(), count, part.data());
    CHECK(std::equal(part.begin(), part.begin() + std::ptrdiff_t(count * 3), whole.begin()));
    CHECK(std::all_of(part.begin() + std::ptrdiff_t(count * 3), part.end(), [](float v) { return v == -1.0f; }));
  }
}

TEST_CASE("evaluator: positions outside the unit cube are moved to its surface, NaN to 0")
{
  const NetworkConfig config;
  const auto evaluator = cpu::MakeEvaluator(config, RandomParameters(config));
  const float nan = std::numeric_limits<float>::quiet_NaN(), infinity = std::numeric_limits<float>::infinity();
  const Points outside = { { { -0.5f, infinity, nan }, { 7.0f, -infinity, 0.5f }, { 0.25f, 1e30f, 1.0f } } };
  const Points surface = { { { 0.0f, 1.0f, 0.0f }, { 1.0f, 0.0f, 0.5f }, { 0.25f, 1.0f, 1.0f } } };
  float one[3], other[3];
  evaluator->Evaluate(outside.View(), 3, one);
  evaluator->Evaluate(surface.View(), 3, other);
  CHECK(std::equal(one, one + 3, other));
}

TEST_CASE("evaluator: a wrong number of parameters is refused with both numbers")
{
  const NetworkConfig config;
  const std::string expected = std::to_string(MakeLayout(config).Parameters);
  CHECK_THROWS_WITH_AS(
    cpu::MakeEvaluator(config, std::vector<Half>(3)), doctest::Contains(expected.c_str()), std::invalid_argument);
}
