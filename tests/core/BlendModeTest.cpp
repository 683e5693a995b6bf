// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "Scenes.h"

#include <doctest/doctest.h>

#include <cmath>

using namespace neuralvolume;
using namespace neuralvolume::scenes;

namespace
{

/// Colours that tell the value: red is the value, opacity half of it.
const TransferFunction Telling({ { 0, 0.5f, 1, 0 }, { 1, 0.5f, 1, 0.5f } }, 0.0, 1.0);
constexpr double HalfEntry = 0.5 / (ColourTable::Size - 1);

/// Of the ray in the middle of a picture one pixel large, looking along +x into the unit cube.
Rgba AlongX(const Evaluator& field, RenderSettings settings, const TransferFunction& function = Telling)
{
  const Camera camera{ .Position = { -1, 0.5, 0.5 }, .Target = { 0, 0.5, 0.5 }, .Width = 1, .Height = 1 };
  settings.SampleDistance = 1.0 / 400;
  return Render(MakeModel({ 256, 8, 8 }), field, MakeView(camera, {}), function, settings).At(0, 0);
}

AnalyticField Hill()
{
  return AnalyticField(1, [](const Vector3& p, float* values) { values[0] = float(0.2 + 2.4 * p[0] * (1.0 - p[0])); });
}

} // namespace

TEST_CASE("blend modes: the extremes of a field along a ray")
{
  const Rgba maximum = AlongX(Hill(), { .BlendMode = BlendMode::MaximumIntensity });
  const double largest = 0.8;
  CHECK(maximum[3] == doctest::Approx(0.5 * largest).epsilon(1e-3));
  CHECK(maximum[0] == doctest::Approx(0.5 * largest * largest).epsilon(1e-3));
  const Rgba minimum = AlongX(Hill(), { .BlendMode = BlendMode::MinimumIntensity });
  CHECK(minimum[3] == doctest::Approx(0.5 * 0.2).epsilon(0.03)); // the first step's middle lies inside
}

TEST_CASE("blend modes: the average and the integral of values times opacities")
{
  const double mean = 0.5 / 3.0; // of x * x / 2
  const Rgba average = AlongX(RampAlongX(), { .BlendMode = BlendMode::Average });
  CHECK(average[0] == doctest::Approx(mean).epsilon(1e-3));
  CHECK(average[2] == average[0]);
  CHECK(average[3] == 1.0f);
  const Rgba sum = AlongX(RampAlongX(), { .OpacityUnitDistance = 0.25, .BlendMode = BlendMode::Additive });
  CHECK(sum[1] == doctest::Approx(4.0 * mean).epsilon(1e-3));
  CHECK(AlongX(RampAlongX(), { .OpacityUnitDistance = 0.01, .BlendMode = BlendMode::Additive })[0] == 1.0f);
}

TEST_CASE("blend modes: isosurfaces are composited in the order in which a ray meets them")
{
  const double low = 0.3;
  const double high = 0.7;
  RenderSettings settings{ .BlendMode = BlendMode::Isosurface, .IsoValues = { high, low, 3.0 } };
  const Rgba forward = AlongX(RampAlongX(), settings);
  const double seen = 1.0 - 0.5 * low;
  CHECK(forward[3] == doctest::Approx(0.5 * low + seen * 0.5 * high).epsilon(1e-3));
  CHECK(forward[0] == doctest::Approx(0.5 * low * low + seen * 0.5 * high * high).epsilon(1e-3));
  // A hill has each value twice
  const double behind = (1.0 - 0.5 * 0.5) * (1.0 - 0.5 * 0.5);
  CHECK(AlongX(Hill(), { .BlendMode = BlendMode::Isosurface, .IsoValues = { 0.5 } })[3] ==
        doctest::Approx(1.0 - behind).epsilon(1e-3));
}

