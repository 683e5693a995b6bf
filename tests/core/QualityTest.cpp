// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "decode/Quality.h"
#include "Models.h"
#include "decode/Decode.h"

#include <doctest/doctest.h>
#include <tbb/global_control.h>

#include <algorithm>
#include <cmath>
#include <cstring>

using namespace neuralvolume;

namespace
{

using Index = std::array<int, 3>;

template <typename Value>
struct Volume
{
  Index Size;
  int Components;
  std::vector<Value> Values;

  template <typename Function>
  Volume(const Index& size, int components, Function&& function)
    : Size(size)
    , Components(components)
    , Values(std::size_t(size[0]) * size[1] * size[2] * components)
  {
    for (std::size_t i = 0; i < this->Values.size(); ++i)
    {
      this->Values[i] = Value(function(i));
    }
  }

  VolumeView View(ScalarType type) const { return { this->Values.data(), type, this->Size, this->Components }; }

  double At(int x, int y, int z, int c) const
  {
    return double(this->Values[((std::size_t(z) * Size[1] + y) * Size[0] + x) * Components + c]);
  }
};

/// SSIM as its definition says, window by window.
template <typename Value>
double SsimByDefinition(const Volume<Value>& a, const Volume<Value>& b, double range)
{
  Index window;
  for (int axis = 0; axis < 3; ++axis)
  {
    window[axis] = std::min(7, a.Size[axis] % 2 ? a.Size[axis] : a.Size[axis] - 1);
  }
  const double count = window[0] * window[1] * window[2];
  const double c1 = 1e-4 * range * range;
  const double c2 = 9e-4 * range * range;
  double sum = 0.0;
  double windows = 0.0;
  const auto score = [&](int x, int y, int z, int c)
  {
    double ma = 0.0, mb = 0.0, aa = 0.0, bb = 0.0, ab = 0.0;
    const auto visit = [&](auto&& function)
    {
      for (int i = 0; i < int(count); ++i)
      {
        const int dx = i % window[0], dy = i / window[0] % window[1], dz = i / window[0] / window[1];
        function(a.At(x + dx, y + dy, z + dz, c), b.At(x + dx, y + dy, z + dz, c));
      }
    };
    visit([&](double va, double vb) { ma += va / count, mb += vb / count; });
    visit([&](double va, double vb)
      { aa += (va - ma) * (va - ma), bb += (vb - mb) * (vb - mb), ab += (va - ma) * (vb - mb); });
    const double n = std::max(count - 1.0, 1.0);
    return (2 * ma * mb + c1) * (2 * ab / n + c2) / ((ma * ma + mb * mb + c1) * (aa / n + bb / n + c2));
  };
  for (int z = 0; z + window[2] <= a.Size[2]; ++z)
  {
    for (int y = 0; y + window[1] <= a.Size[1]; ++y)
    {
      for (int x = 0; x + window[0] <= a.Size[0]; ++x)
      {
        for (int c = 0; c < a.Components; ++c)
        {
          const double value = score(x, y, z, c);
          sum += std::isnan(value) ? 0.0 : value;
          windows += std::isnan(value) ? 0.0 : 1.0;
        }
      }
    }
  }
  return sum / windows;
}

double Waves(std::size_t i)
{
  return 100.0 * std::sin(0.07 * double(i)) * std::cos(0.011 * double(i));
}

double NoisyWaves(std::size_t i)
{
  return Waves(i) + 20.0 * models::RandomSigned(1, i);
}

} // namespace

TEST_CASE("quality: a constant difference has its closed forms")
{
  const Volume<float> original({ 20, 15, 12 }, 1, [](std::size_t i) { return i % 5; });
  const Volume<float> shifted({ 20, 15, 12 }, 1, [](std::size_t i) { return i % 5 + 0.5f; });
  const Quality quality = Compare(shifted.View(ScalarType::Float32), original.View(ScalarType::Float32));
  CHECK(quality.MeanSquaredError == doctest::Approx(0.25));
  CHECK(quality.MaximumError == doctest::Approx(0.5));
  CHECK(quality.Psnr == doctest::Approx(10.0 * std::log10(16.0 / 0.25)));
  CHECK(quality.Points == 20 * 15 * 12);
  const Quality exact = Compare(original.View(ScalarType::Float32), original.View(ScalarType::Float32));
  CHECK(std::isinf(exact.Psnr));
  CHECK(exact.Ssim == doctest::Approx(1.0));
}

