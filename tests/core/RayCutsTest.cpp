// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "Scenes.h"

#include <doctest/doctest.h>

using namespace neuralvolume;
using namespace neuralvolume::scenes;

namespace
{

constexpr double Tolerance = 2e-5;
constexpr double Opacity = 0.4;
// As vtkVolumeMapper.h has them
constexpr std::uint32_t CropSubvolume = 0x0002000;
constexpr std::uint32_t CropFence = 0x2ebfeba;
constexpr std::uint32_t CropInvertedFence = 0x5140145;
constexpr std::uint32_t CropCross = 0x0417410;
constexpr std::uint32_t CropInvertedCross = 0x7be8bef;

const Vector3 Zero = { 0, 0, 0 };
const Vector3 One = { 1, 1, 1 };
const Placement Brick = { { { { 2, 0, 0 }, { 0, 1, 0 }, { 0, 0, 3 } } }, { -1, -0.5, -1.5 } };

Camera Oblique(bool parallel)
{
  return { .Position = { 2, 3, 4 },
    .Parallel = parallel,
    .Size = parallel ? 2.0 : 0.4,
    .Near = 0.5,
    .Far = 20.0,
    .Width = 12,
    .Height = 12 };
}

Image DrawFog(const Camera& camera, const RenderSettings& settings, const float* depth = nullptr)
{
  return Render(
    MakeModel({ 8, 8, 8 }), Constant(0.5f), MakeView(camera, Brick), Fog(Opacity), settings, { .Far = depth });
}

/// Compares each pixel with the opacity of the length that expected(x, y) gives.
template <typename Expected>
void CheckLengths(const Camera& camera, const Image& image, Expected expected)
{
  double longest = 0.0;
  for (int y = 0; y < camera.Height; ++y)
  {
    for (int x = 0; x < camera.Width; ++x)
    {
      const double length = expected(x, y);
      CHECK(image.At(x, y)[3] == doctest::Approx(Absorbed(Opacity, length)).epsilon(Tolerance));
      longest = std::max(longest, length);
    }
  }
  CHECK(longest > 0.2);
}

/// The drawn length, region by region: each is a box.
double LengthInRegions(const Camera& camera, const Cropping& cropping, int x, int y)
{
  double length = 0.0;
  for (int region = 0; region < 27; ++region)
  {
    const std::array<int, 3> index = { region % 3, region / 3 % 3, region / 9 };
    Vector3 low;
    Vector3 high;
    for (std::size_t axis = 0; axis < 3; ++axis)
    {
      const double cuts[4] = { 0.0, cropping.Planes[2 * axis], cropping.Planes[2 * axis + 1], 1.0 };
      low[axis] = cuts[index[axis]];
      high[axis] = cuts[index[axis] + 1];
    }
    length += (cropping.Regions >> region & 1u) * LengthInBox(camera, Brick, x, y, low, high);
  }
  return length;
}

} // namespace

TEST_CASE("marcher: rays end exactly at the depth that was drawn before")
{
  for (bool parallel : { true, false })
  {
    const Camera camera = Oblique(parallel);
    std::vector<float> depth;
    std::vector<double> ends;
    for (int y = 0; y < camera.Height; ++y)
    {
      for (int x = 0; x < camera.Width; ++x)
      {
        const double inFront = 4.0 + 0.15 * (x + y % 3); // along the camera's axis
        const double window = camera.WindowDepth(inFront);
        depth.push_back(float(window));
        const double cosine = Dot(camera.Direction(x, y), camera.Forward());
        ends.push_back(inFront / cosine);
      }
    }
    const Image image = DrawFog(camera, { .SampleDistance = 0.11 }, depth.data());
    CheckLengths(camera, image,
      [&](int x, int y)
      { return LengthInBox(camera, Brick, x, y, Zero, One, 0.0, ends[std::size_t(y) * camera.Width + x]); });
  }
}

TEST_CASE("marcher: window depth 1 and beyond is the far plane, 0 and below the near plane")
{
  const Camera camera = Oblique(false);
  const std::size_t pixels = std::size_t(camera.Width) * camera.Height;
  const RenderSettings settings{ .SampleDistance = 0.1 };
  const auto drawTo = [&](float depth)
  { return DrawFog(camera, settings, std::vector<float>(pixels, depth).data()).Pixels; };
  CHECK(drawTo(1.0f) == DrawFog(camera, settings).Pixels);
  CHECK(drawTo(1.5f) == DrawFog(camera, settings).Pixels);
  CHECK(drawTo(0.0f) == std::vector<Rgba>(pixels));
  CHECK(drawTo(-1.0f) == std::vector<Rgba>(pixels));
}

