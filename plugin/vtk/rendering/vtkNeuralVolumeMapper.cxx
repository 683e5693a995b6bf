// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "vtkNeuralVolumeMapper.h"

#include "FrameBuffer.h"
#include "ModelInput.h"
#include "Painter.h"

#include "vtkImageData.h"
#include "vtkObjectFactory.h"
#include "vtkOpenGLRenderWindow.h"
#include "vtkRenderer.h"

#include <exception>
#include <string>
#include <utility>

namespace
{

/// Pictures a second above which a window counts as moving; ParaView asks for 5, and for 0.002 of still ones.
constexpr double SlowestMovingRate = 1.0;

} // namespace

struct vtkNeuralVolumeMapper::Internals
{
  neuralvolume::ModelInput Input;
  neuralvolume::Painter Painter;
  neuralvolume::Blender Blender;
  std::string Reported; ///< the last complaint: given once, not with each picture

  bool IsNews(const std::string& complaint)
  {
    const bool news = complaint != this->Reported;
    this->Reported = complaint;
    return news;
  }
};

vtkStandardNewMacro(vtkNeuralVolumeMapper);

vtkNeuralVolumeMapper::vtkNeuralVolumeMapper()
  : State(std::make_unique<Internals>())
{
}

vtkNeuralVolumeMapper::~vtkNeuralVolumeMapper() = default;

void vtkNeuralVolumeMapper::Render(vtkRenderer* renderer, vtkVolume* volume)
{
  if (renderer->GetSelector())
  {
    return;
  }
  try
  {
    const auto kind = this->GetScalarMode() == VTK_SCALAR_MODE_USE_CELL_FIELD_DATA ? neuralvolume::Association::Cells
                                                                                   : neuralvolume::Association::Points;
    const char* name = this->GetArrayName();
    this->State->Input.Update(vtkImageData::SafeDownCast(this->GetInput()), name ? name : "", kind);
    this->Draw(renderer, volume);
    this->State->Reported.clear();
  }
  catch (const std::exception& error)
  {
    if (this->State->IsNews(error.what()))
    {
      vtkErrorMacro(<< error.what());
    }
  }
}

void vtkNeuralVolumeMapper::Draw(vtkRenderer* renderer, vtkVolume* volume)
{
  auto* window = vtkOpenGLRenderWindow::SafeDownCast(renderer->GetRenderWindow());
  const neuralvolume::Viewport viewport(renderer);
  if (viewport.Width < 1 || viewport.Height < 1)
  {
    return;
  }
  const double seconds = this->GetTimeLimit(window);
  const neuralvolume::Subject subject{ this->State->Input, this, volume, renderer };
  neuralvolume::Canvas canvas{ viewport.Width, viewport.Height, neuralvolume::ReadDepth(window, viewport) };
  neuralvolume::Painter& painter = this->State->Painter;
  this->State->Blender.Draw(window, viewport, painter.Paint(subject, std::move(canvas), seconds));
  this->Complete = this->Complete && painter.IsComplete();
}

/// Of the next picture. The two of a stereoscopic one take turns, so that none could be continued.
double vtkNeuralVolumeMapper::GetTimeLimit(vtkRenderWindow* window) const
{
  const bool isMoving = window->GetDesiredUpdateRate() > SlowestMovingRate;
  const int eyes = window->GetStereoRender() ? 2 : 1;
  return isMoving    ? 1.0 / (eyes * this->InteractiveFrameRate)
         : eyes == 1 ? this->TimeLimit
                     : neuralvolume::Painter::Unlimited;
}

void vtkNeuralVolumeMapper::SetTimeLimit(double seconds)
{
  this->TimeLimit = seconds;
  this->Complete = true;
}

void vtkNeuralVolumeMapper::ReleaseGraphicsResources(vtkWindow* window)
{
  this->State->Blender.ReleaseGraphicsResources(window);
  this->Superclass::ReleaseGraphicsResources(window);
}

void vtkNeuralVolumeMapper::PrintSelf(ostream& os, vtkIndent indent)
{
  this->Superclass::PrintSelf(os, indent);
  os << indent << "InteractiveFrameRate: " << this->InteractiveFrameRate << "\n";
  os << indent << "SamplingRate: " << this->SamplingRate << "\n";
  os << indent << "TimeLimit: " << this->TimeLimit << "\n";
  os << indent << "Complete: " << this->Complete << "\n";
  os << indent << "Reported: " << this->State->Reported << "\n";
}
