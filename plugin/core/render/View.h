// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>

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

} // namespace neuralvolume
