// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "Scenes.h"

#include <doctest/doctest.h>

#include <cmath>
#include <random>
#include <stdexcept>

using namespace neuralvolume;
using namespace neuralvolume::scenes;

namespace
{

constexpr std::array<int, 3> Cells = { 40, 32, 36 };
const Placement Cube = { { { { 2, 0, 0 }, { 0, 2, 0 }, { 0, 0, 2 } } }, { -1, -1, -1 } };
const Camera Oblique{ .Position = { 3, 2, 4 }, .Size = 1.6, .Width = 40, .Height = 32 };

const AnalyticField Waves(1, [](const Vector3& p, float* values)
  { values[0] = float(0.5 + 0.3 * std::sin(9.0 * p[0] + 2.0 * p[1]) * std::cos(7.0 * p[2])); });
const AnalyticField Shell(1, [](const Vector3& p, float* values)
  { values[0] = float(std::sqrt(std::pow(p[0] - 0.5, 2) + std::pow(p[1] - 0.5, 2) + std::pow(p[2] - 0.5, 2))); });

/// Two components: the two fields above.
const AnalyticField Pair(2,
  [](const Vector3& p, float* values)
  {
    const float x = float(p[0]), y = float(p[1]), z = float(p[2]);
    Waves.Evaluate({ &x, &y, &z }, 1, values);
    Shell.Evaluate({ &x, &y, &z }, 1, values + 1);
  });

const TransferFunction RedToBlue({ { 1, 0, 0, 0 }, { 0, 1, 0, 0.6f }, { 0, 0, 1, 0.2f } }, 0.1, 0.9);

/// A function of both values that is the product of one of the first and one of the second.
TransferFunction2D MakeFunction(const TransferFunction& byFirst, double low, double high)
{
  constexpr std::size_t size = 65; // so that RedToBlue has its three entries among them
  std::vector<Rgba> entries;
  for (std::size_t row = 0; row < size; ++row)
  {
    const double second = double(row) / (size - 1);
    for (std::size_t column = 0; column < size; ++column)
    {
      Rgba colour = byFirst.Evaluate(0.1 + 0.8 * double(column) / (size - 1));
      colour[3] *= low <= second && second <= high ? 1.0f : 0.0f;
      entries.push_back(colour);
    }
  }
  return TransferFunction2D(std::move(entries), { size, 0.1, 0.9 }, { size, 0.0, 1.0 });
}

double LargestDifference(const Image& a, const Image& b)
{
  double largest = 0.0;
  for (std::size_t i = 0; i < a.Pixels.size(); ++i)
  {
    for (std::size_t channel = 0; channel < 4; ++channel)
    {
      largest = std::max(largest, double(std::abs(a.Pixels[i][channel] - b.Pixels[i][channel])));
    }
  }
  return largest;
}

/// Opacity along +x through the unit cube, of a ramp that goes from 0 to 1 along it.
float OpacityAlongX(const Model& model, const Classification& classification)
{
  const Camera camera{ .Position = { -1, 0.5, 0.5 }, .Target = { 0, 0.5, 0.5 }, .Width = 1, .Height = 1 };
  const RenderSettings settings{ .SampleDistance = 0.01 };
  return Render(model, RampAlongX(), MakeView(camera, {}), classification, settings).At(0, 0)[3];
}

} // namespace

TEST_CASE("classification: opacity by another value than the colour's")
{
  const Model model = MakeModel(Cells);
  // By a constant, it is that of a homogeneous volume; colours change nothing of it
  const AnalyticField constant = Constant(0.5f);
  const TransferFunction opacities({ { 0, 0, 0, 0 }, { 0, 0, 0, 0.6f } }, 0.0, 1.0);
  RenderSettings settings{ .SampleDistance = 0.03, .Second = ScalarSource{ &model, &constant } };
  const Image image = Render(model, Waves, MakeView(Oblique, Cube), { RedToBlue, opacities }, settings);
  for (int y = 0; y < Oblique.Height; ++y)
  {
    for (int x = 0; x < Oblique.Width; ++x)
    {
      const double length = LengthInBox(Oblique, Cube, x, y, { 0, 0, 0 }, { 1, 1, 1 });
      CHECK(image.At(x, y)[3] == doctest::Approx(Absorbed(0.3, length)).epsilon(1e-3));
    }
  }
  // By the value itself, the picture is that of one value
  settings.Second = ScalarSource{ &model, &Waves };
  const Image both = Render(model, Waves, MakeView(Oblique, Cube), { RedToBlue, RedToBlue }, settings);
  CHECK(LargestDifference(both, Render(model, Waves, MakeView(Oblique, Cube), RedToBlue, settings)) < 1e-6);
}

TEST_CASE("classification: two models or two components of one make the same picture")
{
  const Model model = MakeModel(Cells);
  const Model pair = MakeModel(Cells, 2);
  for (const Classification& classification : { Classification(RedToBlue, { { {}, { 0, 0, 0, 0.7f }, {} }, 0.2, 0.5 }),
         Classification(MakeFunction(RedToBlue, 0.2, 0.4), SecondCoordinate::Value) })
  {
    RenderSettings settings{ .SampleDistance = 0.03, .Second = ScalarSource{ &model, &Shell } };
    const Image two = Render(model, Waves, MakeView(Oblique, Cube), classification, settings);
    settings.Second = ScalarSource{ &pair, &Pair, 1 };
    CHECK(LargestDifference(two, Render(pair, Pair, MakeView(Oblique, Cube), classification, settings)) == 0.0);
    // What nothing is seen of is skipped, and nothing else
    settings.SkipEmptySpace = false;
    CHECK(LargestDifference(two, Render(pair, Pair, MakeView(Oblique, Cube), classification, settings)) == 0.0);
    CHECK(two.At(Oblique.Width / 2, Oblique.Height / 2)[3] > 0.05f);
  }
}

