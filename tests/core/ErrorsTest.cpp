// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "Models.h"
#include "decode/Quality.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

using namespace neuralvolume;

namespace
{

constexpr std::array<int, 3> Size = { 150, 40, 30 };
constexpr std::size_t Values = 150 * 40 * 30;

template <typename Value, typename Function>
std::vector<Value> Make(Function&& function)
{
  std::vector<Value> values(Values);
  for (std::size_t i = 0; i < Values; ++i)
  {
    values[i] = Value(function(i));
  }
  return values;
}

template <typename Value>
Quality CompareValues(const std::vector<Value>& volume, const std::vector<Value>& original, ScalarType type)
{
  return Compare(VolumeView{ volume.data(), type, Size, 1 }, VolumeView{ original.data(), type, Size, 1 });
}

/// By sorting: the smallest size that 99.9 % do not exceed.
template <typename Value>
double PercentileByDefinition(const std::vector<Value>& volume, const std::vector<Value>& original)
{
  std::vector<double> sizes(Values);
  std::ranges::transform(
    volume, original, sizes.begin(), [](Value a, Value b) { return std::abs(double(a) - double(b)); });
  std::ranges::sort(sizes);
  return sizes[std::size_t(std::ceil(0.999 * double(Values))) - 1];
}

/// Bin by bin around multiples of the width.
template <typename Value>
std::vector<std::uint64_t> CountsByDefinition(
  const std::vector<Value>& volume, const std::vector<Value>& original, const ErrorHistogram& histogram)
{
  std::vector<std::uint64_t> counts(histogram.Counts.size());
  for (std::size_t i = 0; i < Values; ++i)
  {
    const double bin = std::round((double(volume[i]) - double(original[i])) / histogram.BinWidth);
    const auto middle = double(counts.size() / 2);
    ++counts[std::size_t(middle + std::clamp(bin, -middle, middle))];
  }
  return counts;
}

/// Roughly normal, of standard deviation 1.
double Bell(std::size_t i)
{
  double sum = 0.0;
  for (std::uint64_t k = 0; k < 12; ++k)
  {
    sum += RandomUnit(7 + k, i);
  }
  return sum - 6.0;
}

} // namespace

TEST_CASE("errors: of integers they are counted exactly")
{
  for (const double spread : { 0.3, 4.0, 40.0 })
  {
    CAPTURE(spread);
    const auto original = Make<std::int16_t>([](std::size_t i) { return 1000.0 * models::RandomSigned(1, i); });
    const auto volume =
      Make<std::int16_t>([&](std::size_t i) { return original[i] + std::round(spread * Bell(i) + 1); });
    const Quality quality = CompareValues(volume, original, ScalarType::Int16);
    CHECK(quality.Percentile999Error == PercentileByDefinition(volume, original));
    CHECK(quality.MaximumError == std::round(quality.MaximumError));
    CHECK(std::fmod(quality.Histogram.BinWidth, 2.0) == 1.0);
    CHECK(quality.Histogram.Counts.size() % 2 == 1);
    CHECK(quality.Histogram.Counts.size() <= ErrorHistogram::MaximumBins);
    CHECK(quality.Histogram.Counts == CountsByDefinition(volume, original, quality.Histogram));
    CHECK(quality.MeanError == doctest::Approx(1.0).epsilon(0.25));
  }
}

TEST_CASE("errors: of real numbers they are counted to a thousandth of their size")
{
  for (const double spread : { 1e-6, 0.01, 3.0 })
  {
    CAPTURE(spread);
    const auto original = Make<double>([](std::size_t i) { return std::sin(1e-3 * double(i)); });
    const auto volume = Make<double>([&](std::size_t i) { return original[i] + spread * Bell(i); });
    const Quality quality = CompareValues(volume, original, ScalarType::Float64);
    CHECK(quality.Percentile999Error == doctest::Approx(PercentileByDefinition(volume, original)).epsilon(5e-4));
    const std::vector<std::uint64_t> expected = CountsByDefinition(volume, original, quality.Histogram);
    REQUIRE(quality.Histogram.Counts.size() == ErrorHistogram::MaximumBins);
    CHECK(quality.Histogram.BinWidth * 10.5 == doctest::Approx(quality.MaximumError));
    CHECK(std::accumulate(quality.Histogram.Counts.begin(), quality.Histogram.Counts.end(), 0ull) == Values);
    for (std::size_t bin = 0; bin < expected.size(); ++bin)
    {
      // What lies within 2^-11 of an edge may be counted on its other side.
      const double slack = 0.01 * double(Values) / double(expected.size());
      CHECK(std::abs(double(quality.Histogram.Counts[bin]) - double(expected[bin])) < slack);
    }
    CHECK(std::abs(quality.MeanError) < 0.02 * spread);
  }
}

TEST_CASE("errors: the mean is signed and one outlier takes the histogram's end")
{
  const auto original = Make<float>([](std::size_t i) { return float(i % 9); });
  auto volume = Make<float>([&](std::size_t i) { return original[i] - 0.25f; });
  volume[Values / 2] = original[Values / 2] + 21.0f;
  const Quality quality = CompareValues(volume, original, ScalarType::Float32);
  CHECK(quality.MeanError == doctest::Approx(-0.25 + 21.25 / double(Values)));
  CHECK(quality.Percentile999Error == doctest::Approx(0.25).epsilon(5e-4));
  CHECK(quality.Histogram.BinWidth == doctest::Approx(2.0));
  CHECK(quality.Histogram.Counts[10] == Values - 1);
  CHECK(quality.Histogram.Counts[20] == 1);
}

TEST_CASE("errors: none at all are one bin")
{
  const auto values = Make<float>([](std::size_t i) { return float(i % 9); });
  const Quality quality = CompareValues(values, values, ScalarType::Float32);
  CHECK(quality.MeanError == 0.0);
  CHECK(quality.Percentile999Error == 0.0);
  CHECK(quality.Histogram.Counts == std::vector<std::uint64_t>{ Values });
}

TEST_CASE("errors: the largest and smallest doubles have a histogram, too")
{
  for (const double size : { 1.7e308, 1e-300, 5e-324 })
  {
    CAPTURE(size);
    const auto original = Make<double>([&](std::size_t i) { return i % 2 ? size : 0.0; });
    const auto volume = Make<double>([&](std::size_t i) { return i % 4 ? size : 0.0; });
    const ErrorHistogram histogram = CompareValues(volume, original, ScalarType::Float64).Histogram;
    CHECK(std::isfinite(histogram.BinWidth));
    CHECK(std::accumulate(histogram.Counts.begin(), histogram.Counts.end(), 0ull) == Values);
  }
}
