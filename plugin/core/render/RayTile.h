// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "render/Classification.h"
#include "render/Image.h"
#include "render/LatticePlacement.h"
#include "render/Marcher.h"
#include "render/RayCaster.h"
#include "render/View.h"

#include <array>
#include <vector>

namespace neuralvolume
{

/// What all tiles of a picture have in common.
struct Scene
{
  const neuralvolume::Marcher& Marcher;
  MarchScene March;
  RayCaster Caster;
  RayDepths Depths;
  LatticePlacement Placement;
  PathSettings Paths;
  neuralvolume::Classification Classification;
};

/// A square of neighbouring rays. One tile serves a thread for as many squares as it is given.
class RayTile
{
public:
  static constexpr int Size = 16; ///< pixels along an edge

  explicit RayTile(const Scene& scene);

  /// Draws the pixels of [x, x + Size) x [y, y + Size) that lie in the picture.
  void Draw(int x, int y, Image& image);

  /// That rays have come to so far.
  std::uint64_t GetSamples() const { return this->Batch.Samples; }

private:
  struct CastRay
  {
    neuralvolume::Ray Ray;
    std::size_t Pixel;
    Rgba State; // of the marcher
  };

  void CastRays(int x, int y, const Image& image);
  bool Gather(int interval);
  void Add(std::size_t ray, const Interval& interval);
  void Scatter();
  Rgba ColourOf(const Rgba& state) const;

  const Scene& Common;
  std::vector<CastRay> Rays;
  RayBatch Batch;
  std::array<std::size_t, RayBatch::Capacity> Sources; ///< the ray of each ray in the batch
};

} // namespace neuralvolume
