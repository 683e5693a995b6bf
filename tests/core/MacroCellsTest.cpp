// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "FieldSource.h"
#include "Models.h"
#include "cpu/ReferenceEvaluator.h"
#include "decode/Evaluate.h"
#include "model/BoundCode.h"
#include "model/CoarseMacroCells.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

using namespace neuralvolume;

namespace
{

/// Cells' bounds against the network at random points, every fourth of them on a face, edge or corner.
struct Verdict
{
  std::size_t Violations = 0;
  double MeanWidth = 0.0;    ///< of the bounds
  double SampledWidth = 0.0; ///< of the values seen in the same cells
};

double CellCoordinate(double unit, std::uint64_t random, int samples, int cellSize)
{
  const double cells = unit * samples / cellSize;
  return random % 8 ? unit : std::min(std::floor(cells) * cellSize / samples, 1.0);
}

Verdict Judge(const Model& model, const Evaluator& evaluator, std::size_t count)
{
  const MacroCells& cells = model.MacroCells;
  const std::array<int, 3> samples = model.GetDimensions();
  const auto components = std::size_t(model.Array.GetComponents());
  std::vector<double> points(3 * count);
  for (std::size_t i = 0; i < points.size(); ++i)
  {
    points[i] = CellCoordinate(RandomUnit(77, i), RandomBits(78, i), samples[i % 3], cells.CellSize);
  }
  std::vector<float> values(count * components);
  EvaluatePoints(model, evaluator, points, Frame::Unit, values);
  std::vector<ValueRange> seen(cells.Bounds.size() / 2, { 1e9, -1e9 });
  Verdict verdict;
  for (std::size_t i = 0; i < values.size(); ++i)
  {
    std::size_t cell = 0;
    for (int axis = 2; axis >= 0; --axis)
    {
      const int index = int(points[i / components * 3 + axis] * samples[axis] / cells.CellSize + 1e-9);
      cell = cell * cells.Dimensions[axis] + std::min(index, cells.Dimensions[axis] - 1);
    }
    const std::size_t bound = cell * components + i % components;
    verdict.Violations += values[i] < cells.Bounds[2 * bound] || values[i] > cells.Bounds[2 * bound + 1];
    seen[bound] = { std::min(seen[bound].Minimum, double(values[i])),
      std::max(seen[bound].Maximum, double(values[i])) };
  }
  for (std::size_t bound = 0; bound < seen.size(); ++bound)
  {
    verdict.MeanWidth += cells.Bounds[2 * bound + 1] - cells.Bounds[2 * bound];
    verdict.SampledWidth += seen[bound].Maximum - seen[bound].Minimum;
  }
  return verdict;
}

NetworkConfig MakeConfig(int features, int levels, int base, int finest, int hidden, int width, int outputs)
{
  NetworkConfig config;
  config.FeaturesPerLevel = features;
  config.Levels = levels;
  config.BaseResolution = base;
  config.PerLevelScale = levels > 1 ? float(std::pow(double(finest) / base, 1.0 / (levels - 1))) : 1.0f;
  config.Log2HashmapSize = 13;
  config.HiddenLayers = hidden;
  config.Width = width;
  config.Outputs = outputs;
  return config;
}

/// Two waves in the unit cube, and a sphere with a sharp edge.
float WavesAndSphere(float x, float y, float z, int)
{
  const float wave = 0.25f * std::sin(8.0f * x + 3.0f * z) * std::cos(6.0f * y);
  return 0.3f + wave + (std::hypot(x - 0.5f, y - 0.5f, z - 0.5f) < 0.3f ? 0.4f : 0.0f);
}

Model FitModel(const NetworkConfig& config, const std::array<int, 3>& dimensions)
{
  Model model = models::MakeModel(config, dimensions, 0);
  const auto network = MakeTrainingNetwork(config, 1);
  for (int step = 0; step < 120; ++step)
  {
    network->Step(FieldSource(1, WavesAndSphere), 8192, { .LearningRate = 1e-2f });
  }
  std::vector<float> parameters(model.Parameters.size());
  network->GetParameters(parameters);
  std::ranges::transform(parameters, model.Parameters.begin(), ToHalf);
  models::AddMacroCells(model);
  return model;
}

} // namespace

TEST_CASE("macro cells: no random network leaves its bounds, whatever its encoding, depth and parameters")
{
  const NetworkConfig configs[] = {
    MakeConfig(4, 6, 4, 128, 2, 64, 1),   // grid as fine as the samples
    MakeConfig(2, 8, 4, 180, 2, 64, 2),   // finer
    MakeConfig(8, 4, 6, 64, 3, 32, 1),    // coarser
    MakeConfig(1, 5, 6, 256, 1, 128, 3),  // twice as fine
    MakeConfig(4, 8, 16, 512, 4, 16, 1),  // four times
    MakeConfig(4, 1, 128, 128, 1, 16, 1), // a single level
  };
  const models::Texture textures[] = { { 1.0f, 1.0f, 1.0f }, { 0.6f, 1.0f, 1.0f }, { 0.3f, 1.0f, 3.0f },
    { 1.0f, 0.01f, 1.0f }, { 0.01f, 1.0f, 1.0f }, { 1.0f, 1.0f, 1000.0f } };
  for (std::size_t c = 0; c < std::size(configs); ++c)
  {
    for (std::size_t t = 0; t < std::size(textures); ++t)
    {
      CAPTURE(c);
      CAPTURE(t);
      for (const auto& dimensions : { std::array{ 128, 96, 96 }, { 32, 29, 35 } })
      {
        Model model = models::MakeModel(configs[c], dimensions, 100 * c + t, textures[t]);
        models::AddMacroCells(model);
        const auto evaluator = MakeEvaluator(model.Network, model.Parameters);
        CHECK(Judge(model, *evaluator, 200000).Violations == 0);
      }
    }
  }
}

