// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "vtkNeuralVolume.h"

#include "vtkInformation.h"
#include "vtkInformationObjectBaseVectorKey.h"
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
  return this->DrawsOverPeels ? 0 : this->Superclass::RenderVolumetricGeometry(viewport);
}

int vtkNeuralVolume::RenderOverlay(vtkViewport* viewport)
{
  if (!this->DrawsOverPeels)
  {
    return 0;
  }
  this->DrawsOverPeels = false;
  return this->Superclass::RenderVolumetricGeometry(viewport);
}

void vtkNeuralVolume::PrintSelf(ostream& os, vtkIndent indent)
{
  this->Superclass::PrintSelf(os, indent);
  os << indent << "DrawsOverPeels: " << this->DrawsOverPeels << "\n";
}
