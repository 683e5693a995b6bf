// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "Scenes.h"

#include "render/paths/PathTracer.h"

#include <doctest/doctest.h>

#include <cmath>
#include <numbers>

using namespace neuralvolume;
using namespace neuralvolume::scenes;

namespace
{

const Placement Cube = { { { { 2, 0, 0 }, { 0, 2, 0 }, { 0, 0, 2 } } }, { -1, -1, -1 } };

struct Mean
{
  std::array<double, 4> Colour = {};
  double Spread = 0.0; ///< standard deviation of the pixels' red
};

Mean MeanOf(const Image& image)
{
  Mean mean;
  double squares = 0.0;
  for (const Rgba& pixel : image.Pixels)
  {
    for (std::size_t channel = 0; channel < 4; ++channel)
    {
      mean.Colour[channel] += pixel[channel] / double(image.Pixels.size());
    }
    squares += pixel[0] * pixel[0] / double(image.Pixels.size());
  }
  mean.Spread = std::sqrt(squares - mean.Colour[0] * mean.Colour[0]);
  return mean;
}

PathSettings Paths(int passes, int collisions)
{
  return { .AreTraced = true, .Passes = passes, .Noise = 0.0f, .MaximumCollisions = collisions };
}

/// Looks along -z into the middle of the box.
const Camera Inwards{ .Size = 0.2, .Width = 16, .Height = 16 };

} // namespace

TEST_CASE("paths: phase functions integrate to one, and are sampled as they are")
{
  for (float anisotropy : { 0.0f, 0.6f, -0.8f })
  {
    const PhaseFunction phase(anisotropy);
    double integral = 0.0;
    double cosines = 0.0;
    const int steps = 20000;
    for (int i = 0; i < steps; ++i)
    {
      const double cosine = -1.0 + 2.0 * (i + 0.5) / steps;
      const double density = 2.0 * std::numbers::pi * phase.Evaluate(float(cosine)) * 2.0 / steps;
      integral += density;
      cosines += density * cosine;
    }
    CHECK(integral == doctest::Approx(1.0).epsilon(1e-3));
    CHECK(cosines == doctest::Approx(anisotropy).epsilon(1e-3));
    RandomSequence random(7);
    const Vector3f before = neuralvolume::Normalise({ 0.3f, -0.5f, 0.8f });
    double sampled = 0.0;
    for (int i = 0; i < steps; ++i)
    {
      const float u = random.Next();
      sampled += neuralvolume::Dot(before, phase.Sample(before, u, random.Next())) / steps;
    }
    CHECK(std::abs(sampled - anisotropy) < 0.02);
  }
}

TEST_CASE("paths: no energy is lost or won where nothing is absorbed")
{
  const AnalyticField ramp(1, [](const Vector3& p, float* values) { values[0] = float(p[0]); });
  const TransferFunction white({ { 1, 1, 1, 0 }, { 1, 1, 1, 0.9f } }, 0.0, 1.0);
  for (float anisotropy : { 0.0f, 0.5f })
  {
    RenderSettings settings{ .SampleDistance = 0.1, .OpacityUnitDistance = 0.5, .Paths = Paths(4, 100000) };
    settings.Paths.Anisotropy = anisotropy;
    const Camera camera{ .Position = { 3, 2, 4 }, .Size = 1.5 };
    const Image image = Render(MakeModel({ 24, 24, 24 }), ramp, MakeView(camera, Cube), white, settings);
    for (const Rgba& pixel : image.Pixels) // the light from all around is 1, wherever a path leaves
    {
      CHECK(pixel[0] == doctest::Approx(pixel[3]).epsilon(1e-4));
    }
  }
}

TEST_CASE("paths: what covers a pixel is what a marched ray absorbs")
{
  const AnalyticField ramp(1, [](const Vector3& p, float* values) { values[0] = float(p[2]); });
  const TransferFunction fog({ { 1, 1, 1, 0 }, { 1, 1, 1, 0.8f } }, 0.0, 1.0);
  RenderSettings settings{ .SampleDistance = 0.01, .OpacityUnitDistance = 1.0 };
  const Model model = MakeModel({ 16, 16, 40 });
  const double marched = MeanOf(Render(model, ramp, MakeView(Inwards, Cube), fog, settings)).Colour[3];
  settings.Paths = Paths(64, 1);
  const double traced = MeanOf(Render(model, ramp, MakeView(Inwards, Cube), fog, settings)).Colour[3];
  const double error = std::sqrt(marched * (1.0 - marched) / (64 * 16 * 16));
  CHECK(std::abs(traced - marched) < 4.0 * error);
}

