// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "vtkNeuralVolume.h"

#include "vtkInformation.h"
#include "vtkInformationObjectBaseVectorKey.h"
#include "vtkLODProp3D.h"
#include "vtkObjectFactory.h"
#include "vtkOpenGLRenderPass.h"

vtkStandardNewMacro(vtkNeuralVolume);

bool vtkNeuralVolume::IsBeingPeeled()
{
  vtkInformation* keys = this->GetPropertyKeys();
  return keys && keys->Has(vtkOpenGLRenderPass::RenderPasses());
}

int vtkNeuralVolume::RenderVolumetricGeometry(vtkViewport* viewport)
{
  this->DrawsOverPeels = this->IsBeingPeeled();
  return this->DrawsOverPeels ? 0 : this->Draw(viewport);
}

int vtkNeuralVolume::RenderOverlay(vtkViewport* viewport)
{
  if (!this->DrawsOverPeels)
  {
    return 0;
  }
  this->DrawsOverPeels = false;
  return this->Draw(viewport);
}

/// The superclass draws nothing where the image lacks the array, whose values a model does without.
int vtkNeuralVolume::Draw(vtkViewport* viewport)
{
  const int drawn = this->LODProp->RenderVolumetricGeometry(viewport);
  this->EstimatedRenderTime = this->LODProp->GetEstimatedRenderTime();
  return drawn;
}

void vtkNeuralVolume::PrintSelf(ostream& os, vtkIndent indent)
{
  this->Superclass::PrintSelf(os, indent);
  os << indent << "DrawsOverPeels: " << this->DrawsOverPeels << "\n";
}
