// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "Scenes.h"

#include "backend/Backend.h"
#include "decode/MacroCells.h"
#include "network/Layout.h"

#include <doctest/doctest.h>

#include <atomic>
#include <memory>
#include <random>

using namespace neuralvolume;
using namespace neuralvolume::scenes;

namespace
{

using Random = std::mt19937;

double Uniform(Random& random, double low, double high)
{
  return std::uniform_real_distribution<double>(low, high)(random);
}

/// Waves along the axes, each component within [0, 1], and how steep it gets at most.
struct Waves
{
  std::vector<Vector3> Frequencies;
  std::vector<Vector3> Phases;

  double At(std::size_t component, const Vector3& position) const
  {
    double product = 1.0;
    for (std::size_t axis = 0; axis < 3; ++axis)
    {
      product *= std::sin(this->Frequencies[component][axis] * position[axis] + this->Phases[component][axis]);
    }
    return 0.5 + 0.5 * product;
  }

  /// By how much a component may change within half the extent of a box.
  double Variation(std::size_t component, const Vector3& halfExtent) const
  {
    double variation = 1e-6;
    for (std::size_t axis = 0; axis < 3; ++axis)
    {
      variation += 0.5 * std::abs(this->Frequencies[component][axis]) * halfExtent[axis];
    }
    return variation;
  }
};

Waves RandomWaves(Random& random, int components)
{
  Waves waves;
  for (int component = 0; component < components; ++component)
  {
    waves.Frequencies.push_back({ Uniform(random, 0, 5), Uniform(random, 0, 5), Uniform(random, 0, 5) });
    waves.Phases.push_back({ Uniform(random, 0, 6), Uniform(random, 0, 6), Uniform(random, 0, 6) });
  }
  return waves;
}

MacroCells BoundWaves(const Waves& waves, const Model& model, int cellSize)
{
  MacroCells cells;
  cells.CellSize = cellSize;
  const std::array<int, 3> samples = model.GetDimensions();
  for (std::size_t axis = 0; axis < 3; ++axis)
  {
    cells.Dimensions[axis] = (samples[axis] + cellSize - 1) / cellSize;
  }
  const Vector3 size = { double(cellSize) / samples[0], double(cellSize) / samples[1], double(cellSize) / samples[2] };
  const auto [nx, ny, nz] = cells.Dimensions;
  for (int cell = 0; cell < nx * ny * nz; ++cell)
  {
    const std::array<int, 3> index = { cell % nx, cell / nx % ny, cell / nx / ny };
    const Vector3 centre = { (index[0] + 0.5) * size[0], (index[1] + 0.5) * size[1], (index[2] + 0.5) * size[2] };
    for (std::size_t component = 0; component < waves.Phases.size(); ++component)
    {
      const ValueRange& range = model.Array.Ranges[component];
      const double variation = waves.Variation(component, Add({}, 0.5, size));
      for (double sign : { -1.0, 1.0 })
      {
        const double value = waves.At(component, centre) + sign * variation;
        cells.Bounds.push_back(float(range.Minimum + value * (range.Maximum - range.Minimum)));
      }
    }
  }
  return cells;
}

/// Mostly transparent, with a few opaque peaks.
TransferFunction RandomPeaks(Random& random)
{
  std::vector<Rgba> entries(64, Rgba{ 0.3f, 0.6f, 0.9f, 0.0f });
  for (int peak = 0; peak < 2; ++peak)
  {
    entries[std::size_t(Uniform(random, 0, 64))] = { float(Uniform(random, 0, 1)), 0.5f, 0.1f,
      float(Uniform(random, 0, 1)) };
  }
  return TransferFunction(entries, 0.0, 1.6);
}

Camera RandomCamera(Random& random)
{
  return { .Position = { Uniform(random, -4, 4), Uniform(random, -4, 4), Uniform(random, 1, 4) },
    .Parallel = Uniform(random, 0, 1) < 0.5,
    .Size = Uniform(random, 0.3, 1.2),
    .Width = 33,
    .Height = 21 };
}

/// Counts the positions that it is asked about.
class Counting final : public Evaluator
{
public:
  explicit Counting(const Evaluator& field)
    : Field(field)
  {
  }
  int GetOutputs() const override { return this->Field.GetOutputs(); }
  void Evaluate(const Positions& positions, std::size_t count, float* values) const override
  {
    this->Samples += count;
    this->Field.Evaluate(positions, count, values);
  }

  mutable std::atomic<std::size_t> Samples = 0;

private:
  const Evaluator& Field;
};

const Placement Box = { { { { 2, 0, 0 }, { 0, 2, 0 }, { 0, 0, 2 } } }, { -1, -1, -1 } };

} // namespace

