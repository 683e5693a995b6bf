// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "model/Model.h"
#include "network/Evaluator.h"
#include "render/Image.h"
#include "render/RenderSettings.h"
#include "render/TransferFunction.h"
#include "render/View.h"

#include <chrono>
#include <memory>

namespace neuralvolume
{

/// Draws pictures of a model by emission and absorption (Max 1995), on all cores, all at once or in slices of time.
///
/// A ray is drawn within the image's bounds: from the first to the last point, or over all cells. It is cut
/// into steps of SampleDistance from where it enters the bounds (or passes the near plane); cropping,
/// clipping planes and depths shorten steps. Each step takes its colour from the value in its middle and its
/// opacity from its length. Invalid samples are transparent; a volume one point thin draws nothing.
class Renderer
{
public:
  /// Refers to both. Throws std::invalid_argument where they do not fit each other.
  Renderer(const Model& model, const Evaluator& evaluator);
  ~Renderer();

  /// Begins a picture; what was drawn of another one is given up. depths: Width * Height of each that is given,
  /// needed until the picture is complete.
  /// Throws std::invalid_argument where the component, the view or the settings do not fit.
  void Begin(const View& view, const TransferFunction& transferFunction, const RenderSettings& settings,
    const RayDepths& depths = {});

  /// Draws on, for about so long; true where the picture is complete.
  bool Continue(std::chrono::duration<double> budget);

  /// Draws all that is left.
  const Image& Finish();

  /// What is drawn so far: transparent where nothing is.
  const Image& GetImage() const;

private:
  class Picture;

  const Model& TheModel;
  const Evaluator& TheEvaluator;
  std::unique_ptr<Picture> Current;
};

/// One picture, complete; see Renderer.
Image Render(const Model& model, const Evaluator& evaluator, const View& view, const TransferFunction& transferFunction,
  const RenderSettings& settings, const RayDepths& depths = {});

} // namespace neuralvolume
