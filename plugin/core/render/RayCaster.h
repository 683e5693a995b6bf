// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "render/Ray.h"
#include "render/RenderSettings.h"
#include "render/View.h"

#include <array>
#include <vector>

namespace neuralvolume
{

/// An axis-aligned box in unit coordinates.
struct Box
{
  std::array<double, 3> Low;
  std::array<double, 3> High;
};

/// Makes the rays of a view through what is to be drawn of a volume.
class RayCaster
{
public:
  RayCaster(const View& view, const Box& bounds, const RenderSettings& settings);

  /// The ray through the middle of a pixel, or another point of it, from its lower left corner on.
  Ray Cast(int x, int y, const DepthRange& range, const std::array<double, 2>& point = { 0.5, 0.5 }) const;

  /// Whether cropping and clipping planes leave a position, in unit coordinates.
  bool IsDrawn(const std::array<double, 3>& position) const;

private:
  struct Line
  {
    std::array<double, 3> Origin;    // on the near plane, in unit coordinates
    std::array<double, 3> Direction; // unit coordinates per world unit
    Interval Drawn;                  // by its depths
  };

  Line Unproject(double x, double y, const DepthRange& range) const;
  bool IsInDrawnRegion(const std::array<double, 3>& position) const;
  void AppendCropped(const Interval& interval, Ray& ray) const;

  View Camera;
  Box Bounds;
  bool Jitter;
  neuralvolume::Cropping Cropping;
  std::vector<ClippingPlane> ClippingPlanes;
};

} // namespace neuralvolume
