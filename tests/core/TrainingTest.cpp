// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "FieldSource.h"

#include "backend/Backend.h"
#include "cpu/Bf16MlpTraining.h"
#include "cpu/FloatMlpTraining.h"
#include "network/Field.h"
#include "network/Initialize.h"
#include "network/Random.h"

#include <doctest/doctest.h>
#include <tbb/global_control.h>
#include <tbb/task_arena.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>
#include <vector>

using namespace neuralvolume;

namespace
{

float Waves(float x, float y, float z, int component)
{
  const float k = 2.0f * std::numbers::pi_v<float>;
  return 0.5f + 0.5f * std::sin(k * (2.0f * x + y) + float(component)) * std::cos(k * (1.5f * z - y));
}

/// Far above what a network gives, so that the loss has no kink: |output - target| = target - output.
float Unreachable(float, float, float, int)
{
  return 100.0f;
}

/// Parameters that half precision holds exactly, as must their neighbours at +-Step.
constexpr float ExactStep = 0x1p-7f;

std::vector<float> ExactParameters(const Layout& layout)
{
  std::vector<float> parameters(layout.Parameters);
  for (std::size_t i = 0; i < parameters.size(); ++i)
  {
    parameters[i] = ExactStep * std::round(32.0f * (2.0f * RandomUnit(5, i) - 1.0f));
  }
  return parameters;
}

/// The mean squared difference in double precision, by the field function.
double MeanLoss(
  const Layout& layout, const std::vector<float>& parameters, const SampleSource& source, std::size_t batch)
{
  const auto outputs = std::size_t(layout.Config.Outputs);
  std::vector<float> x(batch), y(batch), z(batch), targets(batch * outputs);
  source.Draw(0, batch, 0, batch, x.data(), y.data(), z.data(), targets.data());
  double sum = 0.0;
  for (std::size_t i = 0; i < batch; ++i)
  {
    const float position[3] = { x[i], y[i], z[i] };
    float values[MaxOutputs];
    EvaluateField(layout, parameters.data(), position, values);
    for (std::size_t c = 0; c < outputs; ++c)
    {
      const double difference = double(values[c]) - targets[i * outputs + c];
      sum += difference * difference;
    }
  }
  return sum / double(batch * outputs);
}

double Norm(const std::vector<float>& values)
{
  return std::sqrt(std::inner_product(values.begin(), values.end(), values.begin(), 0.0));
}

double RelativeDifference(const std::vector<float>& one, const std::vector<float>& other)
{
  std::vector<float> difference(one.size());
  std::transform(one.begin(), one.end(), other.begin(), difference.begin(), std::minus<>());
  return Norm(difference) / Norm(other);
}

std::vector<float> TrainedParameters(const NetworkConfig& config, int threads)
{
  const tbb::global_control limit(tbb::global_control::max_allowed_parallelism, std::size_t(threads));
  tbb::task_arena arena(threads);
  std::vector<float> parameters(MakeLayout(config).Parameters);
  arena.execute(
    [&]
    {
      const FieldSource source(config.Outputs, Waves);
      const auto network = MakeTrainingNetwork(config, 42);
      for (int step = 0; step < 10; ++step)
      {
        network->Step(source, 5000, {});
      }
      network->GetParameters(parameters);
    });
  return parameters;
}

} // namespace

TEST_CASE("training: the gradient is that of the loss, by central differences")
{
  const NetworkConfig config = { 4, 2, 9, 3, 1.8f, 32, 2, 2 };
  const Layout layout = MakeLayout(config);
  const FieldSource source(config.Outputs, Unreachable);
  constexpr std::size_t batch = 300;
  const std::vector<float> parameters = ExactParameters(layout);
  const auto network = MakeTrainingNetwork(config, 1);
  network->SetParameters(parameters);
  std::vector<float> gradient(parameters.size());
  network->ComputeGradient(source, batch, gradient);

  std::vector<float> measured, computed;
  for (std::size_t i = 0; i < parameters.size(); i += 7)
  {
    std::vector<float> shifted = parameters;
    shifted[i] = parameters[i] + ExactStep;
    const double above = MeanLoss(layout, shifted, source, batch);
    shifted[i] = parameters[i] - ExactStep;
    const double below = MeanLoss(layout, shifted, source, batch);
    measured.push_back(float((above - below) / (2.0 * ExactStep)));
    computed.push_back(gradient[i]);
  }
  // ReLU's kinks and, where the processor has it, bfloat16's 8 bits are the difference.
  CHECK(RelativeDifference(computed, measured) < 0.02);
}

