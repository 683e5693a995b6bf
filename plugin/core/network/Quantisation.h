// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "network/Layout.h"

#include <cstdint>
#include <span>
#include <vector>

namespace neuralvolume
{

/// A step is 2^(code / 8). Within the limits a half tells all multiples of a step apart up to the largest one.
using StepCode = std::int8_t;
inline constexpr StepCode MinimumStepCode = -96;
inline constexpr StepCode MaximumStepCode = 47;
inline constexpr int MaximumMultiple = 1023;

/// The same bits on every machine.
float StepOf(StepCode code);

StepCode NearestStepCode(float step);

/// What parameters are rounded to: multiples of a step for each matrix and each level. Without any steps
/// parameters stay as they are.
struct Quantisation
{
  std::vector<StepCode> Matrices;
  std::vector<StepCode> Levels;

  bool IsNone() const { return this->Matrices.empty() && this->Levels.empty(); }

  friend bool operator==(const Quantisation&, const Quantisation&) = default;
};

/// Throws std::invalid_argument where there is not one step for each matrix and level, within the limits.
void Validate(const Quantisation& quantisation, const Layout& layout);

/// The part of a matrix that something depends on: inputs and outputs are padded, and what multiplies or makes
/// padding does not count.
struct UsedPart
{
  int Rows;
  int Columns;
};
UsedPart UsedPartOf(const Layout& layout, int matrix);

/// Root mean square of the used weights of each matrix.
std::vector<float> RmsOfWeights(const Layout& layout, std::span<const float> parameters);

/// How often the step goes into a parameter, rounded to the nearest, ties to even, within MaximumMultiple.
int MultipleOf(float parameter, float step);

/// Rounds the MLP's matrices alone, which come first in the layout's order.
void RoundMatrices(const Layout& layout, const Quantisation& quantisation, std::span<float> parameters);

/// Rounds parameters, in the layout's order, to multiples of their steps; those that nothing depends on become 0, and
/// so do those of the grid that are below deadZone steps.
void RoundParameters(
  const Layout& layout, const Quantisation& quantisation, std::span<float> parameters, float deadZone = 0.5f);

} // namespace neuralvolume
