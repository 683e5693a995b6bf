// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "Lights.h"

#include "vtkLight.h"
#include "vtkLightCollection.h"
#include "vtkMath.h"
#include "vtkMatrix4x4.h"
#include "vtkNew.h"
#include "vtkRenderer.h"
#include "vtkVolume.h"
#include "vtkVolumeProperty.h"

namespace neuralvolume
{
namespace
{

std::array<float, 3> MakeDirection(vtkLight* light, vtkVolume* volume, vtkMatrix4x4* worldToData)
{
  const double* position = light->GetTransformedPosition();
  const double* target = light->GetPositional() ? volume->GetCenter() : light->GetTransformedFocalPoint();
  double direction[4] = { position[0] - target[0], position[1] - target[1], position[2] - target[2], 0.0 };
  worldToData->MultiplyPoint(direction, direction);
  vtkMath::Normalize(direction);
  return { float(direction[0]), float(direction[1]), float(direction[2]) };
}

std::array<float, 3> MakeColour(vtkLight* light)
{
  const double* colour = light->GetDiffuseColor();
  const double intensity = light->GetIntensity();
  return { float(intensity * colour[0]), float(intensity * colour[1]), float(intensity * colour[2]) };
}

} // namespace

Lighting MakeLighting(vtkRenderer* renderer, vtkVolume* volume)
{
  vtkVolumeProperty* property = volume->GetProperty();
  Lighting lighting;
  lighting.IsOn = property->GetShade() != 0;
  lighting.Ambient = float(property->GetAmbient());
  lighting.Diffuse = float(property->GetDiffuse());
  lighting.Specular = float(property->GetSpecular());
  lighting.SpecularPower = float(property->GetSpecularPower());
  vtkNew<vtkMatrix4x4> worldToData;
  vtkMatrix4x4::Invert(volume->GetMatrix(), worldToData);
  vtkCollectionSimpleIterator iterator;
  renderer->GetLights()->InitTraversal(iterator);
  while (vtkLight* light = renderer->GetLights()->GetNextLight(iterator))
  {
    if (light->GetSwitch() && lighting.Count < Lighting::MaximumLights)
    {
      lighting.Lights[std::size_t(lighting.Count++)] = { MakeDirection(light, volume, worldToData), MakeColour(light) };
    }
  }
  return lighting;
}

} // namespace neuralvolume
