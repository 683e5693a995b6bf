// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "Scenes.h"

#include <doctest/doctest.h>

#include <stdexcept>
#include <utility>
#include <vector>

using namespace neuralvolume;
using namespace neuralvolume::scenes;

namespace
{

constexpr double Tolerance = 2e-5;
const Vector3 Zero = { 0, 0, 0 };
const Vector3 One = { 1, 1, 1 };

Placement Centred(double size)
{
  return { { { { size, 0, 0 }, { 0, size, 0 }, { 0, 0, size } } }, { -size / 2, -size / 2, -size / 2 } };
}

/// Unequal spacings, then rotated and sheared as an actor's transform may do it.
Placement Skewed()
{
  return { { { { 1.2, -0.9, 0.3 }, { 0.7, 1.6, -0.2 }, { 0.1, 0.4, 2.5 } } }, { -0.9, -1.1, -1.4 } };
}

Camera Oblique(bool parallel)
{
  return { .Position = { 3, 2, 5 },
    .Target = { 0.1, -0.1, 0 },
    .Parallel = parallel,
    .Size = parallel ? 2.4 : 0.4,
    .Near = 0.5,
    .Far = 20.0 };
}

/// Of the ray in the middle of a picture one pixel large, looking along +x into the unit cube.
Rgba AlongX(const Evaluator& field, const TransferFunction& function, const RenderSettings& settings)
{
  Camera camera{ .Position = { -1, 0.5, 0.5 }, .Target = { 0, 0.5, 0.5 }, .Width = 1, .Height = 1 };
  return Render(MakeModel({ 256, 8, 8 }), field, MakeView(camera, {}), function, settings).At(0, 0);
}

double RampError(double step)
{
  const double opacity = 0.9;
  const TransferFunction ramp({ { 1, 1, 1, 0 }, { 1, 1, 1, float(opacity) } }, 0.0, 1.0);
  const float alpha = AlongX(RampAlongX(), ramp, { .SampleDistance = step, .OpacityUnitDistance = 0.25 })[3];
  const double left = 1.0 - opacity;
  const double logarithm = -(left * std::log(left) + opacity) / opacity; // of 1 - opacity x, integrated over [0, 1]
  return std::abs(alpha - (1.0 - std::exp(logarithm / 0.25)));
}

} // namespace

TEST_CASE("marcher: a homogeneous volume absorbs by the rays' length in the world")
{
  for (const Placement& placement : { Centred(2.0), Skewed() })
  {
    for (bool parallel : { true, false })
    {
      const Camera camera = Oblique(parallel);
      const RenderSettings settings{ .SampleDistance = 0.13, .OpacityUnitDistance = 0.7 };
      const Image image =
        Render(MakeModel({ 5, 6, 7 }), Constant(0.5f), MakeView(camera, placement), Fog(0.3f), settings);
      double longest = 0.0;
      for (int y = 0; y < camera.Height; ++y)
      {
        for (int x = 0; x < camera.Width; ++x)
        {
          const double length = LengthInBox(camera, placement, x, y, Zero, One);
          const double alpha = Absorbed(0.3, length / 0.7);
          CHECK(image.At(x, y)[3] == doctest::Approx(alpha).epsilon(Tolerance));
          CHECK(image.At(x, y)[2] == doctest::Approx(0.8 * alpha).epsilon(Tolerance));
          longest = std::max(longest, length);
        }
      }
      CHECK(longest > 1.5);
      CHECK(image.At(0, 0)[3] == 0.0f);
    }
  }
}

