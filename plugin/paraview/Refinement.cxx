// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "Refinement.h"

#include "vtkNeuralPictureInformation.h"

#include "vtkCallbackCommand.h"
#include "vtkClientServerStream.h"
#include "vtkCommand.h"
#include "vtkNew.h"
#include "vtkPVSession.h"
#include "vtkRenderWindow.h"
#include "vtkRenderWindowInteractor.h"
#include "vtkSMProperty.h"
#include "vtkSMPropertyHelper.h"
#include "vtkSMProxyIterator.h"
#include "vtkSMProxyManager.h"
#include "vtkSMRenderViewProxy.h"
#include "vtkSMSession.h"
#include "vtkSMSessionProxyManager.h"
#include "vtkWeakPointer.h"

#include <algorithm>
#include <array>
#include <limits>
#include <string_view>
#include <vector>

namespace neuralvolume
{
namespace
{

/// What a still picture may take.
constexpr double SliceSeconds = 0.1;
constexpr double Unlimited = std::numeric_limits<double>::infinity();

constexpr std::array Groups = { "views", "animation" }; // of the proxies that are followed

constexpr unsigned long Soon = 1;   // milliseconds
constexpr unsigned long Later = 50; // while ParaView is at work

/// Whether a view is shown in a window of ParaView's; scripts have none.
bool IsInWindow(vtkSMRenderViewProxy* view)
{
  vtkRenderWindowInteractor* interactor = view->GetInteractor();
  return interactor && std::string_view(interactor->GetClassName()).starts_with("QVTK");
}

/// The proxy of the vtkNeuralVolumeRepresentation in a view's representation, known by a property of its own; null
/// where it shows nothing.
vtkSMProxy* GetVolume(vtkSMProxy* representation)
{
  vtkSMProperty* ours = representation->GetProperty("SamplingRate");
  const bool isShown =
    ours && vtkSMPropertyHelper(representation, "Visibility").GetAsInt() &&
    vtkSMPropertyHelper(representation, "Representation").GetAsString() == std::string_view("Neural Volume");
  return isShown ? ours->GetParent() : nullptr;
}

std::vector<vtkSMProxy*> GetVolumes(vtkSMProxy* view)
{
  std::vector<vtkSMProxy*> volumes;
  const vtkSMPropertyHelper representations(view, "Representations");
  for (unsigned int i = 0; i < representations.GetNumberOfElements(); ++i)
  {
    if (vtkSMProxy* volume = GetVolume(representations.GetAsProxy(i)))
    {
      volumes.push_back(volume);
    }
  }
  return volumes;
}

/// Past the properties: this is no state of the representation.
void LimitTime(vtkSMProxy* volume, double seconds)
{
  vtkClientServerStream stream;
  stream << vtkClientServerStream::Invoke << VTKOBJECT(volume) << "SetTimeLimit" << seconds
         << vtkClientServerStream::End;
  volume->GetSession()->ExecuteStream(volume->GetLocation(), stream);
}

bool IsComplete(vtkSMProxy* volume)
{
  const vtkNew<vtkNeuralPictureInformation> information;
  volume->GatherInformation(information);
  return information->IsComplete();
}

bool IsPlaying = false; ///< an animation

void OnPlayback(vtkObject*, unsigned long event, void*, void*)
{
  IsPlaying = event == vtkCommand::StartEvent;
}

/// Follows the pictures of one view.
class Refiner : public vtkCommand
{
public:
  vtkTypeMacro(Refiner, vtkCommand);
  static Refiner* New() { return new Refiner; }

  void Follow(vtkSMRenderViewProxy* view)
  {
    this->View = view;
    view->AddObserver(vtkCommand::StartEvent, this);
    view->AddObserver(vtkCommand::EndEvent, this);
  }

