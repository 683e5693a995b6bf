// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "Stretch.h"
#include "render/View.h"

#include <cstddef>
#include <vector>

namespace neuralvolume
{

/// Cuts the rays of a picture of several volumes where they enter and leave the volumes' boxes, and into slabs of equal
/// length where they are in more than one of them.
class Slabs
{
public:
  /// views: of each volume, through one camera and of one size. slabsPerOverlap: of a ray between two such cuts.
  Slabs(const std::vector<View>& views, const RayDepths& depths, int slabsPerOverlap);

  /// The most slabs that a ray has.
  int GetCount() const { return this->Count; }

  /// What each volume has in the rays' slabs with this index, counted from the near plane.
  std::vector<Stretch> Cut(int index) const;

private:
  struct Span
  {
    float Near, Far; // window depths
  };

  class Ray;

  Ray GetRay(std::size_t pixel) const;

  View Camera;
  std::size_t Volumes;
  int PerOverlap;
  std::vector<Span> Spans; ///< of each volume in each ray, the volume fastest
  int Count = 0;
};

} // namespace neuralvolume
