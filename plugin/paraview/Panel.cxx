// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "Panel.h"

#include "vtkCallbackCommand.h"
#include "vtkCommand.h"
#include "vtkNew.h"
#include "vtkSMProperty.h"
#include "vtkSMProxy.h"
#include "vtkSMProxyManager.h"

namespace neuralvolume
{
namespace
{

constexpr const char* OwnProperty = "RenderingMethod";

/// The XML of a property can name one type of representation for which it is not advanced: Volume has taken it.
void OnProxyRegistered(vtkObject*, unsigned long, void*, void* callData)
{
  const auto* information = static_cast<vtkSMProxyManager::RegisteredProxyInformation*>(callData);
  vtkSMProxy* proxy = information ? information->Proxy : nullptr;
  vtkSMProperty* shade = proxy && proxy->GetProperty(OwnProperty) ? proxy->GetProperty("Shade") : nullptr;
  if (shade)
  {
    shade->SetPanelVisibility("default");
  }
}

} // namespace

void ShowShade()
{
  const vtkNew<vtkCallbackCommand> observer;
  observer->SetCallback(OnProxyRegistered);
  vtkSMProxyManager::GetProxyManager()->AddObserver(vtkCommand::RegisterEvent, observer);
}

} // namespace neuralvolume
