// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "vtkNeuralVolumeMapper.h"

#include "FrameBuffer.h"
#include "ModelInput.h"
#include "Painters.h"
#include "Peeling.h"

#include "vtkCamera.h"
#include "vtkImageData.h"
#include "vtkObjectFactory.h"
#include "vtkOpenGLRenderWindow.h"
#include "vtkRenderer.h"
#include "vtkVolume.h"
#include "vtkWeakPointer.h"

#include <array>
#include <exception>
#include <string>
#include <utility>
#include <vector>

namespace
{

/// Pictures a second above which a window counts as moving; ParaView asks for 5, and for 0.002 of still ones.
constexpr double SlowestMovingRate = 1.0;

} // namespace

struct vtkNeuralVolumeMapper::Internals
{
  neuralvolume::ModelInput Input;
  std::vector<neuralvolume::Subject> Subjects; ///< of the present picture: those of mappers before, then its own
  vtkWeakPointer<vtkNeuralVolumeMapper> Later; ///< that draws them
  std::array<neuralvolume::Painters, 2> Eyes;  ///< for the left and the right one
  std::size_t Eye = 0;                         ///< of the present picture
  neuralvolume::Peeling Peeling;
  neuralvolume::RayProgress Progress;
  neuralvolume::Blender Blender;
  std::string Reported; ///< the last complaint: given once, not with each picture

  neuralvolume::Painters& GetPainters() { return this->Eyes[this->Eye]; }
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
  std::string problem;
  const auto attempt = [&problem](const auto& action)
  {
    try
    {
      action();
    }
    catch (const std::exception& error)
    {
      problem = error.what();
    }
  };
  attempt([&] { this->Join(renderer, volume); });
  attempt([&] { this->State->Later ? this->PassOn() : this->Draw(renderer, volume); });
  this->State->Subjects.clear();
  if (problem != this->State->Reported && !problem.empty())
  {
    vtkErrorMacro(<< problem);
  }
  this->State->Reported = problem;
}

void vtkNeuralVolumeMapper::DrawTogetherWith(vtkNeuralVolumeMapper* later)
{
  this->State->Later = later;
}

/// Adds the mapper's own volume to what is drawn.
void vtkNeuralVolumeMapper::Join(vtkRenderer* renderer, vtkVolume* volume)
{
  const auto kind = this->GetScalarMode() == VTK_SCALAR_MODE_USE_CELL_FIELD_DATA ? neuralvolume::Association::Cells
                                                                                 : neuralvolume::Association::Points;
  const char* name = this->GetArrayName();
  this->State->Input.Update(
    vtkImageData::SafeDownCast(this->GetInput()), { name ? name : "", this->SecondArrayName, kind });
  this->State->Subjects.push_back({ &this->State->Input, this, volume, renderer });
}

void vtkNeuralVolumeMapper::PassOn()
{
  auto& subjects = this->State->Later->State->Subjects;
  subjects.insert(subjects.end(), this->State->Subjects.begin(), this->State->Subjects.end());
}

void vtkNeuralVolumeMapper::Draw(vtkRenderer* renderer, vtkVolume* volume)
{
  auto* window = vtkOpenGLRenderWindow::SafeDownCast(renderer->GetRenderWindow());
  const neuralvolume::Viewport viewport(renderer);
  if (viewport.Width < 1 || viewport.Height < 1 || this->State->Subjects.empty())
  {
    return;
  }
  this->State->Eye = renderer->GetActiveCamera()->GetLeftEye() ? 0 : 1;
  if (neuralvolume::Peeling::GetPass(volume))
  {
    this->DrawPeel(window, viewport, volume);
    return;
  }
  this->State->GetPainters().BeginFrame();
  this->State->Blender.Draw(
    window, viewport, this->Paint({ viewport.Width, viewport.Height, neuralvolume::ReadDepth(window, viewport) }));
}

