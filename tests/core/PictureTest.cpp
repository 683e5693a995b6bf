// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "Scenes.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <thread>
#include <vector>

using namespace neuralvolume;
using namespace neuralvolume::scenes;

namespace
{

const Placement Box = { { { { 2, 0, 0 }, { 0, 2, 0 }, { 0, 0, 2 } } }, { -1, -1, -1 } };
const Camera Oblique{ .Position = { 3, 2, 4 }, .Size = 1.6, .Width = 200, .Height = 160 };
const RenderSettings Settings{ .SampleDistance = 0.02, .OpacityUnitDistance = 0.5, .Jitter = true };
const Index Samples = { 96, 96, 96 };
constexpr std::size_t BrickBytes = 2 * 17 * 17 * 17;

AnalyticField Waves()
{
  return AnalyticField(1, [](const Vector3& p, float* values)
    { values[0] = float(0.5 + 0.5 * std::sin(9 * p[0]) * std::sin(7 * p[1]) * std::sin(8 * p[2])); });
}

TransferFunction Peak(float opacity)
{
  return TransferFunction(
    { { 1, 0, 0, 0 }, { 1, 1, 0, 0 }, { 0, 1, 1, opacity }, { 0, 0, 1, 0 }, { 1, 0, 1, 0 } }, 0.0, 1.0);
}

/// Of opacities.
double LargestDifference(const Image& a, const Image& b)
{
  double largest = 0.0;
  for (std::size_t i = 0; i < a.Pixels.size(); ++i)
  {
    largest = std::max(largest, double(std::abs(a.Pixels[i][3] - b.Pixels[i][3])));
  }
  return largest;
}

} // namespace

TEST_CASE("picture: slices of time add up to the whole")
{
  const Model model = MakeModel(Samples);
  const AnalyticField field = Waves();
  Renderer renderer(model, field, GetMarcher());
  renderer.Begin(MakeView(Oblique, Box), Peak(0.5f), Settings);
  int slices = 1;
  while (!renderer.Continue(std::chrono::duration<double>(0.0)))
  {
    ++slices;
  }
  CHECK(slices > 10);
  CHECK(renderer.GetImage().Pixels == Render(model, field, MakeView(Oblique, Box), Peak(0.5f), Settings).Pixels);
}

TEST_CASE("picture: a slice ends in time, though a tile needs many bricks")
{
  const Model model = MakeModel({ 256, 256, 256 });
  const AnalyticField waves = Waves();
  std::atomic<int> calls = 0;
  // A brick takes a millisecond, the tile that needs most of them some hundred bricks
  const AnalyticField slow(1,
    [&](const Vector3& p, float* values)
    {
      if (calls++ % (17 * 17 * 17) == 0)
      {
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
      }
      values[0] = float(0.5 + 0.5 * std::sin(9 * p[0]) * std::sin(7 * p[1]) * std::sin(8 * p[2]));
    });
  Camera camera = Oblique;
  camera.Width = 48;
  camera.Height = 48;
  camera.Size = 0.3;
  const TransferFunction faint({ { 1, 1, 1, 0.002f } }, 0.0, 1.0);
  Renderer renderer(model, slow, GetMarcher());
  renderer.Begin(MakeView(camera, Box), faint, Settings);
  using Clock = std::chrono::steady_clock;
  std::vector<double> seconds;
  bool isComplete = false;
  while (!isComplete)
  {
    const Clock::time_point start = Clock::now();
    isComplete = renderer.Continue(std::chrono::milliseconds(5));
    seconds.push_back(std::chrono::duration<double>(Clock::now() - start).count());
  }
  CHECK(renderer.GetDecodedBricks() > 100);
  CHECK(seconds.size() > 10);
  std::ranges::nth_element(seconds, seconds.begin() + std::ptrdiff_t(seconds.size() / 2));
  CHECK(seconds[seconds.size() / 2] < 0.02);
  CHECK(renderer.GetImage().Pixels == Render(model, waves, MakeView(camera, Box), faint, Settings).Pixels);
}

TEST_CASE("picture: what is drawn of it is known, be it transparent or not")
{
  const Model model = MakeModel({ 24, 24, 24 });
  const AnalyticField field = Constant(0.5f);
  Renderer renderer(model, field, GetMarcher());
  const View view = MakeView(Oblique, Box);
  const Rgba before = { 0.1f, 0.2f, 0.3f, 0.4f };
  const std::size_t pixels = std::size_t(view.Width) * view.Height;
  const auto copied = [&]
  {
    Image image{ view.Width, view.Height, std::vector<Rgba>(pixels, before) };
    renderer.CopyDrawn(image);
    return image;
  };
  const auto count = [&](const Image& image) { return std::ranges::count(image.Pixels, before); };
  renderer.Begin(view, Fog(0.5f), Settings);
  CHECK(std::size_t(count(copied())) == pixels);
  renderer.Continue(std::chrono::seconds(0));
  const std::size_t missing = std::size_t(count(copied()));
  CHECK(missing > 0);
  CHECK(missing < pixels);
  renderer.Finish();
  CHECK(copied().Pixels == renderer.GetImage().Pixels);
  CHECK(copied().Pixels.front() == Rgba{}); // beside the box
}

