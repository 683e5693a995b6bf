// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "model/Model.h"
#include "network/Evaluator.h"
#include "render/Classification.h"
#include "render/Image.h"
#include "render/Marcher.h"
#include "render/RenderSettings.h"
#include "render/View.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>

namespace neuralvolume
{

class Picture;

/// Draws pictures of a model, on all cores, all at once or in slices of time.
///
/// A ray is drawn within the image's bounds: from the first to the last point, or over all cells. It is cut
/// into steps of SampleDistance from where it enters the bounds (or passes the near plane); cropping,
/// clipping planes and depths shorten steps. Each step takes its colour from the value in its middle and its
/// opacity from its length. Values lie trilinearly between the samples. Invalid samples are transparent; a volume one
/// point thin draws nothing.
///
/// Samples are decoded from the network brick by brick where rays come to them, at the level of detail that the
/// pixels need, and kept for further pictures in a bounded memory. Where the bricks that a picture needs do not fit,
/// it is drawn at a coarser level.
class Renderer
{
public:
  static constexpr std::size_t DefaultCapacity = std::size_t(192) << 20; ///< bytes

  /// Refers to all of them. Throws std::invalid_argument where they do not fit each other.
  Renderer(
    const Model& model, const Evaluator& evaluator, const Marcher& marcher, std::size_t capacity = DefaultCapacity);
  ~Renderer();

  /// Begins a picture; what was drawn of another one is given up. depths: Width * Height of each that is given,
  /// needed until the picture is complete.
  /// Throws std::invalid_argument where the component, the view, the settings or the classification do not fit.
  void Begin(const View& view, const Classification& classification, const RenderSettings& settings,
    const RayDepths& depths = {});

  /// Draws on, for about so long; true where the picture is complete.
  bool Continue(std::chrono::duration<double> budget);

  /// Draws all that is left.
  const Image& Finish();

  /// What is drawn so far: transparent where nothing is.
  const Image& GetImage() const;

  /// Copies the pixels that are drawn so far over those of an image of the same size.
  void CopyDrawn(Image& target) const;

  /// That the rays of this picture have come to so far.
  std::uint64_t GetSamples() const;

  /// How many bricks were decoded so far, and the bytes that are kept of them.
  std::uint64_t GetDecodedBricks() const;
  std::size_t GetMemorySize() const;

  /// That decoding has taken so far, by the clock, all cores at work.
  std::chrono::duration<double> GetDecodingTime() const;

private:
  struct Samples;

  const Model& TheModel;
  const Evaluator& TheEvaluator;
  const Marcher& TheMarcher;
  const std::size_t Capacity;
  std::unique_ptr<Samples> Decoded;
  std::unique_ptr<Picture> Current;
};

/// One picture, complete; see Renderer.
Image Render(const Model& model, const Evaluator& evaluator, const Marcher& marcher, const View& view,
  const Classification& classification, const RenderSettings& settings, const RayDepths& depths = {});

} // namespace neuralvolume
