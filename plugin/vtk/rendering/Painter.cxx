// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "Painter.h"

#include "ModelInput.h"
#include "Scene.h"
#include "Upscale.h"
#include "render/Renderer.h"
#include "vtkNeuralVolumeMapper.h"

#include "vtkContourValues.h"
#include "vtkImplicitFunction.h"
#include "vtkLightCollection.h"
#include "vtkPlaneCollection.h"
#include "vtkRenderer.h"
#include "vtkVolume.h"
#include "vtkVolumeProperty.h"

#include <algorithm>
#include <cmath>

namespace neuralvolume
{
namespace
{

constexpr double Unlimited = Drawing::Unlimited;
constexpr double LongestDraft = 1.25; ///< times its time; then it is shown as it is, with tiles that lack
constexpr double RaysOfDraft = 0.6;   ///< that take as long as one of a full picture, which has nearer neighbours
constexpr double Reserve = 0.2;       ///< of a picture's time, for what takes longer than expected
constexpr double SmallestShare = 0.3; ///< of a picture's time, however long all else takes

double SecondsBetween(std::chrono::steady_clock::time_point begin, std::chrono::steady_clock::time_point end)
{
  return std::chrono::duration<double>(end - begin).count();
}

RayDepths MakeDepths(const std::vector<float>& near, const std::vector<float>& far)
{
  return { near.empty() ? nullptr : near.data(), far.data() };
}

double GetDecodingSeconds(const std::vector<Subject>& subjects)
{
  double seconds = 0.0;
  for (const Subject& subject : subjects)
  {
    seconds += subject.Input->GetRenderer().GetDecodingTime().count();
  }
  return seconds;
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
  const auto isSame = [](const View& a, const View& b)
  {
    return a.Width == b.Width && a.Height == b.Height && a.ClipToUnit == b.ClipToUnit && a.UnitToWorld == b.UnitToWorld;
  };
  return this->Time == other.Time && std::ranges::equal(this->Sights, other.Sights, isSame) &&
         this->Depth == other.Depth && this->NearDepth == other.NearDepth;
}

Painter::Scene Painter::MakeScene(const std::vector<Subject>& subjects, Canvas canvas)
{
  Scene scene{ {}, std::move(canvas.Depth), std::move(canvas.NearDepth),
    GetMTime(subjects.front().Renderer->GetLights()) };
  for (const Subject& subject : subjects)
  {
    scene.Sights.push_back(
      MakeView(subject.Input->GetModel(), subject.Renderer, subject.Volume, canvas.Width, canvas.Height));
    vtkVolumeProperty* property = subject.Volume->GetProperty();
    vtkImplicitFunction* slice = property->GetSliceFunction();
    scene.Time = std::max({ scene.Time, subject.Input->GetMTime(), subject.Mapper->GetMTime(), property->GetMTime(),
      property->GetIsoSurfaceValues()->GetMTime(), slice ? slice->GetMTime() : 0,
      GetMTime(subject.Mapper->GetClippingPlanes()) });
  }
  return scene;
}

const Image& Painter::Paint(const std::vector<Subject>& subjects, Canvas canvas, double seconds, bool mayRefine)
{
  Scene scene = MakeScene(subjects, std::move(canvas));
  const Clock::time_point begun = Clock::now();
  this->Rest.Learn(SecondsBetween(this->Ended, begun));
  this->Ended = begun;
  double share = this->Rest.GetShare(seconds);
  if (!(scene == this->Current))
  {
    share = this->GetDraftShare(subjects.front().Renderer, seconds);
    seconds < Unlimited ? this->BeginDraft(subjects, scene, share) : this->BeginFull(subjects, scene);
    this->Current = std::move(scene);
    this->Shown = {};
  }
  else if (!mayRefine)
  {
    return this->Shown;
  }
  else if (this->Stage == Stages::Draft && (this->StageIsComplete || seconds == Unlimited))
  {
    this->BeginFull(subjects, this->Current);
  }
  this->SecondsDrawing = 0.0;
  if (!this->StageIsComplete)
  {
    this->Continue(subjects, begun, share);
    this->Ended = Clock::now();
    this->SecondsDrawing = SecondsBetween(begun, this->Ended);
    this->Show();
  }
  return this->Shown;
}

/// What a render's time leaves when all else in it takes as long as in the last one. Pauses before it do not count: who
/// moves the camera slowly makes long ones.
double Painter::GetDraftShare(vtkRenderer* renderer, double seconds) const
{
  const double others = std::max(renderer->GetLastRenderTimeInSeconds() - this->SecondsDrawing, 0.0);
  return std::max((1.0 - Reserve) * seconds - others, SmallestShare * seconds);
}

void Painter::Pauses::Learn(double seconds)
{
  this->Last[this->Next++ % this->Last.size()] = seconds;
}

double Painter::Pauses::GetShare(double seconds) const
{
  auto sorted = this->Last;
  std::ranges::sort(sorted);
  return std::max((1.0 - Reserve) * seconds - sorted[sorted.size() / 2], SmallestShare * seconds);
}

void Painter::BeginDraft(const std::vector<Subject>& subjects, const Scene& scene, double seconds)
{
  if (this->Stage == Stages::Draft && !this->StageIsComplete) // it would have taken longer, say twice as long
  {
    this->Learn(0.5);
  }
  const int width = scene.Sights.front().Width;
  const int height = scene.Sights.front().Height;
  const double edge = this->DraftPace.ChooseEdge(double(width) * height, seconds);
  std::vector<View> views = scene.Sights;
  for (View& view : views)
  {
    view.Width = int(std::ceil(width / edge));
    view.Height = int(std::ceil(height / edge));
  }
  std::vector<float> depth = CoarsenDepth(scene.Depth, width, height, views.front().Width, views.front().Height);
  std::vector<float> nearDepth;
  if (!scene.NearDepth.empty())
  {
    nearDepth = CoarsenDepth(scene.NearDepth, width, height, views.front().Width, views.front().Height);
  }
  this->OnItsWay.Begin(subjects, std::move(views), MakeDepths(nearDepth, depth), Drawing::Qualities::Draft);
  this->DraftDepth = std::move(depth);
  this->DraftNearDepth = std::move(nearDepth);
  this->Stage = Stages::Draft;
  this->StageSeconds = this->StageDecodingSeconds = 0.0;
  this->StageIsComplete = false;
}

void Painter::BeginFull(const std::vector<Subject>& subjects, const Scene& scene)
{
  this->OnItsWay.Begin(subjects, scene.Sights, MakeDepths(scene.NearDepth, scene.Depth), Drawing::Qualities::Full);
  this->Stage = Stages::Full;
  this->StageSeconds = this->StageDecodingSeconds = 0.0;
  this->StageIsComplete = false;
}

void Painter::Continue(const std::vector<Subject>& subjects, Clock::time_point begun, double seconds)
{
  const double slack = this->Stage == Stages::Draft ? LongestDraft : 1.0;
  const double decodingBefore = GetDecodingSeconds(subjects);
  this->StageIsComplete = this->OnItsWay.Continue(subjects, slack * seconds - SecondsBetween(begun, Clock::now()));
  this->StageSeconds += SecondsBetween(begun, Clock::now());
  this->StageDecodingSeconds += GetDecodingSeconds(subjects) - decodingBefore;
  if (this->StageIsComplete)
  {
    this->Learn(1.0);
    if (this->Stage == Stages::Draft)
    {
      this->DraftPace.Judge(this->OnItsWay.GetImage());
    }
  }
}

/// part: of the rays, that were drawn in the time there was.
void Painter::Learn(double part)
{
  if (this->Stage == Stages::Draft)
  {
    this->DraftPace.Learn(part * double(this->DraftDepth.size()), this->StageSeconds, this->StageDecodingSeconds);
  }
  else if (this->DraftPace.IsNew() && this->StageDecodingSeconds < 0.5 * this->StageSeconds)
  {
    const double rays = double(this->Current.Depth.size());
    this->DraftPace.Learn(part * RaysOfDraft * rays, this->StageSeconds, this->StageDecodingSeconds);
  }
}

/// What is there of the full picture lies over the draft.
void Painter::Show()
{
  const View& sight = this->Current.Sights.front();
  if (this->Stage == Stages::Draft)
  {
    this->Shown = Upscale(this->OnItsWay.GetImage(), this->DraftDepth, this->Current.Depth, sight.Width, sight.Height);
  }
  else if (this->StageIsComplete)
  {
    this->Shown = this->OnItsWay.GetImage();
  }
  else
  {
    this->OnItsWay.CopyDrawn(this->Shown);
  }
}

} // namespace neuralvolume