TEST_CASE("empty space: skipping it changes no pixel, whatever the volume, the map and the camera")
{
  Random random(7);
  std::size_t asked = 0;
  std::size_t askedWithoutSkipping = 0;
  for (int trial = 0; trial < 40; ++trial)
  {
    const int components = 1 + trial % 2;
    Model model = MakeModel({ 60, 33, 71 }, components);
    model.Array.Kind = trial % 3 ? Association::Cells : Association::Points;
    const Waves waves = RandomWaves(random, components);
    model.MacroCells = BoundWaves(waves, model, 1 + trial % 5);
    const AnalyticField field(components,
      [&](const Vector3& position, float* values)
      {
        for (int component = 0; component < components; ++component)
        {
          values[component] = float(waves.At(std::size_t(component), position));
        }
      });
    const Counting counting(field);
    const View view = MakeView(RandomCamera(random), Box);
    const TransferFunction function = RandomPeaks(random);
    RenderSettings settings{ .SampleDistance = Uniform(random, 0.02, 0.3),
      .Component = components == 1 ? 0 : Magnitude,
      .Jitter = trial % 2 == 0 };
    if (trial % 4 == 0)
    {
      settings.Cropping = { .Planes = { 0.2, 0.6, 0.1, 0.7, 0.3, 0.8 }, .Regions = 0x5a5a5a5 };
    }
    const Image skipped = Render(model, counting, view, function, settings);
    asked += counting.Samples.exchange(0);
    settings.SkipEmptySpace = false;
    const Image brute = Render(model, counting, view, function, settings);
    askedWithoutSkipping += counting.Samples;
    CHECK(skipped.Pixels == brute.Pixels);
  }
  CHECK(asked > 0);
  CHECK(asked < askedWithoutSkipping * 3 / 4);
}

TEST_CASE("empty space: the macro cells of a network make no holes in its picture")
{
  Random random(3);
  Model model = MakeModel({ 48, 48, 48 });
  model.Network.Levels = 2;
  model.Network.BaseResolution = 4;
  model.Parameters.resize(MakeLayout(model.Network).Parameters);
  for (Half& parameter : model.Parameters)
  {
    parameter = ToHalf(float(Uniform(random, -0.4, 0.4)));
  }
  const std::unique_ptr<Evaluator> network = MakeEvaluator(model.Network, model.Parameters);
  model.MacroCells = ComputeMacroCells(model, *network, 2);
  const Counting counting(*network);
  std::size_t asked = 0;
  std::size_t askedWithoutSkipping = 0;
  for (int trial = 0; trial < 8; ++trial)
  {
    const View view = MakeView(RandomCamera(random), Box);
    const TransferFunction function = RandomPeaks(random);
    RenderSettings settings{ .SampleDistance = 0.03, .OpacityUnitDistance = 0.1 };
    const Image skipped = Render(model, counting, view, function, settings);
    asked += counting.Samples.exchange(0);
    settings.SkipEmptySpace = false;
    CHECK(skipped.Pixels == Render(model, counting, view, function, settings).Pixels);
    askedWithoutSkipping += counting.Samples.exchange(0);
  }
  CHECK(asked > 0);
  CHECK(asked < askedWithoutSkipping * 3 / 4);
}

TEST_CASE("empty space: rays along the axes, and steps that end on the cells' faces, lose no sample")
{
  Model model = MakeModel({ 16, 16, 16 });
  model.MacroCells = { 4, { 4, 4, 4 }, {} };
  const auto isSolid = [](int x, int y, int z) { return (x + y + z) % 2 == 0; };
  for (int cell = 0; cell < 64; ++cell)
  {
    const float maximum = isSolid(cell % 4, cell / 4 % 4, cell / 16) ? 1.0f : 0.0f;
    model.MacroCells.Bounds.insert(model.MacroCells.Bounds.end(), { 0.0f, maximum });
  }
  const AnalyticField checkers(1,
    [&](const Vector3& position, float* values)
    {
      const Vector3 p = Add({}, 4.0, position);
      const double waves =
        std::sin(p[0] * std::numbers::pi) * std::sin(p[1] * std::numbers::pi) * std::sin(p[2] * std::numbers::pi);
      values[0] = isSolid(int(p[0]), int(p[1]), int(p[2])) ? float(std::max(std::abs(waves) - 0.01, 0.0)) : 0.0f;
    });
  const TransferFunction function({ { 1, 1, 1, 0 }, { 1, 1, 1, 0.5f } }, 0.0, 1.0);
  for (int axis = 0; axis < 3; ++axis)
  {
    Camera camera{ .Size = 1.0, .Width = 8, .Height = 8 };
    camera.Position = { axis == 0 ? 5.0 : 0.125, axis == 1 ? -5.0 : 0.125, axis == 2 ? 5.0 : 0.125 };
    camera.Target = camera.Position;
    camera.Target[std::size_t(axis)] = 0.0;
    camera.Up = axis == 1 ? Vector3{ 0, 0, 1 } : Vector3{ 0, 1, 0 };
    for (double step : { 0.25, 0.125, 1.0 / 3.0 }) // ends, middles and thirds of steps on faces
    {
      RenderSettings settings{ .SampleDistance = step };
      const Image skipped = Render(model, checkers, MakeView(camera, Box), function, settings);
      settings.SkipEmptySpace = false;
      CHECK(skipped.Pixels == Render(model, checkers, MakeView(camera, Box), function, settings).Pixels);
    }
  }
}