TEST_CASE("marcher: inside the volume rays begin at the near plane, and the far plane cuts them")
{
  Camera camera = Oblique(false);
  camera.Position = { 0.3, 0.1, 0.6 };
  camera.Target = { -1, 0.2, -1 };
  camera.Near = 0.2;
  camera.Far = 1.4;
  CheckLengths(camera, DrawFog(camera, { .SampleDistance = 0.07 }),
    [&](int x, int y)
    {
      const double cosine = Dot(camera.Direction(x, y), camera.Forward());
      return LengthInBox(camera, Brick, x, y, Zero, One, camera.Near / cosine, camera.Far / cosine);
    });
}

TEST_CASE("marcher: cropping draws the regions that are flagged, cut at the planes")
{
  const Cropping whole{ .Planes = { 0.3, 0.55, 0.2, 0.7, 0.45, 0.8 } };
  for (bool parallel : { true, false })
  {
    const Camera camera = Oblique(parallel);
    for (std::uint32_t regions :
      { CropSubvolume, CropFence, CropInvertedFence, CropCross, CropInvertedCross, 1u << 26 })
    {
      Cropping cropping = whole;
      cropping.Regions = regions;
      CheckLengths(camera, DrawFog(camera, { .SampleDistance = 0.17, .Cropping = cropping }),
        [&](int x, int y) { return LengthInRegions(camera, cropping, x, y); });
    }
    CHECK(DrawFog(camera, { .SampleDistance = 0.17, .Cropping = whole }).Pixels ==
          DrawFog(camera, { .SampleDistance = 0.17 }).Pixels);
  }
}

TEST_CASE("marcher: rays within a cropping plane see one of its sides")
{
  Camera camera{ .Position = { -5, 0, 0 }, .Size = 1e-9, .Width = 1, .Height = 1 }; // along y = z = 0 of the world
  const Cropping cropping{ .Planes = { 0.25, 0.75, 0.5, 1.0, 0.5, 1.0 }, .Regions = CropSubvolume };
  const double alpha = DrawFog(camera, { .SampleDistance = 0.1, .Cropping = cropping }).At(0, 0)[3];
  const bool drawn = alpha == doctest::Approx(Absorbed(Opacity, 1.0)).epsilon(Tolerance);
  CHECK((drawn || alpha == 0.0));
}

TEST_CASE("marcher: clipping planes keep their positive side")
{
  const Camera camera = Oblique(false);
  const RenderSettings settings{ .SampleDistance = 0.1,
    .ClippingPlanes = { { { 1, 0, 0 }, -0.25 }, { { 0, 0, -2 }, 1.2 } } };
  CheckLengths(camera, DrawFog(camera, settings),
    [&](int x, int y) {
      return LengthInBox(camera, Brick, x, y, { 0.25, 0, 0 }, { 1, 1, 0.6 });
    });
  const RenderSettings nothing{ .SampleDistance = 0.1,
    .ClippingPlanes = { { { 1, 0, 0 }, -0.6 }, { { -1, 0, 0 }, 0.5 } } };
  CHECK(DrawFog(camera, nothing).Pixels == std::vector<Rgba>(144));
}

TEST_CASE("marcher: what is cut off moves no sample of what is left")
{
  const Camera camera = Oblique(true);
  const TransferFunction edge({ { 1, 1, 1, 0 }, { 1, 1, 1, 0 }, { 1, 1, 1, 0.9f }, { 1, 1, 1, 0.9f } }, 0.0, 1.0);
  const auto draw = [&](const RenderSettings& settings) {
    return Render(MakeModel({ 8, 8, 8 }), RampAlongX(), MakeView(camera, Brick), edge, settings);
  };
  RenderSettings cropped{ .SampleDistance = 0.2 };
  const Image whole = draw(cropped);
  cropped.Cropping = { .Planes = { 0.2, 1, 0, 1, 0, 1 },
    .Regions = CropSubvolume }; // nothing is to be seen below x = 1/3
  const Image part = draw(cropped);
  for (std::size_t pixel = 0; pixel < whole.Pixels.size(); ++pixel)
  {
    CHECK(part.Pixels[pixel][3] == doctest::Approx(whole.Pixels[pixel][3]).epsilon(1e-6));
  }
}