TEST_CASE("picture: what is decoded stays, for other colours, cameras and opacities")
{
  const Model model = MakeModel(Samples);
  const AnalyticField field = Waves();
  Renderer renderer(model, field, GetMarcher());
  renderer.Begin(MakeView(Oblique, Box), Peak(0.1f), Settings);
  renderer.Finish();
  const std::uint64_t decoded = renderer.GetDecodedBricks();
  CHECK(decoded > 10);
  renderer.Begin(MakeView(Oblique, Box), Peak(0.05f), Settings);
  renderer.Finish();
  CHECK(renderer.GetDecodedBricks() == decoded);
  renderer.Begin(MakeView(Oblique, Box),
    TransferFunction({ { 0, 0, 0, 0 }, { 1, 1, 1, 0 }, { 1, 0, 0, 0.7f }, { 0, 0, 0, 0 }, { 0, 0, 0, 0 } }, 0.0, 1.0),
    Settings);
  const Image recoloured = renderer.Finish();
  CHECK(renderer.GetDecodedBricks() == decoded);
  // A map that shows other values gives the picture that it gives at first
  const TransferFunction all({ { 1, 1, 1, 0.02f } }, 0.0, 1.0);
  renderer.Begin(MakeView(Oblique, Box), all, Settings);
  CHECK(renderer.Finish().Pixels == Render(model, field, MakeView(Oblique, Box), all, Settings).Pixels);
}

TEST_CASE("picture: memory is bounded, and pictures are whole, whatever the camera does")
{
  const Model model = MakeModel(Samples);
  const AnalyticField field = Waves();
  const std::size_t bricks = 6 * 6 * 6;
  const std::size_t capacity = bricks / 3 * BrickBytes;
  Renderer small(model, field, GetMarcher(), capacity);
  Renderer large(model, field, GetMarcher());
  const TransferFunction all({ { 1, 1, 1, 0.02f }, { 0, 0, 1, 0.3f } }, 0.0, 1.0);
  for (int turn = 0; turn < 6; ++turn)
  {
    Camera camera = Oblique;
    camera.Position = { 4 * std::cos(turn), 4 * std::sin(turn), 2 };
    small.Begin(MakeView(camera, Box), all, Settings);
    large.Begin(MakeView(camera, Box), all, Settings);
    const Image& fewer = small.Finish();
    const Image& whole = large.Finish();
    CHECK(LargestDifference(fewer, whole) < 0.05); // a coarser level, not a hole
    CHECK(small.GetMemorySize() <= capacity);
  }
  CHECK(large.GetMemorySize() > capacity);
}

TEST_CASE("picture: where the camera shows less, what did not fit is drawn at the level of its pixels")
{
  const Model model = MakeModel(Samples);
  const AnalyticField field = Waves();
  const TransferFunction faint({ { 1, 1, 1, 0.001f }, { 0, 0, 1, 0.02f } }, 0.0, 1.0); // rays come to all bricks
  Renderer bounded(model, field, GetMarcher(), 6 * 6 * 6 / 3 * BrickBytes);
  Renderer whole(model, field, GetMarcher());
  const auto difference = [&](double size)
  {
    Camera camera = Oblique;
    camera.Size = size;
    camera.Width = camera.Height = 100;
    bounded.Begin(MakeView(camera, Box), faint, Settings);
    whole.Begin(MakeView(camera, Box), faint, Settings);
    const Image& some = bounded.Finish();
    const Image& all = whole.Finish();
    return LargestDifference(some, all);
  };
  const double far = Oblique.Size;
  CHECK(difference(far) > 1e-5); // a coarser level
  CHECK(difference(0.1 * far) == 0.0);
}