TEST_CASE("empty space: nothing is asked of the network where nothing is to be seen")
{
  Model model = MakeModel({ 8, 8, 8 });
  model.MacroCells = { 8, { 1, 1, 1 }, { 1.0f, 0.0f } }; // a cell without values
  const AnalyticField field = Constant(0.5f);
  const Counting counting(field);
  const View view = MakeView({}, Box);
  Render(model, counting, view, Fog(0.5f), { .SampleDistance = 0.1 });
  CHECK(counting.Samples == 0);
  model.MacroCells.Bounds = { 0.0f, 1.0f };
  Render(model, counting, view, Fog(0.0f), { .SampleDistance = 0.1 });
  CHECK(counting.Samples == 0);
  Render(model, counting, view, Fog(0.1f), { .SampleDistance = 0.1 });
  CHECK(counting.Samples > 0);
}

TEST_CASE("empty space: bricks are decoded between the cells that rays skip before and behind them")
{
  Model model = MakeModel({ 8, 8, 96 });
  const AnalyticField field = Constant(0.5f);
  const Counting counting(field);
  const View view = MakeView({ .Size = 0.5, .Width = 10, .Height = 10 }, Box); // along z
  model.MacroCells = { 32, { 1, 1, 3 }, { 1.0f, 0.0f, 0.0f, 1.0f, 1.0f, 0.0f } };
  Render(model, counting, view, Fog(0.01f), { .SampleDistance = 0.1 });
  const std::size_t bricks = 3; // two in the middle cell, and the one that ends with its first samples
  CHECK(counting.Samples == bricks * 17 * 17 * 17);
}

TEST_CASE("empty space: vectors without values have no length")
{
  Model model = MakeModel({ 8, 8, 8 }, 2);
  model.MacroCells = { 8, { 1, 1, 1 }, { 0.0f, 1.0f, 1.0f, 0.0f } };
  const AnalyticField field(2, [](const Vector3&, float* values) { values[0] = values[1] = 0.5f; });
  const Counting counting(field);
  Render(model, counting, MakeView({}, Box), Fog(0.5f), { .SampleDistance = 0.1, .Component = Magnitude });
  CHECK(counting.Samples == 0);
}

TEST_CASE("marcher: rays end where they have become opaque")
{
  const AnalyticField field = Constant(0.5f);
  const Counting counting(field);
  const View view = MakeView({}, Box);
  const Model model = MakeModel({ 8, 8, 96 }); // along z
  const Image image =
    Render(model, counting, view, Fog(0.99f), { .SampleDistance = 0.01, .OpacityUnitDistance = 0.01 });
  CHECK(image.At(12, 10)[3] == doctest::Approx(0.9999));
  const std::size_t asked = counting.Samples.exchange(0);
  Render(
    model, counting, view, Fog(0.99f), { .SampleDistance = 0.01, .OpacityUnitDistance = 0.01, .OpacityLimit = 2.0f });
  CHECK(asked < counting.Samples / 4);
}

TEST_CASE("marcher: samples without a value are transparent, by the nearest sample")
{
  Model model = MakeModel({ 3, 1, 1 });
  model.Invalid = { 0b010 };
  const Image image = Render(model, Constant(0.5f), MakeView({ .Size = 1.0, .Width = 30, .Height = 30 }, Box),
    Fog(0.5f), { .SampleDistance = 0.1 });
  for (int x = 0; x < 30; ++x)
  {
    const bool valid = x < 10 || x >= 20;
    CHECK(image.At(x, 15)[3] == doctest::Approx(valid ? Absorbed(0.5, 2.0) : 0.0));
  }
}

TEST_CASE("marcher: a field that is not a number counts as the minimum, as in decoded values")
{
  const auto half = [](float other)
  {
    return AnalyticField(
      1, [=](const Vector3& position, float* values) { values[0] = position[2] < 0.5 ? other : 0.5f; });
  };
  const TransferFunction function({ { 1, 1, 1, 0 }, { 1, 1, 1, 1 } }, 0.0, 1.0);
  const auto render = [&](const Evaluator& field) {
    return Render(MakeModel({ 8, 8, 8 }), field, MakeView({ .Size = 0.5 }, Box), function, { .SampleDistance = 0.1 });
  };
  const Image image = render(half(std::numeric_limits<float>::quiet_NaN()));
  CHECK(image.Pixels == render(half(0.0f)).Pixels);
  CHECK(image.At(12, 10)[3] > 0.1f);
}
