// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "model/Model.h"
#include "network/Evaluator.h"

#include <span>

namespace neuralvolume
{

enum class Frame
{
  Physical, ///< world positions
  Unit      ///< the network's unit cube
};

/// values[i * components + c] = component c, in the array's units, at points[3 i], points[3 i + 1], points[3 i + 2].
/// NaN outside the unit cube and nearest to a sample without a value. Uses all cores.
/// Throws std::invalid_argument where the two lengths disagree.
void EvaluatePoints(
  const Model& model, const Evaluator& evaluator, std::span<const double> points, Frame frame, std::span<float> values);

} // namespace neuralvolume