  void Execute(vtkObject*, unsigned long event, void* callData) override
  {
    if (event == vtkCommand::TimerEvent)
    {
      this->OnTimer(*static_cast<int*>(callData));
    }
    else if (IsInWindow(this->View))
    {
      const bool isStill = !*static_cast<int*>(callData);
      event == vtkCommand::StartEvent ? this->OnStart(isStill) : this->OnEnd(isStill);
    }
  }

private:
  void OnStart(bool isStill)
  {
    this->StopTimer();
    if (isStill)
    {
      const bool isCaptured = !this->View->GetRenderWindow()->GetSwapBuffers();
      this->IsLimited = !isCaptured && !IsPlaying;
      for (vtkSMProxy* volume : GetVolumes(this->View))
      {
        LimitTime(volume, this->IsLimited ? SliceSeconds : Unlimited);
      }
    }
  }

  void OnEnd(bool isStill)
  {
    if (isStill && this->IsLimited && !std::ranges::all_of(GetVolumes(this->View), IsComplete))
    {
      this->StartTimer(Soon);
    }
  }

  void OnTimer(int timer)
  {
    if (timer != this->Timer || !this->View)
    {
      return;
    }
    this->StopTimer();
    if (this->View->GetSession()->GetPendingProgress())
    {
      this->StartTimer(Later);
    }
    else
    {
      this->View->StillRender();
    }
  }

  void StartTimer(unsigned long milliseconds)
  {
    vtkRenderWindowInteractor* interactor = this->View->GetInteractor();
    if (interactor != this->Interactor)
    {
      this->Interactor = interactor;
      interactor->AddObserver(vtkCommand::TimerEvent, this);
    }
    this->Timer = interactor->CreateOneShotTimer(milliseconds);
  }

  void StopTimer()
  {
    if (this->Timer != None && this->Interactor)
    {
      this->Interactor->DestroyTimer(this->Timer);
    }
    this->Timer = None;
  }

  static constexpr int None = -1;

  vtkWeakPointer<vtkSMRenderViewProxy> View;
  vtkWeakPointer<vtkRenderWindowInteractor> Interactor;
  int Timer = None;
  bool IsLimited = false;
};

/// What plays a scene; null where a proxy is of something else.
vtkObject* GetAnimation(vtkSMProxy* proxy)
{
  const bool isScene = proxy && proxy->GetXMLName() == std::string_view("AnimationScene");
  return isScene ? vtkObject::SafeDownCast(proxy->GetClientSideObject()) : nullptr;
}

void Follow(vtkSMProxy* proxy)
{
  if (auto* view = vtkSMRenderViewProxy::SafeDownCast(proxy))
  {
    const vtkNew<Refiner> refiner;
    refiner->Follow(view);
  }
  else if (auto* animation = GetAnimation(proxy))
  {
    const vtkNew<vtkCallbackCommand> observer;
    observer->SetCallback(OnPlayback);
    animation->AddObserver(vtkCommand::StartEvent, observer);
    animation->AddObserver(vtkCommand::EndEvent, observer);
  }
}

void OnProxyRegistered(vtkObject*, unsigned long, void*, void* callData)
{
  const auto* information = static_cast<vtkSMProxyManager::RegisteredProxyInformation*>(callData);
  if (information && std::ranges::find(Groups, std::string_view(information->GroupName)) != Groups.end())
  {
    Follow(information->Proxy);
  }
}

/// What is older than the plugin.
void FollowRegistered(vtkSMSessionProxyManager* manager)
{
  const vtkNew<vtkSMProxyIterator> proxies;
  proxies->SetSessionProxyManager(manager);
  for (const char* group : Groups)
  {
    for (proxies->Begin(group); !proxies->IsAtEnd(); proxies->Next())
    {
      Follow(proxies->GetProxy());
    }
  }
}

} // namespace

void RefineStillPictures()
{
  vtkSMProxyManager* manager = vtkSMProxyManager::GetProxyManager();
  if (vtkSMSessionProxyManager* proxies = manager->GetActiveSessionProxyManager())
  {
    FollowRegistered(proxies);
  }
  const vtkNew<vtkCallbackCommand> observer;
  observer->SetCallback(OnProxyRegistered);
  manager->AddObserver(vtkCommand::RegisterEvent, observer);
}

} // namespace neuralvolume
