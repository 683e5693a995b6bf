// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "Scenes.h"

#include <doctest/doctest.h>

#include <cmath>

using namespace neuralvolume;
using namespace neuralvolume::scenes;

namespace
{

const Placement Box = { { { { 2, 0, 0 }, { 0, 2, 0 }, { 0, 0, 2 } } }, { -1, -1, -1 } };

std::array<float, 3> ToFloat(const Vector3& vector)
{
  return { float(vector[0]), float(vector[1]), float(vector[2]) };
}

Lighting LightFrom(const Vector3& direction)
{
  Lighting lighting{ .IsOn = true, .Ambient = 0.1f, .Diffuse = 0.7f, .Specular = 0.4f, .SpecularPower = 12.0f };
  lighting.Lights[0] = { ToFloat(Normalise(direction)), { 1.0f, 0.5f, 0.25f } };
  lighting.Count = 1;
  return lighting;
}

AnalyticField RampAlongZ()
{
  return AnalyticField(1, [](const Vector3& position, float* values) { values[0] = float(position[2]); });
}

/// Of the middle of a homogeneously opaque ramp along z, seen along -z.
Rgba Lit(const Lighting& lighting, float opacity, double step)
{
  const Camera camera{ .Size = 0.1, .Width = 3, .Height = 3 };
  const TransferFunction grey({ { 1, 1, 1, opacity } }, 0.0, 1.0);
  return Render(MakeModel({ 8, 8, 128 }), RampAlongZ(), MakeView(camera, Box), grey,
    { .SampleDistance = step, .OpacityLimit = 1.0f, .Lighting = lighting })
    .At(1, 1);
}

} // namespace

TEST_CASE("lighting: a sphere is lit as Phong says, on both sides")
{
  const double radius = 0.7;
  const AnalyticField sphere(
    1, [](const Vector3& p, float* values) { values[0] = float(std::hypot(p[0] - 0.5, p[1] - 0.5, p[2] - 0.5)); });
  const TransferFunction white({ { 1.0f, 0.8f, 0.6f, 1 } }, 0.0, 1.0);
  const Camera camera{ .Position = { 1, 2, 6 }, .Size = 1.0, .Width = 41, .Height = 41 };
  const Vector3 toLight = Normalise({ 0.5, 0.9, 0.6 });
  const Lighting lighting = LightFrom(toLight);
  const Image image = Render(MakeModel({ 96, 96, 96 }), sphere, MakeView(camera, Box), white,
    { .SampleDistance = 0.02, .BlendMode = BlendMode::Isosurface, .IsoValues = { radius / 2 }, .Lighting = lighting });
  const Vector3 toEye = Add({}, -1.0, camera.Forward());
  int checked = 0;
  for (int y = 0; y < camera.Height; ++y)
  {
    for (int x = 0; x < camera.Width; ++x)
    {
      const Vector3 across = camera.Offset(x, y);
      const double square = radius * radius - Dot(across, across);
      if (square < 0.05) // near the silhouette the ray passes the surface too flatly to compare
      {
        continue;
      }
      const Vector3 normal = Normalise(Add(across, std::sqrt(square), toEye));
      const double facing = Dot(normal, toLight);
      const double reflected = 2.0 * facing * Dot(normal, toEye) - Dot(toLight, toEye);
      const double shine = 0.4 * std::pow(std::max(reflected, 0.0), 12.0);
      CHECK(image.At(x, y)[0] == doctest::Approx(0.1 + 0.7 * std::abs(facing) + shine).epsilon(0.01));
      CHECK(image.At(x, y)[2] == doctest::Approx(0.06 + 0.25 * (0.6 * 0.7 * std::abs(facing) + shine)).epsilon(0.01));
      ++checked;
    }
  }
  CHECK(checked > 300);
}

TEST_CASE("lighting: normals stand on surfaces in the world, whatever spacing and shear")
{
  const Placement skewed = { { { { 1.2, -0.9, 0.3 }, { 0.7, 1.6, -0.2 }, { 0.1, 0.4, 2.5 } } }, { -0.9, -1.1, -1.4 } };
  const Camera camera{ .Position = { 3, 2, 5 }, .Target = { 0.1, -0.1, 0 }, .Size = 0.3, .Width = 5, .Height = 5 };
  // Planes of equal unit z hold the world images of the unit x and y axes
  const Vector3 normal = Normalise(Cross({ 1.2, 0.7, 0.1 }, { -0.9, 1.6, 0.4 }));
  const Vector3 toLight = Normalise({ 0.2, 0.7, 0.5 });
  Lighting lighting = LightFrom(toLight);
  lighting.Specular = 0.0f;
  const Image image = Render(MakeModel({ 12, 20, 33 }), RampAlongZ(), MakeView(camera, skewed),
    TransferFunction({ { 1, 1, 1, 0.999f } }, 0.0, 1.0),
    { .SampleDistance = 0.05, .OpacityUnitDistance = 0.05, .Lighting = lighting });
  const Rgba& pixel = image.At(2, 2);
  CHECK(pixel[0] / pixel[3] == doctest::Approx(0.1 + 0.7 * std::abs(Dot(normal, toLight))).epsilon(2e-3));
}

TEST_CASE("lighting: full shadows attenuate light as the volume before it does")
{
  Lighting lighting = LightFrom({ 0, 0, 1 }); // from where the camera stands
  lighting.Ambient = lighting.Specular = 0.0f;
  lighting.Diffuse = 1.0f;
  const float opacity = 0.6f;
  CHECK(Lit(lighting, opacity, 0.01)[0] == doctest::Approx(Absorbed(opacity, 2.0)).epsilon(1e-3));
  lighting.Shadows = Shadows::Full;
  const double there = Absorbed(opacity, 2.0);
  const double twoWay = 0.5 * Absorbed(opacity, 4.0); // in and out again
  CHECK(Lit(lighting, opacity, 0.01)[0] == doctest::Approx(twoWay).epsilon(0.02));
  lighting.Lights[0].Direction = { 0, 0, -1 }; // from behind: each way together crosses all of the volume
  const double crossed = -std::log(1.0 - opacity) * 2.0 * (1.0 - there);
  CHECK(Lit(lighting, opacity, 0.01)[0] == doctest::Approx(crossed).epsilon(0.03));
}

TEST_CASE("lighting: a single shadow is that of the sample that contributes most")
{
  Lighting lighting = LightFrom({ 0, 0, 1 });
  lighting.Ambient = lighting.Specular = 0.0f;
  lighting.Diffuse = 1.0f;
  lighting.Shadows = Shadows::Single;
  const float opacity = 0.6f;
  const double there = Absorbed(opacity, 2.0);
  CHECK(Lit(lighting, opacity, 0.01)[0] == doctest::Approx(there).epsilon(0.02)); // the first one: no shadow
  lighting.Lights[0].Direction = { 0, 0, -1 };
  CHECK(Lit(lighting, opacity, 0.01)[0] == doctest::Approx(there * (1.0 - there)).epsilon(0.02));
}
