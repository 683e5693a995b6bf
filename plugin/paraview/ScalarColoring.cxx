// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "ScalarColoring.h"

#include "vtkCallbackCommand.h"
#include "vtkCommand.h"
#include "vtkDataObject.h"
#include "vtkNew.h"
#include "vtkSMArrayListDomain.h"
#include "vtkSMPVRepresentationProxy.h"
#include "vtkSMProperty.h"
#include "vtkSMPropertyHelper.h"
#include "vtkSMProxyManager.h"

#include <cstring>

namespace neuralvolume
{
namespace
{

bool IsNeuralVolume(vtkSMPVRepresentationProxy* representation)
{
  vtkSMProperty* type = representation->GetProperty("Representation");
  const char* name = type ? vtkSMPropertyHelper(type).GetAsString() : nullptr;
  return name && std::strcmp(name, "Neural Volume") == 0;
}

/// Colours by the first point array, or else the first array.
void ColorByArray(vtkSMPVRepresentationProxy* representation)
{
  auto* arrays = representation->GetProperty("ColorArrayName")->FindDomain<vtkSMArrayListDomain>();
  if (!arrays || arrays->GetNumberOfStrings() == 0)
  {
    return;
  }
  unsigned int chosen = 0;
  for (unsigned int i = arrays->GetNumberOfStrings(); i-- > 0;)
  {
    if (arrays->GetFieldAssociation(i) == vtkDataObject::POINT)
    {
      chosen = i;
    }
  }
  if (representation->SetScalarColoring(arrays->GetString(chosen), arrays->GetFieldAssociation(chosen)))
  {
    representation->RescaleTransferFunctionToDataRange(true);
  }
}

void ColorIfNeeded(vtkSMPVRepresentationProxy* representation)
{
  if (IsNeuralVolume(representation) && !representation->GetUsingScalarColoring())
  {
    ColorByArray(representation);
  }
}

void OnPropertyModified(vtkObject* caller, unsigned long, void*, void* propertyName)
{
  if (propertyName && std::strcmp(static_cast<const char*>(propertyName), "Representation") == 0)
  {
    ColorIfNeeded(vtkSMPVRepresentationProxy::SafeDownCast(caller));
  }
}

void OnProxyRegistered(vtkObject*, unsigned long, void*, void* callData)
{
  const auto* information = static_cast<vtkSMProxyManager::RegisteredProxyInformation*>(callData);
  auto* representation = vtkSMPVRepresentationProxy::SafeDownCast(information ? information->Proxy : nullptr);
  if (representation && representation->GetProperty("Representation"))
  {
    vtkNew<vtkCallbackCommand> observer;
    observer->SetCallback(OnPropertyModified);
    representation->AddObserver(vtkCommand::PropertyModifiedEvent, observer);
    ColorIfNeeded(representation);
  }
}

} // namespace

void ColorNeuralVolumes()
{
  vtkNew<vtkCallbackCommand> observer;
  observer->SetCallback(OnProxyRegistered);
  vtkSMProxyManager::GetProxyManager()->AddObserver(vtkCommand::RegisterEvent, observer);
}

} // namespace neuralvolume
