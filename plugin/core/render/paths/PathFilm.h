// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "render/Image.h"
#include "render/RayTile.h"
#include "render/paths/PathTracer.h"

#include <cstdint>
#include <vector>

namespace neuralvolume
{

/// Collects paths: each pixel of the picture is the mean of its paths so far.
class PathFilm
{
public:
  static constexpr int SurePasses = 16; ///< before these the error is not known well enough to stop

  /// Refers to all of them.
  PathFilm(const Scene& scene, const PathTracer& tracer, Image& image);

  /// Adds a path to each pixel of a tile; true where none is needed any more. Tiles may be drawn at once.
  bool Draw(int x, int y, int pass);

private:
  Rgba Trace(int x, int y, int pass) const;
  void Add(std::size_t pixel, int pass, const Rgba& sample);

  const Scene& Common;
  const PathTracer& Tracer;
  Image& Mean;
  std::vector<float> Squares; ///< sums of squared differences of the pixels' brightness from the mean (Welford 1962)
};

} // namespace neuralvolume