TEST_CASE("marcher: point data is drawn from its first to its last point")
{
  Model model = MakeModel({ 3, 9, 19 });
  model.Array.Kind = Association::Points;
  const Vector3 low = { 0.5 / 4, 0.5 / 10, 0.5 / 20 };
  const Camera camera = Oblique(true);
  const Image image = Render(model, Constant(0.5f), MakeView(camera, Skewed()), Fog(0.3f), { .SampleDistance = 0.2 });
  for (int y = 0; y < camera.Height; ++y)
  {
    for (int x = 0; x < camera.Width; ++x)
    {
      const double length = LengthInBox(camera, Skewed(), x, y, low, { 1.0 - low[0], 1.0 - low[1], 1.0 - low[2] });
      CHECK(image.At(x, y)[3] == doctest::Approx(Absorbed(0.3, length)).epsilon(Tolerance));
    }
  }
}

TEST_CASE("marcher: linear opacity over a linear field converges to its integral with the square of the step")
{
  CHECK(RampError(1.0 / 10) < 1e-2);
  CHECK(RampError(1.0 / 10) / RampError(1.0 / 40) == doctest::Approx(16.0).epsilon(0.1));
  CHECK(RampError(1.0 / 1000) < 1e-5);
}

TEST_CASE("marcher: emission is weighted with what lies in front of it")
{
  const TransferFunction function({ { 0, 1, 1, 0.9f }, { 1, 0, 1, 0.9f } }, 0.0, 1.0);
  const Rgba pixel = AlongX(RampAlongX(), function, { .SampleDistance = 1e-3, .OpacityUnitDistance = 1.0 });
  const double extinction = -std::log(0.1);
  const double red = 1.0 / extinction - 0.1 * (1.0 + 1.0 / extinction);
  CHECK(pixel[0] == doctest::Approx(red).epsilon(1e-4));
  CHECK(pixel[1] == doctest::Approx(0.9 - red).epsilon(1e-4));
  CHECK(pixel[2] == doctest::Approx(0.9).epsilon(1e-4));
}

TEST_CASE("marcher: a far camera with perspective sees what a parallel one does")
{
  Camera parallel = Oblique(true);
  Camera perspective = parallel;
  const double distance = 1e5;
  perspective.Position = Add(parallel.Target, -distance, parallel.Forward());
  perspective.Parallel = false;
  perspective.Size = parallel.Size / distance;
  perspective.Near = distance - 10.0;
  perspective.Far = distance + 10.0;
  const RenderSettings settings{ .SampleDistance = 0.05 };
  const TransferFunction function({ { 0, 0, 1, 0 }, { 1, 0, 0, 0.9f } }, 0.0, 1.0);
  const Model model = MakeModel({ 8, 8, 8 });
  const Image a = Render(model, RampAlongX(), MakeView(parallel, Skewed()), function, settings);
  const Image b = Render(model, RampAlongX(), MakeView(perspective, Skewed()), function, settings);
  for (std::size_t pixel = 0; pixel < a.Pixels.size(); ++pixel)
  {
    CHECK(a.Pixels[pixel][3] == doctest::Approx(b.Pixels[pixel][3]).epsilon(1e-3));
    CHECK(a.Pixels[pixel][0] == doctest::Approx(b.Pixels[pixel][0]).epsilon(1e-3));
  }
}

TEST_CASE("marcher: two tiles of a picture are the picture")
{
  const Camera camera = Oblique(false);
  const View whole = MakeView(camera, Skewed());
  const TransferFunction function({ { 0, 0, 1, 0 }, { 1, 0, 0, 0.9f } }, 0.0, 1.0);
  const RenderSettings settings{ .SampleDistance = 0.1 };
  const Model model = MakeModel({ 8, 8, 8 });
  const Image image = Render(model, RampAlongX(), whole, function, settings);
  for (int half : { 0, 1 })
  {
    View view = whole;
    view.Width /= 2;
    for (std::size_t row = 0; row < 4; ++row) // x of the whole = x / 2 -+ 1 / 2
    {
      view.ClipToUnit[4 * row + 3] += (half - 0.5) * whole.ClipToUnit[4 * row];
      view.ClipToUnit[4 * row] *= 0.5;
    }
    const Image tile = Render(model, RampAlongX(), view, function, settings);
    for (int y = 0; y < view.Height; ++y)
    {
      for (int x = 0; x < view.Width; ++x)
      {
        CHECK(tile.At(x, y)[3] == doctest::Approx(image.At(x + half * view.Width, y)[3]).epsilon(1e-5));
      }
    }
  }
}

