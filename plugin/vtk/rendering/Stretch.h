// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "render/Image.h"

#include <vector>

namespace neuralvolume
{

/// The window depths between which each pixel's ray is drawn, row 0 at the bottom; rays are left out where Near is not
/// before Far.
struct Stretch
{
  std::vector<float> Near, Far;

  bool IsEmpty() const;
  /// Whether a ray begins at the near plane.
  bool BeginsAtCamera() const;
};

/// How opaque a volume is along each ray, as far as it has been drawn from the near plane on, stretch by stretch.
class RayProgress
{
public:
  void Begin(std::size_t rays);
  void Add(const Stretch& stretch, const Image& picture);
  /// Leaves out the rays of which nothing can be seen there.
  void LeaveOutHidden(Stretch& stretch) const;

private:
  std::vector<float> Reached; ///< window depths
  std::vector<float> Opacity;
};

} // namespace neuralvolume
