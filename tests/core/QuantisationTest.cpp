// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "network/Quantisation.h"
#include "network/Half.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>
#include <vector>

using namespace neuralvolume;

namespace
{

/// Levels with and without hashing, padded inputs and outputs.
NetworkConfig PaddedNetwork()
{
  return { 4, 2, 9, 3, 1.8f, 32, 2, 2 };
}

std::vector<float> Rounded(const Layout& layout, const Quantisation& quantisation, std::vector<float> parameters)
{
  RoundParameters(layout, quantisation, parameters);
  return parameters;
}

} // namespace

TEST_CASE("quantisation: steps are eighths of an octave, and the nearest is found")
{
  for (int code = MinimumStepCode; code <= MaximumStepCode; ++code)
  {
    CHECK(StepOf(StepCode(code)) == doctest::Approx(std::exp2(code / 8.0)).epsilon(1e-7));
    for (const float factor : { 0.96f, 1.0f, 1.04f })
    {
      CHECK(NearestStepCode(factor * StepOf(StepCode(code))) == code);
    }
  }
  CHECK(NearestStepCode(0.0f) == MinimumStepCode);
  CHECK(NearestStepCode(1e9f) == MaximumStepCode);
}

TEST_CASE("quantisation: a half tells all multiples of a step apart")
{
  std::size_t lost = 0;
  for (int code = MinimumStepCode; code <= MaximumStepCode; ++code)
  {
    const float step = StepOf(StepCode(code));
    for (int multiple = -MaximumMultiple; multiple <= MaximumMultiple; ++multiple)
    {
      lost += MultipleOf(ToFloat(ToHalf(step * float(multiple))), step) != multiple;
    }
  }
  CHECK(lost == 0);
}

TEST_CASE("quantisation: parameters go to the nearest multiple, ties to even, within the largest one")
{
  CHECK(MultipleOf(0.74f, 0.5f) == 1);
  CHECK(MultipleOf(0.75f, 0.5f) == 2);
  CHECK(MultipleOf(-1.25f, 0.5f) == -2);
  CHECK(MultipleOf(1e6f, 0.5f) == MaximumMultiple);
  CHECK(MultipleOf(-1e6f, 0.5f) == -MaximumMultiple);
}

TEST_CASE("quantisation: each matrix and level has its own step, the grid a dead zone, and padding becomes 0")
{
  const Layout layout = MakeLayout(PaddedNetwork());
  const Quantisation quantisation = { { -8, 0, 8 }, { -16, -8, 0, 8 } }; // steps of 1/2, 1, 2 and 1/4, 1/2, 1, 2
  std::vector<float> parameters(layout.Parameters, 1.4f);
  RoundParameters(layout, quantisation, parameters, 0.75f);

  const auto at = [&](int matrix, int row, int column)
  { return parameters[layout.Matrices[matrix].Offset + std::size_t(row) * layout.Matrices[matrix].Columns + column]; };
  CHECK(at(0, 31, 7) == 1.5f); // inputs: 4 levels x 2 features of 16
  CHECK(at(0, 31, 8) == 0.0f);
  CHECK(at(1, 31, 31) == 1.0f);
  CHECK(at(2, 1, 31) == 2.0f); // outputs: 2 of 16
  CHECK(at(2, 2, 31) == 0.0f);
  const float expected[] = { 1.5f, 1.5f, 1.0f, 0.0f }; // 1.4 is below 0.75 steps of 2
  for (int l = 0; l < 4; ++l)
  {
    const auto begin = parameters.begin() + std::ptrdiff_t(layout.GridOffset + 2 * layout.Levels[l].Offset);
    CHECK(std::all_of(begin, begin + 2 * layout.Levels[l].Entries, [&](float p) { return p == expected[l]; }));
  }
  CHECK(Rounded(layout, quantisation, parameters) == parameters);
  const std::vector<float> any(layout.Parameters, 0.1f);
  CHECK(Rounded(layout, {}, any) == any);
}

TEST_CASE("quantisation: the root mean square is that of the weights in use")
{
  const Layout layout = MakeLayout(PaddedNetwork());
  std::vector<float> parameters(layout.Parameters, 3.0f);
  for (int column = 8; column < 16; ++column) // padding
  {
    parameters[layout.Matrices[0].Offset + std::size_t(column)] = 1e3f;
  }
  parameters[layout.Matrices[2].Offset] = 5.0f; // of 2 x 32
  const std::vector<float> rms = RmsOfWeights(layout, parameters);
  REQUIRE(rms.size() == 3);
  CHECK(rms[0] == doctest::Approx(3.0f));
  CHECK(rms[1] == doctest::Approx(3.0f));
  CHECK(rms[2] == doctest::Approx(std::sqrt((63.0 * 9.0 + 25.0) / 64.0)));
}

TEST_CASE("quantisation: steps that do not fit the network are refused")
{
  const Layout layout = MakeLayout(PaddedNetwork());
  const auto refuse = [&](const Quantisation& quantisation, const std::string& reason)
  { CHECK_THROWS_WITH_AS(Validate(quantisation, layout), doctest::Contains(reason.c_str()), std::invalid_argument); };
  CHECK_NOTHROW(Validate({}, layout));
  CHECK_NOTHROW(Validate({ { -96, 0, 47 }, { 0, -96, 47, 0 } }, layout));
  refuse({ { 0, 0 }, { 0, 0, 0, 0 } }, "3 matrices, but 2 quantisation steps");
  refuse({ { 0, 0, 0 }, {} }, "4 levels, but 0 quantisation steps");
  refuse({ { 0, -97, 0 }, { 0, 0, 0, 0 } }, "2^(-97/8) of the matrices");
  refuse({ { 0, 0, 0 }, { 0, 0, 0, 48 } }, "2^(48/8) of the levels");
}