TEST_CASE("marcher: vectors are drawn by component or by length, in the array's units")
{
  const AnalyticField field(3,
    [](const Vector3&, float* values)
    {
      values[0] = 0.75f; // -> 3 of [0, 4]
      values[1] = 0.0f;  // -> -4 of [-4, 4]
      values[2] = 7.0f;  // overshoots: clamped, -> 12 of [-1, 12]
    });
  Model model = MakeModel({ 8, 8, 8 }, 3);
  model.Array.Ranges = { { 0.0, 4.0 }, { -4.0, 4.0 }, { -1.0, 12.0 } };
  std::vector<Rgba> entries;
  for (int value = -20; value <= 20; ++value)
  {
    entries.push_back({ float(value), 0, 0, 1 });
  }
  const TransferFunction function(entries, -20.0, 20.0);
  const View view = MakeView({ .Width = 1, .Height = 1 }, Centred(2.0));
  const auto draw = [&](int component)
  { return Render(model, field, view, function, { .SampleDistance = 0.1, .Component = component }).At(0, 0)[0]; };
  const double halfAnEntry = 0.5 * 40.0 / (ColourTable::Size - 1);
  CHECK(std::abs(draw(0) - 3.0) < halfAnEntry);
  CHECK(std::abs(draw(1) + 4.0) < halfAnEntry);
  CHECK(std::abs(draw(2) - 12.0) < halfAnEntry);
  CHECK(std::abs(draw(Magnitude) - 13.0) < halfAnEntry);
  CHECK_THROWS_WITH_AS(draw(3), doctest::Contains("component 3"), std::invalid_argument);
}

TEST_CASE("marcher: the magnitude of a scalar is the scalar")
{
  const TransferFunction function({ { -1, 0, 0, 1 }, { 1, 0, 0, 1 } }, -1.0, 1.0);
  Model model = MakeModel({ 8, 8, 8 });
  model.Array.Ranges = { { -1.0, 1.0 } };
  const View view = MakeView({ .Width = 1, .Height = 1 }, Centred(2.0));
  const RenderSettings settings{ .SampleDistance = 0.1, .Component = Magnitude };
  CHECK(Render(model, Constant(0.25f), view, function, settings).At(0, 0)[0] == doctest::Approx(-0.5).epsilon(1e-3));
}

TEST_CASE("marcher: a volume one point thin, a flat one and an empty picture draw nothing")
{
  const View view = MakeView(Oblique(true), Centred(2.0));
  for (Association kind : { Association::Points, Association::Cells })
  {
    Model model = MakeModel({ 8, 0, 8 });
    model.Array.Kind = kind;
    const Image image = Render(model, Constant(0.5f), view, Fog(0.5f), { .SampleDistance = 0.1 });
    CHECK(std::all_of(image.Pixels.begin(), image.Pixels.end(), [](const Rgba& pixel) { return pixel == Rgba{}; }));
  }
  View empty = view;
  empty.Width = 0;
  CHECK(Render(MakeModel({ 8, 8, 8 }), Constant(0.5f), empty, Fog(0.5f), {}).Pixels.empty());
}