TEST_CASE("macro cells: fitted networks stay within bounds that are not much wider than need be")
{
  for (const NetworkConfig& config : { MakeConfig(4, 8, 4, 104, 2, 64, 1), MakeConfig(2, 6, 8, 208, 2, 16, 1) })
  {
    const Model model = FitModel(config, { 104, 104, 104 });
    const auto evaluator = MakeEvaluator(model.Network, model.Parameters);
    const Verdict verdict = Judge(model, *evaluator, 2000000);
    CHECK(verdict.Violations == 0);
    CHECK(verdict.MeanWidth < 2.5 * verdict.SampledWidth);
  }
}

TEST_CASE("macro cells: coarser ones hold the network, too")
{
  Model model = FitModel(MakeConfig(4, 8, 4, 104, 2, 64, 1), { 104, 99, 104 });
  const auto evaluator = MakeEvaluator(model.Network, model.Parameters);
  double width = Judge(model, *evaluator, 1000).MeanWidth / double(model.MacroCells.GetCells());
  for (const std::size_t budget : { 1000, 300, 100, 0 })
  {
    model.MacroCells = CoarsenMacroCells(model, budget);
    const Verdict verdict = Judge(model, *evaluator, 500000);
    CHECK(verdict.Violations == 0);
    CHECK(verdict.MeanWidth / double(model.MacroCells.GetCells()) > width);
    width = verdict.MeanWidth / double(model.MacroCells.GetCells());
  }
}

TEST_CASE("macro cells: bounds hold for another evaluator's rounding")
{
  const Model model = FitModel(MakeConfig(4, 6, 4, 24, 2, 64, 1), { 24, 24, 24 });
  CHECK(Judge(model, *MakeReferenceEvaluator(model.Network, model.Parameters), 100000).Violations == 0);
}

TEST_CASE("macro cells: blocks without a valid sample are empty, all others are not")
{
  Model model = models::MakeModel(MakeConfig(4, 4, 4, 16, 2, 16, 2), { 20, 10, 9 }, 5);
  for (std::size_t sample = 0; sample < model.GetSamples(); ++sample)
  {
    if (sample % 20 < 8 || sample == 1799)
    {
      models::MarkInvalid(model, sample);
    }
  }
  models::AddMacroCells(model);
  CHECK(model.MacroCells.Dimensions == std::array{ 3, 2, 2 });
  for (std::size_t cell = 0; cell < model.MacroCells.GetCells(); ++cell)
  {
    for (std::size_t c = 0; c < 2; ++c)
    {
      const float* bounds = &model.MacroCells.Bounds[(cell * 2 + c) * 2];
      // The last cell, 4 x 2 x 1 samples, has lost its corner only.
      CHECK((bounds[0] > bounds[1]) == (cell % 3 == 0));
    }
  }
}

TEST_CASE("macro cells: thin volumes, single samples and odd cell sizes")
{
  for (const auto& dimensions : { std::array{ 1, 1, 1 }, { 200, 150, 1 }, { 1, 9, 1 }, { 7, 8, 9 } })
  {
    for (const int cellSize : { 1, 5, 8, 64 })
    {
      Model model = models::MakeModel(MakeConfig(2, 4, 4, 16, 2, 16, 1), dimensions, 8, { .Decay = 0.5f });
      models::AddMacroCells(model, cellSize);
      CHECK(Judge(model, *MakeEvaluator(model.Network, model.Parameters), 50000).Violations == 0);
    }
  }
  const Model model = models::MakeModel(models::TinyNetwork(), { 4, 4, 4 }, 1);
  const auto evaluator = MakeEvaluator(model.Network, model.Parameters);
  CHECK_THROWS_AS(ComputeMacroCells(model, *evaluator, 0), std::invalid_argument);
  CHECK_THROWS_AS(ComputeMacroCells(model, *evaluator, 65), std::invalid_argument);
}

TEST_CASE("macro cells: a constant array has exact bounds")
{
  Model model = models::MakeModel(models::TinyNetwork(), { 16, 16, 16 }, 1, {}, ScalarType::Float32, { 3.0, 3.0 });
  models::AddMacroCells(model);
  CHECK(std::ranges::all_of(model.MacroCells.Bounds, [](float bound) { return bound == 3.0f; }));
}

TEST_CASE("bound codes: decoded bounds encode to themselves, others outwards to the next")
{
  for (const ValueRange& range :
    { ValueRange{ 0.0, 1.0 }, { -1000.0, 3071.0 }, { 5.0, 5.0 }, { 1e6, 1e6 + 0.5 }, { -1e300, 1e300 } })
  {
    for (int low = 0; low < 256; low += 3)
    {
      for (int high = low; high < 256; high += 7)
      {
        const auto bounds = DecodeBounds(range, { std::uint8_t(low), std::uint8_t(high) });
        CHECK(DecodeBounds(range, EncodeBounds(range, bounds[0], bounds[1])) == bounds);
      }
    }
    CHECK(EncodeBounds(range, 1.0f, -1.0f) == EmptyBoundCode);
  }
  const BoundCode code = EncodeBounds({ 0.0, 255.0 }, 3.5f, 7.25f);
  CHECK(code == BoundCode{ 3, 8 });
  CHECK(EncodeNormalisedBounds(-0.5f, 1.5f) == BoundCode{ 0, 255 });
  CHECK(EncodeNormalisedBounds(0.5f, 0.5f) == BoundCode{ 124, 128 });
  CHECK(EncodeNormalisedBounds(0.21f, 0.4f) == BoundCode{ 52, 104 });
}
