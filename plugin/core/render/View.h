// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <cstddef>

namespace neuralvolume
{

/// Where a picture is taken from: perspective and parallel cameras, actor transforms, spacing and
/// direction of the image and the tiles of a large screenshot all end up in these two matrices.
struct View
{
  /// Row-major 4 x 4: homogeneous normalised device coordinates (x, y, z in [-1, 1], z = -1 the near
  /// plane, as OpenGL and VTK have them) to unit coordinates of the volume.
  std::array<double, 16> ClipToUnit;
  /// Row-major 3 x 3: a difference of unit coordinates to a vector in the world, so that steps and
  /// opacity unit distances are measured there.
  std::array<double, 9> UnitToWorld;
  int Width = 0;  ///< pixels
  int Height = 0; ///< pixels
};

/// The part of a pixel's ray that is drawn, as window depths.
struct DepthRange
{
  double Near = 0.0;
  double Far = 1.0;
};

/// Window depths in [0, 1], one a pixel, row 0 at the bottom, between which rays are drawn: nothing before Near or
/// behind Far. Each is optional.
struct RayDepths
{
  const float* Near = nullptr;
  const float* Far = nullptr;

  DepthRange At(std::size_t pixel) const
  {
    return { this->Near ? this->Near[pixel] : 0.0, this->Far ? this->Far[pixel] : 1.0 };
  }
};

} // namespace neuralvolume