TEST_CASE("classification: a function of both values that one decides is that of one value")
{
  const Model model = MakeModel(Cells);
  const Classification both(MakeFunction(RedToBlue, 0.0, 1.0), SecondCoordinate::Value);
  for (BlendMode mode :
    { BlendMode::Composite, BlendMode::MaximumIntensity, BlendMode::Additive, BlendMode::Isosurface })
  {
    const RenderSettings settings{
      .SampleDistance = 0.03, .Second = ScalarSource{ &model, &Shell }, .BlendMode = mode, .IsoValues = { 0.6 }
    };
    const Image one = Render(model, Waves, MakeView(Oblique, Cube), RedToBlue, settings);
    // Entries of one function lie at other values than those of the other
    CHECK(LargestDifference(Render(model, Waves, MakeView(Oblique, Cube), both, settings), one) < 0.01);
    CHECK(one.At(Oblique.Width / 2, Oblique.Height / 2)[3] > 0.1f);
  }
}

TEST_CASE("classification: the gradient is the change over the mean spacing, 1 at a quarter of the range")
{
  Model model = MakeModel({ 32, 8, 8 });
  const double change = 1.0 / 32 / 0.25;
  const TransferFunction fog = Fog(0.5f);
  const auto within = [&](double low, double high)
  { return Classification(MakeFunction(fog, low, high), SecondCoordinate::Gradient); };
  const double inner = Absorbed(0.5, 30.0 / 32); // at the ends, samples outside repeat the last ones inside
  CHECK(OpacityAlongX(model, within(change - 0.03, change + 0.03)) == doctest::Approx(inner).epsilon(0.02));
  CHECK(OpacityAlongX(model, within(change + 0.05, 1.0)) == 0.0f);
  CHECK(OpacityAlongX(model, within(0.0, change - 0.05)) < 0.1f);
  model.Geometry.Spacing = { 1, 4, 4 }; // three times as much over the mean spacing
  CHECK(OpacityAlongX(model, within(3 * change - 0.03, 3 * change + 0.03)) == doctest::Approx(inner).epsilon(0.02));
}

TEST_CASE("classification: paths collide as often as rays are absorbed")
{
  const Model model = MakeModel(Cells);
  const Camera camera{ .Size = 0.6, .Width = 48, .Height = 48 };
  for (SecondCoordinate second : { SecondCoordinate::Gradient, SecondCoordinate::Value })
  {
    const Classification classification(MakeFunction(RedToBlue, 0.15, 0.6), second);
    RenderSettings settings{ .SampleDistance = 0.01, .Second = ScalarSource{ &model, &Shell } };
    const Image marched = Render(model, Waves, MakeView(camera, Cube), classification, settings);
    settings.Paths = { .AreTraced = true, .Passes = 64, .Noise = 0.0f, .MaximumCollisions = 1 };
    const Image traced = Render(model, Waves, MakeView(camera, Cube), classification, settings);
    double difference = 0.0;
    double mean = 0.0;
    for (std::size_t i = 0; i < marched.Pixels.size(); ++i)
    {
      difference += (traced.Pixels[i][3] - marched.Pixels[i][3]) / double(marched.Pixels.size());
      mean += marched.Pixels[i][3] / double(marched.Pixels.size());
    }
    CHECK(mean > 0.05);
    CHECK(std::abs(difference) < 0.005);
  }
}

TEST_CASE("classification: bounds of a function of both values hold")
{
  std::mt19937 random(3);
  std::uniform_real_distribution<float> unit(0.0f, 1.0f);
  std::vector<Rgba> entries(7 * 5);
  for (Rgba& entry : entries)
  {
    entry = { unit(random), unit(random), unit(random), std::pow(unit(random), 4.0f) };
  }
  const TransferFunction2D function(std::move(entries), { 7, -1.0, 2.0 }, { 5, 10.0, 11.0 });
  for (int i = 0; i < 2000; ++i)
  {
    const double first = -2.0 + 5.0 * unit(random);
    const double second = 9.5 + 2.0 * unit(random);
    const float opacity = function.Evaluate(first, second)[3];
    CHECK(opacity <= function.BoundByFirst().Evaluate(first)[3] + 1e-6f);
    CHECK(opacity <= function.BoundBySecond().Evaluate(second)[3] + 1e-6f);
  }
}

TEST_CASE("classification: what does not fit is refused")
{
  const Model model = MakeModel(Cells);
  const Model other = MakeModel({ 8, 8, 8 });
  const Classification both(RedToBlue, RedToBlue);
  RenderSettings settings{ .SampleDistance = 0.1 };
  const auto render = [&] { return Render(model, Waves, MakeView(Oblique, Cube), both, settings); };
  CHECK_THROWS_WITH_AS(render(), doctest::Contains("takes two values"), std::invalid_argument);
  settings.Second = ScalarSource{ &other, &Shell };
  CHECK_THROWS_WITH_AS(render(), doctest::Contains("of the same samples"), std::invalid_argument);
  settings.Second = ScalarSource{ &model, &Shell, 1 };
  CHECK_THROWS_WITH_AS(render(), doctest::Contains("component 1"), std::invalid_argument);
  CHECK_THROWS_WITH_AS(TransferFunction2D(std::vector<Rgba>(6), { 2, 0.0, 1.0 }, { 2, 0.0, 1.0 }),
    doctest::Contains("6 entries"), std::invalid_argument);
}