TEST_CASE("picture: a small one is drawn from fewer samples, or from those that are there")
{
  const Model model = MakeModel(Samples);
  const AnalyticField field = Waves();
  const TransferFunction all({ { 1, 1, 1, 0.02f }, { 0, 0, 1, 0.3f } }, 0.0, 1.0);
  const auto decodedFor = [&](Renderer& renderer, int width)
  {
    Camera camera = Oblique;
    camera.Width = width;
    camera.Height = width * 4 / 5;
    const std::uint64_t before = renderer.GetDecodedBricks();
    renderer.Begin(MakeView(camera, Box), all, Settings);
    renderer.Finish();
    return renderer.GetDecodedBricks() - before;
  };
  Renderer coarseFirst(model, field, GetMarcher());
  const std::uint64_t coarse = decodedFor(coarseFirst, 50);
  CHECK(decodedFor(coarseFirst, 400) > 6 * coarse);
  Renderer fineFirst(model, field, GetMarcher());
  CHECK(decodedFor(fineFirst, 400) > 0);
  CHECK(decodedFor(fineFirst, 50) == 0);
  // What did not fit once is not decoded in vain again, whatever was drawn in between
  Renderer bounded(model, field, GetMarcher(), 6 * 6 * 6 / 3 * BrickBytes);
  const std::uint64_t inVain = decodedFor(bounded, 400);
  decodedFor(bounded, 50);
  CHECK(decodedFor(bounded, 400) < inVain / 4);
}

TEST_CASE("picture: stretches of depth, one behind the other, make up the whole")
{
  const Model model = MakeModel({ 24, 24, 24 });
  const AnalyticField field = Constant(0.5f);
  const View view = MakeView(Oblique, Box);
  const std::vector<float> depths(std::size_t(view.Width) * view.Height, float(Oblique.WindowDepth(5.2)));
  const Image whole = Render(model, field, view, Fog(0.5f), Settings);
  const Image front = Render(model, field, view, Fog(0.5f), Settings, { .Far = depths.data() });
  const Image back = Render(model, field, view, Fog(0.5f), Settings, { .Near = depths.data() });
  double both = 0.0;
  for (std::size_t i = 0; i < whole.Pixels.size(); ++i)
  {
    const float alpha = front.Pixels[i][3] + (1.0f - front.Pixels[i][3]) * back.Pixels[i][3];
    CHECK(alpha == doctest::Approx(whole.Pixels[i][3]).epsilon(1e-4));
    both += front.Pixels[i][3] > 0.1f && back.Pixels[i][3] > 0.1f;
  }
  CHECK(both > 1000);
}

TEST_CASE("picture: steps that adapt to opacity are fewer, and absorb the same")
{
  const Model model = MakeModel(Samples);
  const AnalyticField field = Waves();
  const TransferFunction faint({ { 1, 1, 1, 0.02f }, { 0, 0, 1, 0.3f } }, 0.0, 1.0);
  RenderSettings settings = Settings;
  Renderer renderer(model, field, GetMarcher());
  renderer.Begin(MakeView(Oblique, Box), faint, settings);
  const Image equal = renderer.Finish();
  const std::uint64_t samples = renderer.GetSamples();
  settings.LongestStep = 6.0;
  renderer.Begin(MakeView(Oblique, Box), faint, settings);
  const Image adapted = renderer.Finish();
  CHECK(renderer.GetSamples() < samples / 2);
  double largest = 0.0;
  for (std::size_t i = 0; i < equal.Pixels.size(); ++i)
  {
    largest = std::max(largest, double(std::abs(equal.Pixels[i][3] - adapted.Pixels[i][3])));
  }
  CHECK(largest < 0.02);
}

TEST_CASE("picture: where few bricks may be decoded it is whole, but coarser where more are needed")
{
  const Model model = MakeModel({ 200, 200, 200 });
  const AnalyticField field = Waves();
  const TransferFunction all({ { 1, 1, 1, 0.02f }, { 0, 0, 1, 0.3f } }, 0.0, 1.0);
  Camera camera = Oblique;
  camera.Width = 400;
  camera.Height = 320;
  RenderSettings settings = Settings;
  Renderer renderer(model, field, GetMarcher());
  settings.MostDecodedBricks = 20;
  renderer.Begin(MakeView(camera, Box), all, settings);
  const Image limited = renderer.Finish();
  const std::uint64_t coarse = 7 * 7 * 7; // of 100 samples along an edge
  CHECK(renderer.GetDecodedBricks() <= 20 + coarse);
  settings = Settings;
  renderer.Begin(MakeView(camera, Box), all, settings);
  const Image& whole = renderer.Finish();
  CHECK(renderer.GetDecodedBricks() > 4 * coarse);
  double largest = 0.0;
  for (std::size_t i = 0; i < whole.Pixels.size(); ++i)
  {
    largest = std::max(largest, double(std::abs(whole.Pixels[i][3] - limited.Pixels[i][3])));
  }
  CHECK(largest < 0.05);
  CHECK(largest > 0.0);
}