TEST_CASE("paths: light that is scattered once is the integral over the ray")
{
  // Extinction grows along z; a light from the side meets sigma(z) all along its way
  const AnalyticField ramp(1, [](const Vector3& p, float* values) { values[0] = float(p[2]); });
  const double opacity = 0.7;
  const TransferFunction fog({ { 0.8f, 0.6f, 0.4f, 0 }, { 0.8f, 0.6f, 0.4f, float(opacity) } }, 0.0, 1.0);
  for (float anisotropy : { 0.0f, 0.4f })
  {
    RenderSettings settings{ .SampleDistance = 0.01, .OpacityUnitDistance = 1.0, .Paths = Paths(256, 1) };
    settings.Lighting.Lights[0] = { { 1.0f, 0.0f, 0.0f }, { 1.0f, 1.0f, 1.0f } };
    settings.Lighting.Count = 1;
    settings.Paths.Anisotropy = anisotropy;
    settings.Paths.Environment = { 0, 0, 0 };
    Camera camera = Inwards;
    camera.Size = 0.01;
    const Mean traced = MeanOf(Render(MakeModel({ 32, 32, 128 }), ramp, MakeView(camera, Cube), fog, settings));
    const auto extinction = [=](double z) { return -std::log(1.0 - opacity * 0.5 * (z + 1.0)); };
    double integral = 0.0;
    double depth = 0.0;
    const int steps = 4000;
    for (int i = 0; i < steps; ++i)
    {
      const double sigma = extinction(1.0 - 2.0 * (i + 0.5) / steps);
      const double length = 2.0 / steps;
      integral += sigma * length * std::exp(-depth - 0.5 * sigma * length - sigma * 1.0); // 1: from the middle out
      depth += sigma * length;
    }
    const double expected = 0.8 * integral * std::numbers::pi * PhaseFunction(anisotropy).Evaluate(0.0f);
    const double error = traced.Spread / 16.0;
    CHECK(error < 0.02 * expected);
    CHECK(std::abs(traced.Colour[0] - expected) < 4.0 * error + 0.005 * expected);
    CHECK(traced.Colour[1] == doctest::Approx(traced.Colour[0] * 0.75).epsilon(1e-4));
  }
}

TEST_CASE("paths: a tile is done when its noise is small")
{
  RenderSettings settings{ .SampleDistance = 0.1, .OpacityUnitDistance = 1.0, .Paths = Paths(1000000, 4) };
  settings.Paths.Noise = 0.05f;
  const Model model = MakeModel({ 8, 8, 8 });
  const AnalyticField field = Constant(0.5f);
  Renderer renderer(model, field, GetMarcher());
  renderer.Begin(MakeView(Inwards, Cube), Fog(0.5f), settings);
  renderer.Finish(); // ends
  CHECK(MeanOf(renderer.GetImage()).Colour[3] == doctest::Approx(Absorbed(0.5, 2.0)).epsilon(0.05));
}

TEST_CASE("paths: what is cropped scatters nothing and throws no shadow")
{
  RenderSettings settings{ .SampleDistance = 0.1, .OpacityUnitDistance = 0.2, .Paths = Paths(64, 1) };
  settings.Paths.Environment = { 0, 0, 0 };
  settings.Lighting.Lights[0] = { { 1.0f, 0.0f, 0.0f }, { 1.0f, 1.0f, 1.0f } };
  settings.Lighting.Count = 1;
  const auto render = [&] {
    return Render(MakeModel({ 16, 16, 16 }), Constant(0.5f), MakeView(Inwards, Cube), Fog(0.5f), settings);
  };
  const double whole = MeanOf(render()).Colour[0];
  settings.Cropping.Planes = { 0.0, 0.56, 0.0, 1.0, 0.0, 1.0 }; // up to a little beyond what is seen, towards the light
  settings.Cropping.Regions = 0x0002000;
  CHECK(MeanOf(render()).Colour[0] > 4.0 * whole);
}