TEST_CASE("training: bfloat16 gives the gradients of single precision within its rounding")
{
  if (!cpu::HasBf16())
  {
    return;
  }
  const Layout layout = MakeLayout({ 8, 4, 10, 4, 1.5f, 64, 3, 2 });
  std::vector<float> parameters(layout.Parameters);
  InitializeParameters(layout, 3, parameters);
  constexpr std::size_t tile = cpu::MlpTraining::Tile, used = 50;
  std::vector<float> encoded(tile * std::size_t(layout.EncodedWidth)), targets(tile * 2);
  for (std::size_t i = 0; i < encoded.size(); ++i)
  {
    encoded[i] = 2.0f * RandomUnit(1, i) - 1.0f;
  }
  const auto run = [&](const std::unique_ptr<cpu::MlpTraining>& mlp)
  {
    std::vector<float> gradient = encoded, weights(layout.GridOffset);
    mlp->SetWeights(parameters.data());
    const double loss = mlp->Run(used, targets.data(), 0.01f, gradient.data(), weights.data());
    return std::tuple(loss, gradient, weights);
  };
  const auto [loss, gradient, weights] = run(cpu::MakeBf16MlpTraining(layout));
  const auto [exactLoss, exactGradient, exactWeights] = run(cpu::MakeFloatMlpTraining(layout));
  CHECK(loss == doctest::Approx(exactLoss).epsilon(0.01));
  // Rounding by 2^-9 turns about one ReLU in 400 on or off; the root of that share is the error of a gradient
  // that has passed three of them. Weights average it over the tile.
  CHECK(RelativeDifference(gradient, exactGradient) < 0.1);
  CHECK(RelativeDifference(weights, exactWeights) < 0.04);
  // Samples beyond the used ones have no gradient.
  CHECK(std::all_of(gradient.begin() + std::ptrdiff_t(used * layout.EncodedWidth), gradient.end(),
    [](float value) { return value == 0.0f; }));
}

TEST_CASE("training: any number of threads gives the same bits")
{
  const NetworkConfig config = { 6, 4, 10, 4, 1.6f, 64, 2, 1 };
  const std::vector<float> one = TrainedParameters(config, 1);
  CHECK(one == TrainedParameters(config, 2));
  CHECK(one == TrainedParameters(config, 5));
}

TEST_CASE("training: entries that no sample touches keep their values")
{
  const NetworkConfig config = { 1, 2, 14, 20, 2.0f, 16, 1, 1 };
  const Layout layout = MakeLayout(config);
  const FieldSource source(1, Waves);
  const auto network = MakeTrainingNetwork(config, 1);
  std::vector<float> before(layout.Parameters), after(layout.Parameters), gradient(layout.Parameters);
  network->GetParameters(before);
  network->ComputeGradient(source, 100, gradient);
  network->Step(source, 100, {});
  network->GetParameters(after);
  std::size_t kept = 0;
  for (std::size_t i = layout.GridOffset; i < layout.Parameters; ++i)
  {
    CHECK((before[i] == after[i]) == (gradient[i] == 0.0f));
    kept += gradient[i] == 0.0f;
  }
  CHECK(kept > 1000);
}

TEST_CASE("training: a smooth vector field is learnt to more than 40 dB")
{
  const NetworkConfig config = { 6, 4, 12, 4, 1.5f, 64, 2, 3 };
  const FieldSource source(3, Waves);
  const auto network = MakeTrainingNetwork(config, 1);
  AdamSettings adam;
  for (int step = 0; step < 300; ++step)
  {
    adam.LearningRate = step < 150 ? 5e-3f : 5e-4f;
    network->Step(source, 8192, adam);
  }
  CHECK(network->GetSteps() == 300);
  std::vector<float> parameters(MakeLayout(config).Parameters);
  network->GetParameters(parameters);
  CHECK(MeanLoss(MakeLayout(config), parameters, source, 4000) < 0.008);
}
