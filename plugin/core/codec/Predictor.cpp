// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "codec/Predictor.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace neuralvolume
{
namespace
{

/// One sample in so many goes into the equations; not a power of two, so that those taken lie in no plane.
constexpr std::size_t EquationStride = 5;

constexpr PredictorWeights FirstWeights = { 1365, 1365, 1365 };

/// The normal equations of weighted least squares.
struct NormalEquations
{
  std::array<std::array<double, Neighbours>, Neighbours> Matrix{};
  std::array<double, Neighbours> Right{};

  void Add(const std::array<double, Neighbours>& features, double value, double weight)
  {
    for (int i = 0; i < Neighbours; ++i)
    {
      const double scaled = weight * features[i];
      for (int j = 0; j <= i; ++j)
      {
        this->Matrix[i][j] += scaled * features[j];
      }
      this->Right[i] += scaled * value;
    }
  }

  /// By a Cholesky decomposition of the matrix, made regular by a trace of the identity.
  std::array<double, Neighbours> Solve()
  {
    double trace = 0.0;
    for (int i = 0; i < Neighbours; ++i)
    {
      trace += this->Matrix[i][i];
    }
    auto& lower = this->Matrix;
    std::array<double, Neighbours> solution = this->Right;
    for (int i = 0; i < Neighbours; ++i)
    {
      lower[i][i] += 1e-5 * trace / Neighbours + 1e-3;
      for (int j = 0; j <= i; ++j)
      {
        for (int k = 0; k < j; ++k)
        {
          lower[i][j] -= lower[i][k] * lower[j][k];
        }
        lower[i][j] = j < i ? lower[i][j] / lower[j][j] : std::sqrt(lower[i][i]);
        solution[i] -= j < i ? lower[i][j] * solution[j] : 0.0;
      }
      solution[i] /= lower[i][i];
    }
    for (int i = Neighbours - 1; i >= 0; --i)
    {
      for (int j = i + 1; j < Neighbours; ++j)
      {
        solution[i] -= lower[j][i] * solution[j];
      }
      solution[i] /= lower[i][i];
    }
    return solution;
  }
};

/// Codes a brick with the weights so far and adds what better weights are found from.
void AddBrick(
  const BrickShape& shape, const std::int32_t* values, const BrickScheme& scheme, NormalEquations& equations)
{
  constexpr double step = 1 << StepBits;
  PaddedBrick padded(shape.Size);
  const Predictor predictor(scheme.Weights.front(), padded.GetOffsets());
  padded.Visit(
    [&](std::size_t index, CodedSample* sample)
    {
      const std::int32_t prediction = predictor.Predict(sample);
      if (shape.IsInvalid(index))
      {
        *sample = { scheme.Dequantise(0, prediction), 0 };
        return;
      }
      if (index % EquationStride == 0)
      {
        std::array<double, Neighbours> features;
        double activity = 0.7;
        for (int i = 0; i < Neighbours; ++i)
        {
          features[i] = sample[padded.GetOffsets()[i]].Value / step;
          activity += 0.1 * std::abs(features[i] - prediction / step);
        }
        equations.Add(features, values[index] / step, 1.0 / (activity * activity));
      }
      const std::int32_t symbol = QuantiseStep(values[index], prediction);
      *sample = { scheme.Dequantise(symbol, prediction), symbol };
    });
}

} // namespace

PredictorWeights FitPredictor(std::span<const BrickValues> bricks, std::size_t component, std::int32_t lattice)
{
  BrickScheme scheme{ { FirstWeights }, lattice };
  // What is predicted from depends on the weights; the second round has nearly the last ones.
  for (int round = 0; round < 2; ++round)
  {
    NormalEquations equations;
    for (const BrickValues& brick : bricks)
    {
      AddBrick(brick.Shape, brick.GetComponent(component), scheme, equations);
    }
    std::ranges::transform(equations.Solve(), scheme.Weights.front().begin(),
      [](double weight)
      {
        constexpr double one = 1 << Predictor::WeightBits;
        return std::int16_t(std::lround(std::clamp(weight * one, -32767.0, 32767.0)));
      });
  }
  return scheme.Weights.front();
}

} // namespace neuralvolume
