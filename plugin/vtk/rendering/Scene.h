// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "model/Model.h"
#include "render/RenderSettings.h"
#include "render/View.h"

class vtkNeuralVolumeMapper;
class vtkRenderer;
class vtkVolume;

/// What VTK's camera, volume, property and mapper say, in the core's words.
namespace neuralvolume
{

/// Camera and actor transform; distances are in data coordinates, before the actor's transform, as
/// ParaView's own volumes measure opacity.
View MakeView(const Model& model, vtkRenderer* renderer, vtkVolume* volume, int width, int height);

/// stepsPerSample: steps that a ray takes from one sample to the next along the axis of the closest samples.
RenderSettings MakeSettings(
  const Model& model, vtkNeuralVolumeMapper* mapper, vtkRenderer* renderer, vtkVolume* volume, double stepsPerSample);

} // namespace neuralvolume
