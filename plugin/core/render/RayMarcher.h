// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "model/Model.h"
#include "network/Evaluator.h"
#include "render/Image.h"
#include "render/RenderSettings.h"
#include "render/TransferFunction.h"
#include "render/View.h"

namespace neuralvolume
{

/// Draws a model by emission and absorption (Max 1995), straight from its network, on all cores.
///
/// A ray is drawn within the image's bounds: from the first to the last point, or over all cells. It is cut
/// into steps of SampleDistance from where it enters the bounds (or passes the near plane); cropping,
/// clipping planes and depth shorten steps. Each step takes its colour from the value in its middle and its
/// opacity from its length. Invalid samples are transparent; a volume one point thin draws nothing.
///
/// depth: optional, Width * Height window depths in [0, 1], row 0 at the bottom, where rays end.
/// Throws std::invalid_argument where the evaluator, the component, the view or the settings do not fit.
Image March(const Model& model, const Evaluator& evaluator, const View& view, const TransferFunction& transferFunction,
  const RenderSettings& settings, const float* depth = nullptr);

} // namespace neuralvolume
