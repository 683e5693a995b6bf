// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "model/Model.h"
#include "network/Evaluator.h"
#include "render/Classification.h"
#include "render/RenderSettings.h"
#include "render/View.h"

namespace neuralvolume
{

/// These throw std::invalid_argument that says what is wrong.
void RequireConsistent(const Model& model, const Evaluator& evaluator);
void RequireDrawable(
  const Model& model, const View& view, const RenderSettings& settings, const Classification& classification);

} // namespace neuralvolume
