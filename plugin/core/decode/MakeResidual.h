// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "model/Model.h"
#include "model/VolumeView.h"
#include "network/Evaluator.h"

namespace neuralvolume
{

/// The residual of a model that has none yet: with it no decoded value is farther from the original than a bound in
/// the array's units; 0 makes integers exact. Evaluation that differs in its last bits on another machine is allowed
/// for. Uses all cores and memory for what it codes.
/// Throws std::invalid_argument where the bound is negative, not finite or too small for evaluation in single
/// precision, or where the original is not of the model's dimensions, components and type.
Residual MakeResidual(const Model& model, const Evaluator& evaluator, const VolumeView& original, double bound);

/// The residual that completes the network of a model that has none yet: what it misses is rounded to multiples of two
/// half steps, in the array's units. Where most of it is less than half a step that takes few bytes. Of integers a half
/// step of 0.5 makes all exact. Otherwise as MakeResidual, whose residual may be that of a constant.
Residual CompleteNetwork(const Model& model, const Evaluator& evaluator, const VolumeView& original, double halfStep);

/// About how many bytes MakeResidual's result takes in a file, from so many bricks of it.
double EstimateResidualBytes(
  const Model& model, const Evaluator& evaluator, const VolumeView& original, double bound, int bricks);

} // namespace neuralvolume
