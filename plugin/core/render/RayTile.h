// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "network/Evaluator.h"
#include "render/Image.h"
#include "render/RayCaster.h"
#include "render/Scalar.h"
#include "render/TransferFunction.h"
#include "render/ValidSamples.h"
#include "render/VisibleCells.h"

#include <vector>

namespace neuralvolume
{

/// What all tiles of a picture have in common.
struct Scene
{
  const neuralvolume::Evaluator& Evaluator;
  neuralvolume::TransferFunction TransferFunction;
  RayDepths Depths;
  neuralvolume::Scalar Scalar;
  Box Bounds;
  RayCaster Caster;
  VisibleCells Cells;
  ValidSamples Samples;
  float OpacityUnitsPerWorldUnit;
  float OpacityLimit;
};

/// A square of neighbouring rays that march together: each round, every ray that is still under way adds its
/// next samples to a batch, the network evaluates the batch at once, and the values are composited. One tile
/// serves a thread for as many squares as it is given, so that memory is allocated once.
class RayTile
{
public:
  static constexpr int Size = 16; ///< pixels along an edge

  explicit RayTile(const Scene& scene);

  /// Draws the pixels of [x, x + Size) x [y, y + Size) that lie in the picture.
  void Draw(int x, int y, Image& image);

private:
  struct LiveRay
  {
    Ray Path;
    Interval Visible; // as far as it is known
    Rgba Colour;      // premultiplied
    std::size_t Pixel;
    int Samples; // in the batch
  };

  void CastRays(int x, int y, const Image& image);
  void Gather();
  void GatherStep(LiveRay& ray);
  void AddSample(const Ray& ray, const Interval& step);
  void Composite(Image& image);
  bool CompositeRay(LiveRay& ray, std::size_t first) const;

  const Scene& Common;
  std::vector<LiveRay> Rays;
  // The batch
  std::size_t Count = 0;
  std::vector<float> X;
  std::vector<float> Y;
  std::vector<float> Z;
  std::vector<float> Lengths; // of the samples' steps, world units
  std::vector<float> Outputs;
};

} // namespace neuralvolume