TEST_CASE("quality: SSIM is its definition, on thin volumes, vectors and beyond one pencil")
{
  struct Shape
  {
    Index Size;
    int Components;
  };
  for (const Shape& shape : { Shape{ { 12, 11, 10 }, 1 }, { { 7, 7, 7 }, 1 }, { { 30, 9, 5 }, 1 }, { { 30, 20, 1 }, 1 },
         { { 1, 1, 9 }, 1 }, { { 2, 6, 40 }, 2 }, { { 11, 9, 8 }, 3 }, { { 140, 9, 8 }, 1 }, { { 8, 133, 20 }, 1 } })
  {
    CAPTURE(shape.Size[0]);
    const Volume<double> original(shape.Size, shape.Components, Waves);
    const Volume<double> noisy(shape.Size, shape.Components, NoisyWaves);
    const auto [low, high] = std::ranges::minmax(original.Values);
    const Quality quality = Compare(noisy.View(ScalarType::Float64), original.View(ScalarType::Float64));
    CHECK(quality.Ssim == doctest::Approx(SsimByDefinition(noisy, original, high - low)).epsilon(1e-9));
  }
}

TEST_CASE("quality: a large offset costs no digits")
{
  const Volume<double> original({ 12, 11, 10 }, 1, [](std::size_t i) { return 1e6 + 1e-3 * Waves(i); });
  const Volume<double> noisy({ 12, 11, 10 }, 1, [](std::size_t i) { return 1e6 + 1e-3 * NoisyWaves(i); });
  const auto [low, high] = std::ranges::minmax(original.Values);
  const Quality quality = Compare(noisy.View(ScalarType::Float64), original.View(ScalarType::Float64));
  CHECK(quality.Ssim == doctest::Approx(SsimByDefinition(noisy, original, high - low)).epsilon(1e-6));
}

TEST_CASE("quality: points without a value take no part, nor do windows that hold one")
{
  const float nan = std::nanf("");
  Volume<float> original({ 16, 14, 12 }, 2, Waves);
  Volume<float> noisy({ 16, 14, 12 }, 2, NoisyWaves);
  original.Values[2 * 1000] = nan;
  noisy.Values[2 * 5 + 1] = std::numeric_limits<float>::infinity();
  const Quality quality = Compare(noisy.View(ScalarType::Float32), original.View(ScalarType::Float32));
  CHECK(quality.Points == 16 * 14 * 12 - 2);
  // Without the one component, its point has no value.
  for (Volume<float>* volume : { &original, &noisy })
  {
    volume->Values[2 * 1000] = volume->Values[2 * 1000 + 1] = volume->Values[2 * 5] = volume->Values[2 * 5 + 1] = nan;
  }
  float low = 1e9f, high = -1e9f;
  double squares = 0.0;
  for (std::size_t i = 0; i < original.Values.size(); ++i)
  {
    if (!std::isnan(original.Values[i]))
    {
      low = std::min(low, original.Values[i]);
      high = std::max(high, original.Values[i]);
      squares += std::pow(double(original.Values[i]) - noisy.Values[i], 2.0);
    }
  }
  CHECK(quality.Ssim == doctest::Approx(SsimByDefinition(noisy, original, high - low)).epsilon(1e-6));
  CHECK(quality.MeanSquaredError == doctest::Approx(squares / double(2 * quality.Points)));
}

