// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "FieldSource.h"
#include "backend/Backend.h"
#include "codec/ParameterCodec.h"

#include <doctest/doctest.h>
#include <tbb/global_control.h>
#include <tbb/task_arena.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>
#include <vector>

using namespace neuralvolume;

namespace
{

float SmoothField(float x, float y, float z, int component)
{
  return component == 0 ? 0.5f + 0.5f * std::sin(9.0f * x + 5.0f * y) : 0.5f + 0.5f * std::cos(7.0f * z - 4.0f * x);
}

constexpr std::size_t BatchSize = 3000;

/// Levels with and without hashing, padded inputs and outputs.
NetworkConfig PaddedNetwork()
{
  return { 4, 2, 9, 3, 1.8f, 32, 2, 2 };
}

Quantisation Coarse(const NetworkConfig& config)
{
  return { std::vector<StepCode>(std::size_t(config.HiddenLayers + 1), -36),
    std::vector<StepCode>(std::size_t(config.Levels), -52) };
}

void Train(TrainingNetwork& network, int steps, float rateWeight = 0.0f)
{
  AdamSettings adam;
  adam.RateWeight = rateWeight;
  for (int step = 0; step < steps; ++step)
  {
    network.Step(FieldSource(2, SmoothField), BatchSize, adam);
  }
}

std::vector<float> ParametersOf(const TrainingNetwork& network, const Layout& layout)
{
  std::vector<float> parameters(layout.Parameters);
  network.GetParameters(parameters);
  return parameters;
}

std::vector<float> GradientOf(TrainingNetwork& network, const Layout& layout)
{
  std::vector<float> gradient(layout.Parameters);
  network.ComputeGradient(FieldSource(2, SmoothField), BatchSize, gradient);
  return gradient;
}

std::vector<float> Rounded(const Layout& layout, const Quantisation& quantisation, std::vector<float> parameters)
{
  RoundParameters(layout, quantisation, parameters);
  return parameters;
}

double GridNorm(const Layout& layout, const std::vector<float>& parameters)
{
  const auto grid = parameters.begin() + std::ptrdiff_t(layout.GridOffset);
  return std::sqrt(std::inner_product(grid, parameters.end(), grid, 0.0));
}

std::size_t CodedSize(const Layout& layout, const Quantisation& quantisation, const std::vector<float>& parameters)
{
  const std::vector<float> rounded = Rounded(layout, quantisation, parameters);
  std::vector<Half> halves(rounded.size());
  std::ranges::transform(rounded, halves.begin(), ToHalf);
  return EncodeParameters(layout, quantisation, halves).size();
}

} // namespace

TEST_CASE("quantised training: the gradient is that of the network of rounded parameters, which are kept unrounded")
{
  const NetworkConfig config = PaddedNetwork();
  const Layout layout = MakeLayout(config);
  const Quantisation quantisation = Coarse(config);
  const auto quantised = MakeTrainingNetwork(config, 1), plain = MakeTrainingNetwork(config, 1);
  Train(*quantised, 20);
  Train(*plain, 20);
  const std::vector<float> before = ParametersOf(*quantised, layout);
  quantised->Quantise(quantisation);
  CHECK(ParametersOf(*quantised, layout) == before);
  CHECK(GradientOf(*quantised, layout) != GradientOf(*plain, layout));
  plain->SetParameters(Rounded(layout, quantisation, before));
  CHECK(GradientOf(*quantised, layout) == GradientOf(*plain, layout));

  // As well after steps, which round what they change
  Train(*quantised, 5, 1e-6f);
  Train(*plain, 5);
  const std::vector<float> after = ParametersOf(*quantised, layout);
  CHECK(after != Rounded(layout, quantisation, after));
  plain->SetParameters(Rounded(layout, quantisation, after));
  CHECK(GradientOf(*quantised, layout) == GradientOf(*plain, layout));
}

TEST_CASE("quantised training: a weight on the rate makes the file smaller")
{
  const NetworkConfig config = PaddedNetwork();
  const Layout layout = MakeLayout(config);
  const Quantisation quantisation = Coarse(config);
  const auto train = [&](float rateWeight)
  {
    const auto network = MakeTrainingNetwork(config, 1);
    Train(*network, 100);
    network->Quantise(quantisation);
    const double before = GridNorm(layout, ParametersOf(*network, layout));
    Train(*network, 100, rateWeight);
    const std::vector<float> after = ParametersOf(*network, layout);
    return std::pair(GridNorm(layout, after) / before, CodedSize(layout, quantisation, after));
  };
  const auto [freeNorm, freeSize] = train(0.0f);
  const auto [someNorm, someSize] = train(1e-5f);
  const auto [hardNorm, hardSize] = train(1.0f);
  CHECK(freeNorm > 0.95);
  CHECK(someSize < 0.8 * double(freeSize));
  CHECK(hardNorm < 0.2);
  CHECK(hardSize < 0.6 * double(freeSize));
}

TEST_CASE("quantised training: any number of threads gives the same bits")
{
  const NetworkConfig config = PaddedNetwork();
  const auto train = [&](int threads)
  {
    const tbb::global_control limit(tbb::global_control::max_allowed_parallelism, std::size_t(threads));
    tbb::task_arena arena(threads);
    return arena.execute(
      [&]
      {
        const auto network = MakeTrainingNetwork(config, 42);
        Train(*network, 5);
        network->Quantise(Coarse(config));
        Train(*network, 5, 1e-5f);
        return ParametersOf(*network, MakeLayout(config));
      });
  };
  const std::vector<float> one = train(1);
  CHECK(one == train(2));
  CHECK(one == train(5));
}

TEST_CASE("quantised training: steps that do not fit the network are refused")
{
  CHECK_THROWS_AS(MakeTrainingNetwork(PaddedNetwork(), 1)->Quantise({ { 0 }, { 0 } }), std::invalid_argument);
}
