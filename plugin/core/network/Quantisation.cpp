// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "network/Quantisation.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <stdexcept>
#include <string>

namespace neuralvolume
{
namespace
{

constexpr int CodesPerOctave = 8;

void ValidateCodes(const std::vector<StepCode>& codes, int count, const char* of)
{
  if (codes.size() != std::size_t(count))
  {
    throw std::invalid_argument("the network has " + std::to_string(count) + " " + of + ", but " +
                                std::to_string(codes.size()) + " quantisation steps for them");
  }
  const auto outside =
    std::ranges::find_if(codes, [](StepCode code) { return code < MinimumStepCode || code > MaximumStepCode; });
  if (outside != codes.end())
  {
    throw std::invalid_argument("the quantisation step 2^(" + std::to_string(*outside) + "/8) of the " + of +
                                " is out of its limits, 2^(-96/8) to 2^(47/8)");
  }
}

void RoundMatrix(const Layout& layout, int index, float step, std::span<float> parameters)
{
  const MlpMatrix& matrix = layout.Matrices[index];
  const UsedPart used = UsedPartOf(layout, index);
  for (int row = 0; row < matrix.Rows; ++row)
  {
    for (int column = 0; column < matrix.Columns; ++column)
    {
      float& parameter = parameters[matrix.Offset + std::size_t(row) * matrix.Columns + column];
      parameter = row < used.Rows && column < used.Columns ? step * float(MultipleOf(parameter, step)) : 0.0f;
    }
  }
}

} // namespace

float StepOf(StepCode code)
{
  constexpr float fractions[CodesPerOctave] = { 1.0f, 1.0905077f, 1.1892071f, 1.2968396f, 1.4142135f, 1.5422108f,
    1.6817929f, 1.8340081f };
  const int octave = (int(code) + 128) / CodesPerOctave - 128 / CodesPerOctave;
  return std::ldexp(fractions[code - octave * CodesPerOctave], octave);
}

StepCode NearestStepCode(float step)
{
  const float code = std::round(std::log2(step) * CodesPerOctave);
  return StepCode(std::clamp(code, float(MinimumStepCode), float(MaximumStepCode)));
}

void Validate(const Quantisation& quantisation, const Layout& layout)
{
  if (!quantisation.IsNone())
  {
    ValidateCodes(quantisation.Matrices, layout.MatrixCount, "matrices");
    ValidateCodes(quantisation.Levels, layout.Config.Levels, "levels");
  }
}

UsedPart UsedPartOf(const Layout& layout, int matrix)
{
  const NetworkConfig& config = layout.Config;
  return { matrix + 1 == layout.MatrixCount ? config.Outputs : config.Width,
    matrix == 0 ? config.Levels * config.FeaturesPerLevel : config.Width };
}

std::vector<float> RmsOfWeights(const Layout& layout, std::span<const float> parameters)
{
  std::vector<float> result;
  for (int m = 0; m < layout.MatrixCount; ++m)
  {
    const UsedPart used = UsedPartOf(layout, m);
    double squares = 0.0;
    for (int row = 0; row < used.Rows; ++row)
    {
      const float* const weights =
        parameters.data() + layout.Matrices[m].Offset + std::size_t(row) * layout.Matrices[m].Columns;
      squares = std::inner_product(weights, weights + used.Columns, weights, squares);
    }
    result.push_back(float(std::sqrt(squares / (double(used.Rows) * used.Columns))));
  }
  return result;
}

int MultipleOf(float parameter, float step)
{
  constexpr auto limit = float(MaximumMultiple);
  return int(std::fmin(std::fmax(std::nearbyint(parameter / step), -limit), limit)); // NaN becomes the limit
}

void RoundMatrices(const Layout& layout, const Quantisation& quantisation, std::span<float> parameters)
{
  for (std::size_t m = 0; m < quantisation.Matrices.size(); ++m)
  {
    RoundMatrix(layout, int(m), StepOf(quantisation.Matrices[m]), parameters);
  }
}

void RoundParameters(
  const Layout& layout, const Quantisation& quantisation, std::span<float> parameters, float deadZone)
{
  RoundMatrices(layout, quantisation, parameters);
  const auto features = std::size_t(layout.Config.FeaturesPerLevel);
  for (std::size_t l = 0; l < quantisation.Levels.size(); ++l)
  {
    const float step = StepOf(quantisation.Levels[l]);
    const std::size_t begin = layout.GridOffset + layout.Levels[l].Offset * features;
    for (float& parameter : parameters.subspan(begin, layout.Levels[l].Entries * features))
    {
      parameter = std::fabs(parameter) < deadZone * step ? 0.0f : step * float(MultipleOf(parameter, step));
    }
  }
}

} // namespace neuralvolume