TEST_CASE("marcher: what does not fit is refused by name")
{
  const Model model = MakeModel({ 8, 8, 8 });
  const View view = MakeView(Oblique(true), Centred(2.0));
  const auto draw = [&](const Model& drawn, const View& from, const RenderSettings& settings)
  { return Render(drawn, Constant(0.5f), from, Fog(0.5f), settings); };
  CHECK_THROWS_WITH_AS(
    draw(model, view, { .SampleDistance = 0.0 }), doctest::Contains("sample distance"), std::invalid_argument);
  CHECK_THROWS_WITH_AS(
    draw(model, view, { .SampleDistance = 1e-9 }), doctest::Contains("million"), std::invalid_argument);
  CHECK_THROWS_WITH_AS(
    draw(model, view, { .OpacityUnitDistance = -1.0 }), doctest::Contains("opacity unit"), std::invalid_argument);
  const double nan = std::numeric_limits<double>::quiet_NaN();
  CHECK_THROWS_WITH_AS(draw(model, view, { .SampleDistance = 0.1, .Cropping = { .Planes = { nan, 1, 0, 1, 0, 1 } } }),
    doctest::Contains("cropping"), std::invalid_argument);
  CHECK_THROWS_WITH_AS(draw(model, view, { .SampleDistance = 0.1, .ClippingPlanes = { { { 1, nan, 0 }, 0 } } }),
    doctest::Contains("clipping"), std::invalid_argument);
  CHECK_THROWS_WITH_AS(draw(MakeModel({ 8, 8, 8 }, 2), view, {}), doctest::Contains("outputs"), std::invalid_argument);
  View broken = view;
  broken.ClipToUnit[3] = nan;
  CHECK_THROWS_WITH_AS(draw(model, broken, {}), doctest::Contains("matrix"), std::invalid_argument);
  Model masked = model;
  masked.Invalid.assign(63, 0);
  CHECK_THROWS_WITH_AS(draw(masked, view, {}), doctest::Contains("mask"), std::invalid_argument);
}

TEST_CASE("marcher: jitter changes nothing in what is homogeneous")
{
  const View view = MakeView(Oblique(false), Skewed());
  RenderSettings settings{ .SampleDistance = 0.3, .OpacityUnitDistance = 0.7 };
  const Image regular = Render(MakeModel({ 5, 6, 7 }), Constant(0.5f), view, Fog(0.3f), settings);
  settings.Jitter = true;
  const Image jittered = Render(MakeModel({ 5, 6, 7 }), Constant(0.5f), view, Fog(0.3f), settings);
  for (std::size_t i = 0; i < regular.Pixels.size(); ++i)
  {
    CHECK(jittered.Pixels[i][3] == doctest::Approx(regular.Pixels[i][3]).epsilon(Tolerance));
  }
}

namespace
{

/// Mean over 8 x 8 blocks of the squared difference in opacity between the blocks' means of two pictures.
double BlockError(const Image& one, const Image& other)
{
  constexpr int block = 8;
  double sum = 0.0;
  for (int y = 0; y + block <= one.Height; y += block)
  {
    for (int x = 0; x + block <= one.Width; x += block)
    {
      double difference = 0.0;
      for (int i = 0; i < block * block; ++i)
      {
        difference += one.At(x + i % block, y + i / block)[3] - other.At(x + i % block, y + i / block)[3];
      }
      sum += difference * difference;
    }
  }
  return sum;
}

} // namespace

TEST_CASE("marcher: jitter takes the rings off a thin sheet that long steps hit or miss")
{
  const AnalyticField ramp = RampAlongX();
  std::vector<Rgba> entries(21, Rgba{ 1, 1, 1, 0 });
  entries[10][3] = 0.2f;
  const TransferFunction sheet(std::move(entries), 0.0, 1.0);
  Camera camera = Oblique(true);
  camera.Size = 0.8;
  camera.Width = camera.Height = 64;
  const View view = MakeView(camera, Centred(2.0));
  const Model model = MakeModel({ 8, 8, 8 });
  RenderSettings settings{ .SampleDistance = 0.01 };
  const Image exact = Render(model, ramp, view, sheet, settings);
  settings.SampleDistance = 0.6;
  const double rings = BlockError(Render(model, ramp, view, sheet, settings), exact);
  settings.Jitter = true;
  CHECK(BlockError(Render(model, ramp, view, sheet, settings), exact) < 0.1 * rings);
}
