// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "vtkNeuralVolume.h"

#include "vtkLODProp3D.h"
#include "vtkObjectFactory.h"

vtkStandardNewMacro(vtkNeuralVolume);

/// The superclass draws nothing where the image lacks the array, whose values a model does without.
int vtkNeuralVolume::RenderVolumetricGeometry(vtkViewport* viewport)
{
  const int drawn = this->LODProp->RenderVolumetricGeometry(viewport);
  this->EstimatedRenderTime = this->LODProp->GetEstimatedRenderTime();
  return drawn;
}