/// Draws what a render pass wants to see of the volumes between its layers.
void vtkNeuralVolumeMapper::DrawPeel(
  vtkOpenGLRenderWindow* window, const neuralvolume::Viewport& viewport, vtkVolume* volume)
{
  neuralvolume::RayProgress& progress = this->State->Progress;
  auto stretches = this->State->Peeling.Ask(window, viewport, this, volume);
  if (stretches[0].BeginsAtCamera())
  {
    this->State->GetPainters().BeginFrame();
    progress.Begin(stretches[0].Near.size());
  }
  std::array<neuralvolume::Image, neuralvolume::Peeling::MaxStretches> pictures;
  bool isVisible = false;
  for (std::size_t i = 0; i < pictures.size(); ++i)
  {
    progress.LeaveOutHidden(stretches[i]);
    if (stretches[i].IsEmpty())
    {
      pictures[i] = { viewport.Width, viewport.Height, std::vector<neuralvolume::Rgba>(stretches[i].Near.size()) };
      continue;
    }
    pictures[i] = this->Paint({ viewport.Width, viewport.Height, stretches[i].Far, stretches[i].Near });
    isVisible = true;
    if (this->State->GetPainters().GetLast().IsComplete()) // others change, and with them what they hide
    {
      progress.Add(stretches[i], pictures[i]);
    }
  }
  if (isVisible)
  {
    this->State->Peeling.Answer(window, pictures, this, volume);
  }
}

/// Paints one of the pictures that make a frame.
const neuralvolume::Image& vtkNeuralVolumeMapper::Paint(neuralvolume::Canvas canvas)
{
  const auto& subjects = this->State->Subjects;
  const double seconds = this->GetTimeLimit(subjects.front().Renderer->GetRenderWindow());
  const bool mayRefine = this->Complete || seconds == neuralvolume::Drawing::Unlimited; // one after the other
  neuralvolume::Painter& painter = this->State->GetPainters().Next();
  const neuralvolume::Image& picture = painter.Paint(subjects, std::move(canvas), seconds, mayRefine);
  this->Complete = this->Complete && painter.IsComplete();
  return picture;
}

/// Of the next picture, of which a frame may need several.
double vtkNeuralVolumeMapper::GetTimeLimit(vtkRenderWindow* window) const
{
  if (window->GetDesiredUpdateRate() <= SlowestMovingRate)
  {
    return this->TimeLimit;
  }
  const int eyes = window->GetStereoRender() ? 2 : 1;
  return 1.0 / (eyes * double(this->State->GetPainters().GetUsual()) * this->InteractiveFrameRate);
}

void vtkNeuralVolumeMapper::SetTimeLimit(double seconds)
{
  this->TimeLimit = seconds;
  this->Complete = true;
}

void vtkNeuralVolumeMapper::ReleaseGraphicsResources(vtkWindow* window)
{
  this->State->Blender.ReleaseGraphicsResources(window);
  this->State->Peeling.ReleaseGraphicsResources(window);
  this->Superclass::ReleaseGraphicsResources(window);
}

void vtkNeuralVolumeMapper::PrintSelf(ostream& os, vtkIndent indent)
{
  this->Superclass::PrintSelf(os, indent);
  os << indent << "InteractiveFrameRate: " << this->InteractiveFrameRate << "\n";
  os << indent << "SamplingRate: " << this->SamplingRate << "\n";
  os << indent << "TimeLimit: " << this->TimeLimit << "\n";
  os << indent << "Complete: " << this->Complete << "\n";
  os << indent << "SecondArrayName: " << this->SecondArrayName << "\n";
  os << indent << "SecondArrayComponent: " << this->SecondArrayComponent << "\n";
  os << indent << "Shadows: " << this->Shadows << "\n";
  os << indent << "PathTracing: " << this->PathTracing << "\n";
  os << indent << "SamplesPerPixel: " << this->SamplesPerPixel << "\n";
  os << indent << "EnvironmentLight: " << this->EnvironmentLight << "\n";
  os << indent << "Reported: " << this->State->Reported << "\n";
}