TEST_CASE("blend modes: isosurfaces lie where the field has their values, seen from anywhere")
{
  const AnalyticField sphere(
    1, [](const Vector3& p, float* values) { values[0] = float(std::hypot(p[0] - 0.5, p[1] - 0.5, p[2] - 0.5)); });
  const Model model = MakeModel({ 64, 64, 64 });
  const Placement box = { { { { 2, 0, 0 }, { 0, 2, 0 }, { 0, 0, 2 } } }, { -1, -1, -1 } };
  const TransferFunction opaque({ { 1, 1, 1, 1 } }, 0.0, 1.0);
  for (const Vector3& position : { Vector3{ 0, 0, 5 }, Vector3{ 3, 2, 4 }, Vector3{ -4, 1, -2 } })
  {
    const Camera camera{ .Position = position, .Size = 1.0, .Width = 64, .Height = 64 };
    const double radius = 0.6; // in the world
    const RenderSettings settings{
      .SampleDistance = 1.0 / 32, .BlendMode = BlendMode::Isosurface, .IsoValues = { radius / 2 }
    };
    const Image image = Render(model, sphere, MakeView(camera, box), opaque, settings);
    int covered = 0;
    for (const Rgba& pixel : image.Pixels)
    {
      CHECK((pixel[3] == 0.0f || pixel[3] == doctest::Approx(1.0)));
      covered += pixel[3] > 0.5f;
    }
    CHECK(covered == doctest::Approx(std::numbers::pi * radius * radius * 32 * 32).epsilon(0.02));
    // Rays that end right before it do not see it
    const double distance = std::sqrt(Dot(position, position)) - radius;
    for (double margin : { -0.01, 0.01 })
    {
      const std::vector<float> depths(64 * 64, float(camera.WindowDepth(distance + margin)));
      const Image cut = Render(model, sphere, MakeView(camera, box), opaque, settings, { .Far = depths.data() });
      CHECK(cut.At(32, 32)[3] == doctest::Approx(margin > 0.0 ? 1.0 : 0.0));
    }
  }
}

TEST_CASE("blend modes: skipping empty space loses nothing of isosurfaces")
{
  const AnalyticField waves(1, [](const Vector3& p, float* values)
    { values[0] = float(0.5 + 0.5 * std::sin(20 * p[0]) * std::sin(17 * p[1]) * std::sin(23 * p[2])); });
  const Placement box = { { { { 2, 0, 0 }, { 0, 2, 0 }, { 0, 0, 2 } } }, { -1, -1, -1 } };
  const Camera camera{ .Position = { 3, 2, 4 }, .Size = 1.6, .Width = 48, .Height = 48 };
  RenderSettings settings{
    .SampleDistance = 1.0 / 30, .Jitter = true, .BlendMode = BlendMode::Isosurface, .IsoValues = { 0.4, 0.8 }
  };
  const Image skipped = Render(MakeModel({ 60, 60, 60 }), waves, MakeView(camera, box), Telling, settings);
  settings.SkipEmptySpace = false;
  CHECK(skipped.Pixels == Render(MakeModel({ 60, 60, 60 }), waves, MakeView(camera, box), Telling, settings).Pixels);
  CHECK(skipped.At(24, 24)[3] > 0.0f);
}

TEST_CASE("blend modes: a slice shows the value where a ray passes the plane")
{
  for (double x : { 0.25, 0.5, 0.9 })
  {
    const ClippingPlane plane{ { 2.0, 0.0, 0.0 }, -2.0 * x };
    const Rgba pixel = AlongX(RampAlongX(), { .BlendMode = BlendMode::Slice, .SlicePlane = plane });
    CHECK(pixel[3] == doctest::Approx(0.5 * x).epsilon(1e-3));
    CHECK(std::abs(pixel[0] - pixel[3] * x) < HalfEntry);
  }
  const ClippingPlane outside{ { 1.0, 0.0, 0.0 }, 0.5 };
  CHECK(AlongX(RampAlongX(), { .BlendMode = BlendMode::Slice, .SlicePlane = outside })[3] == 0.0f);
}