TEST_CASE("quality: masks count as points without a value")
{
  const Volume<std::uint8_t> original({ 16, 14, 12 }, 1, [](std::size_t i) { return i % 7; });
  const Volume<std::uint8_t> wrong({ 16, 14, 12 }, 1, [](std::size_t i) { return i < 100 ? 255 : i % 7; });
  std::vector<std::uint8_t> invalid(original.Values.size());
  std::fill_n(invalid.begin(), 100, std::uint8_t(1));
  VolumeView masked = original.View(ScalarType::UInt8);
  masked.Invalid = invalid.data();
  CHECK(std::isinf(Compare(wrong.View(ScalarType::UInt8), masked).Psnr));
  std::ranges::fill(invalid, std::uint8_t(1));
  const Quality nothing = Compare(wrong.View(ScalarType::UInt8), masked);
  CHECK(nothing.Points == 0);
  CHECK(nothing.Histogram.Counts == std::vector<std::uint64_t>{ 0 });
}

TEST_CASE("quality: constant originals")
{
  const Volume<std::int16_t> five({ 9, 9, 9 }, 1, [](std::size_t) { return 5; });
  const Volume<std::int16_t> six({ 9, 9, 9 }, 1, [](std::size_t) { return 6; });
  const Quality exact = Compare(five.View(ScalarType::Int16), five.View(ScalarType::Int16));
  CHECK((std::isinf(exact.Psnr) && exact.Psnr > 0.0 && exact.Ssim == 1.0));
  const Quality other = Compare(six.View(ScalarType::Int16), five.View(ScalarType::Int16));
  CHECK((std::isinf(other.Psnr) && other.Psnr < 0.0 && other.Ssim == 0.0 && other.MaximumError == 1.0));
}

TEST_CASE("quality: a model is compared by what it decodes, whatever the number of threads")
{
  NetworkConfig config = models::TinyNetwork();
  config.Outputs = 2;
  Model model = models::MakeModel(config, { 140, 20, 33 }, 3, { .Gain = 3.0f }, ScalarType::UInt16, { 10.0, 5000.0 });
  models::MarkInvalid(model, 12345);
  const auto evaluator = MakeEvaluator(model.Network, model.Parameters);
  Volume<std::uint16_t> decoded({ 140, 20, 33 }, 2, [](std::size_t) { return 0; });
  Decode(model, *evaluator, WholeVolume(model), std::as_writable_bytes(std::span(decoded.Values)));
  const Volume<std::uint16_t> original(
    { 140, 20, 33 }, 2, [&](std::size_t i) { return decoded.Values[i] + 100.0 * RandomUnit(4, i); });
  std::vector<std::uint8_t> invalid(decoded.Values.size() / 2);
  invalid[12345] = 1;
  VolumeView masked = original.View(ScalarType::UInt16);
  masked.Invalid = invalid.data();
  const Quality expected = Compare(decoded.View(ScalarType::UInt16), masked);
  for (const std::size_t threads : { 1, 3 })
  {
    const tbb::global_control control(tbb::global_control::max_allowed_parallelism, threads);
    // The model knows its mask itself.
    const Quality quality = Compare(model, *evaluator, original.View(ScalarType::UInt16));
    CHECK(quality.Points == expected.Points);
    CHECK(quality.MeanSquaredError == expected.MeanSquaredError);
    CHECK(quality.Ssim == expected.Ssim);
    CHECK(quality.MaximumError == expected.MaximumError);
    CHECK(quality.Percentile999Error == expected.Percentile999Error);
    CHECK(quality.MeanError == expected.MeanError);
    CHECK(quality.Histogram == expected.Histogram);
  }
}

TEST_CASE("quality: volumes that differ in shape or type are refused with both named")
{
  const Volume<float> one({ 9, 8, 7 }, 1, Waves);
  const Volume<float> other({ 9, 7, 8 }, 1, Waves);
  CHECK_THROWS_WITH_AS(Compare(one.View(ScalarType::Float32), other.View(ScalarType::Float32)),
    doctest::Contains("9 x 7 x 8"), std::invalid_argument);
  const Model model = models::MakeModel(models::TinyNetwork(), { 9, 8, 7 }, 3, {}, ScalarType::Int8);
  CHECK_THROWS_WITH_AS(Compare(model, *MakeEvaluator(model.Network, model.Parameters), one.View(ScalarType::Float32)),
    doctest::Contains("float32"), std::invalid_argument);
}
