// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "Information.h"

#include "vtkCallbackCommand.h"
#include "vtkCommand.h"
#include "vtkNew.h"
#include "vtkSMProxyManager.h"
#include "vtkSMSourceProxy.h"

#include <string_view>

namespace neuralvolume
{
namespace
{

bool IsOurs(vtkSMSourceProxy* source)
{
  const char* name = source->GetVTKClassName();
  return name && std::string_view(name).starts_with("neuralvolume.");
}

void OnUpdated(vtkObject* caller, unsigned long, void*, void*)
{
  vtkSMSourceProxy::SafeDownCast(caller)->UpdatePropertyInformation();
}

void OnProxyRegistered(vtkObject*, unsigned long, void*, void* callData)
{
  const auto* information = static_cast<vtkSMProxyManager::RegisteredProxyInformation*>(callData);
  auto* source = vtkSMSourceProxy::SafeDownCast(information ? information->Proxy : nullptr);
  if (source && IsOurs(source))
  {
    vtkNew<vtkCallbackCommand> observer;
    observer->SetCallback(OnUpdated);
    source->AddObserver(vtkCommand::UpdateDataEvent, observer);
  }
}

} // namespace

void RefreshInformation()
{
  vtkNew<vtkCallbackCommand> observer;
  observer->SetCallback(OnProxyRegistered);
  vtkSMProxyManager::GetProxyManager()->AddObserver(vtkCommand::RegisterEvent, observer);
}

} // namespace neuralvolume
