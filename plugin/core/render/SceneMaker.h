// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "model/Model.h"
#include "render/RayTile.h"

#include <array>

namespace neuralvolume
{

/// Puts what a picture is drawn from in a marcher's words, at any level of detail.
class SceneMaker
{
public:
  /// Refers to the bricks and the marcher.
  SceneMaker(ScalarBricks& bricks, const Marcher& marcher, const Model& model, const View& view,
    const Classification& classification, const RenderSettings& settings, const RayDepths& depths);

  const RayCaster& GetCaster() const { return this->Common.Caster; }

  Scene operator()(int level) const;

private:
  void Place(Scene& scene, const BrickLattice& lattice) const;

  ScalarBricks& Bricks;
  const View Camera;
  const Box Bounds;
  const ClippingPlane Slice;
  const std::array<double, 3> Spacing; ///< of the volume's samples
  const Scene Common;                  ///< but for what a level changes
};

} // namespace neuralvolume
