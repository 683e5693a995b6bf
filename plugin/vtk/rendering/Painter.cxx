// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "Painter.h"

#include "ModelInput.h"
#include "Scene.h"
#include "Upscale.h"
#include "vtkNeuralVolumeMapper.h"

#include "vtkImplicitFunction.h"
#include "vtkLightCollection.h"
#include "vtkPlaneCollection.h"
#include "vtkRenderer.h"
#include "vtkVolume.h"
#include "vtkVolumeProperty.h"

#include <algorithm>
#include <chrono>
#include <cmath>

namespace neuralvolume
{
namespace
{

constexpr double DraftStepsPerSample = 0.5;
constexpr double LongestDraft = 1.25; ///< times its time; then it is shown as it is
constexpr double Reserve = 0.2;       ///< of a picture's time, for what a window does when it is drawn
constexpr double SmallestShare = 0.4; ///< of a picture's time, however long all else takes

void Begin(const Subject& subject, const View& view, const std::vector<float>& depth, double stepsPerSample)
{
  subject.Input.GetRenderer().Begin(view, MakeTransferFunction(subject.Volume->GetProperty()),
    MakeSettings(subject.Input.GetModel(), subject.Mapper, subject.Volume, stepsPerSample), { .Far = depth.data() });
}

/// When one of them, or whether it is among them, changed last.
vtkMTimeType GetMTime(vtkCollection* objects)
{
  if (!objects)
  {
    return 0;
  }
  vtkMTimeType time = objects->GetMTime();
  for (int i = 0; i < objects->GetNumberOfItems(); ++i)
  {
    time = std::max(time, objects->GetItemAsObject(i)->GetMTime());
  }
  return time;
}

} // namespace

bool Painter::Scene::operator==(const Scene& other) const
{
  return this->Time == other.Time && this->Sight.Width == other.Sight.Width &&
         this->Sight.Height == other.Sight.Height && this->Sight.ClipToUnit == other.Sight.ClipToUnit &&
         this->Sight.UnitToWorld == other.Sight.UnitToWorld && this->Depth == other.Depth;
}

Painter::Scene Painter::MakeScene(const Subject& subject, Canvas canvas)
{
  vtkVolumeProperty* property = subject.Volume->GetProperty();
  vtkImplicitFunction* slice = property->GetSliceFunction();
  return { MakeView(subject.Input.GetModel(), subject.Renderer, subject.Volume, canvas.Width, canvas.Height),
    std::move(canvas.Depth),
    std::max(
      { subject.Input.GetMTime(), subject.Mapper->GetMTime(), property->GetMTime(), slice ? slice->GetMTime() : 0,
        GetMTime(subject.Mapper->GetClippingPlanes()), GetMTime(subject.Renderer->GetLights()) }) };
}

const Image& Painter::Paint(const Subject& subject, Canvas canvas, double seconds)
{
  const double share = this->GetShare(subject.Renderer, seconds);
  Scene scene = MakeScene(subject, std::move(canvas));
  if (!(scene == this->Current))
  {
    seconds < Unlimited ? this->BeginDraft(subject, scene, share) : this->BeginFull(subject, scene);
    this->Current = std::move(scene);
    this->Shown = {};
  }
  else if (this->Stage == Stages::Draft && (this->StageIsComplete || seconds == Unlimited))
  {
    this->BeginFull(subject, this->Current);
  }
  this->SecondsDrawing = 0.0;
  if (!this->StageIsComplete)
  {
    this->Continue(subject.Input.GetRenderer(), share);
    this->Show(subject.Input.GetRenderer().GetImage());
  }
  return this->Shown;
}

/// What a picture's time leaves when all else in it takes as long as it did in the last one.
double Painter::GetShare(vtkRenderer* renderer, double seconds) const
{
  const double others = std::max(renderer->GetLastRenderTimeInSeconds() - this->SecondsDrawing, 0.0);
  return std::max((1.0 - Reserve) * seconds - others, SmallestShare * seconds);
}

void Painter::BeginDraft(const Subject& subject, const Scene& scene, double seconds)
{
  if (this->Stage == Stages::Draft && !this->StageIsComplete) // it would have taken longer, say twice as long
  {
    this->DraftPace.Learn(0.5 * double(this->DraftDepth.size()), this->DraftSeconds);
  }
  const int width = scene.Sight.Width;
  const int height = scene.Sight.Height;
  const double edge = this->DraftPace.ChooseEdge(double(width) * height, seconds);
  View view = scene.Sight;
  view.Width = int(std::ceil(width / edge));
  view.Height = int(std::ceil(height / edge));
  std::vector<float> depth = CoarsenDepth(scene.Depth, width, height, view.Width, view.Height);
  Begin(subject, view, depth, DraftStepsPerSample);
  this->DraftDepth = std::move(depth);
  this->DraftSeconds = 0.0;
  this->Stage = Stages::Draft;
  this->StageIsComplete = false;
}

void Painter::BeginFull(const Subject& subject, const Scene& scene)
{
  Begin(subject, scene.Sight, scene.Depth, subject.Mapper->GetSamplingRate());
  this->Backdrop = std::move(this->Shown);
  this->Stage = Stages::Full;
  this->StageIsComplete = false;
}

void Painter::Continue(Renderer& renderer, double seconds)
{
  const auto start = std::chrono::steady_clock::now();
  if (seconds == Unlimited)
  {
    renderer.Finish();
    this->StageIsComplete = true;
  }
  else
  {
    const double slack = this->Stage == Stages::Draft ? LongestDraft : 1.0;
    this->StageIsComplete = renderer.Continue(std::chrono::duration<double>(slack * seconds));
  }
  this->SecondsDrawing = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  if (this->Stage == Stages::Draft)
  {
    this->DraftSeconds += this->SecondsDrawing;
    if (this->StageIsComplete)
    {
      this->DraftPace.Learn(double(this->DraftDepth.size()), this->DraftSeconds);
    }
  }
}

void Painter::Show(const Image& drawn)
{
  const View& sight = this->Current.Sight;
  if (this->Stage == Stages::Draft)
  {
    this->Shown = Upscale(drawn, this->DraftDepth, this->Current.Depth, sight.Width, sight.Height);
    return;
  }
  this->Shown = drawn;
  if (!this->StageIsComplete && !this->Backdrop.Pixels.empty())
  {
    std::ranges::transform(drawn.Pixels, this->Backdrop.Pixels, this->Shown.Pixels.begin(),
      [](const Rgba& pixel, const Rgba& draft) { return pixel[3] > 0.0f ? pixel : draft; });
  }
}

} // namespace neuralvolume
