// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "model/Model.h"
#include "network/Evaluator.h"

#include <array>

namespace neuralvolume
{

/// In place of a component: the length of the vector. Of a single component it is the component itself, as in VTK.
inline constexpr int Magnitude = -1;

/// Where a scalar comes from: a model, what evaluates it, and a component of its array, or Magnitude. Owns neither.
struct ScalarSource
{
  const neuralvolume::Model* Model;
  const neuralvolume::Evaluator* Evaluator;
  int Component = 0;

  friend bool operator==(const ScalarSource&, const ScalarSource&) = default;
};

/// Bounds of two scalars; infinite ones where there is none.
using ValueBounds = std::array<ValueRange, 2>;

} // namespace neuralvolume
