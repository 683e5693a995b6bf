// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "model/Model.h"
#include "network/Evaluator.h"
#include "render/Image.h"

#include <vector>

class vtkRenderer;
class vtkVolume;
class vtkVolumeMapper;

namespace neuralvolume
{

/// What is drawn, by whom and for whom.
struct Subject
{
  const neuralvolume::Model& Model;
  const neuralvolume::Evaluator& Evaluator;
  vtkVolumeMapper* Mapper;
  vtkVolume* Volume;
  vtkRenderer* Renderer;
};

/// Paints still pictures at full quality and moving ones as coarsely as keeps up with a rate.
class Painter
{
public:
  /// depth: width * height window depths where rays end, row 0 at the bottom.
  Image PaintStill(const Subject& subject, int width, int height, const std::vector<float>& depth);
  Image PaintMoving(
    const Subject& subject, int width, int height, const std::vector<float>& depth, double picturesPerSecond);

private:
  int ChooseCoarseness(int width, int height, double picturesPerSecond) const;

  double SecondsPerMovingRay = 0.0; ///< of the last moving picture; 0 before the first
};

} // namespace neuralvolume
