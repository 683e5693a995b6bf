// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "Drawing.h"

#include "ModelInput.h"
#include "Scene.h"
#include "TransferFunctions.h"
#include "render/Renderer.h"
#include "vtkNeuralVolumeMapper.h"

#include "vtkVolume.h"

#include <tbb/parallel_for.h>

#include <utility>

namespace neuralvolume
{
namespace
{

constexpr double DraftStepsPerSample = 1.0;
constexpr double DraftLongestStep = 4.0;
constexpr int DraftDecodedBricks = 32; // some hundredths of a second
constexpr int DraftSlabs = 4;
constexpr int FullSlabs = 32;

/// Leaves out the rays that are opaque already.
void LeaveOutHidden(const Image& before, Stretch& stretch)
{
  for (std::size_t pixel = 0; pixel < stretch.Near.size(); ++pixel)
  {
    if (before.Pixels[pixel][3] >= RenderSettings().OpacityLimit)
    {
      stretch.Far[pixel] = stretch.Near[pixel];
    }
  }
}

void BlendBehind(const Image& picture, Image& before)
{
  tbb::parallel_for(std::size_t(0), before.Pixels.size(),
    [&](std::size_t pixel)
    {
      Rgba& color = before.Pixels[pixel];
      const float transmittance = 1.0f - color[3];
      for (std::size_t channel = 0; channel < color.size(); ++channel)
      {
        color[channel] += transmittance * picture.Pixels[pixel][channel];
      }
    });
}

Image MakeTransparent(const View& view)
{
  return { view.Width, view.Height, std::vector<Rgba>(std::size_t(view.Width) * view.Height) };
}

} // namespace

void Drawing::Begin(
  const std::vector<Subject>& subjects, std::vector<View> views, const RayDepths& depths, Qualities quality)
{
  this->Views = std::move(views);
  this->Appearances.clear();
  this->Quality = quality;
  for (const Subject& subject : subjects)
  {
    RenderSettings settings = this->MakeSettings(subject);
    this->Appearances.push_back({ MakeClassification(subject.Volume->GetProperty(),
                                    subject.Input->GetScalar(settings.Component), settings.Second),
      std::move(settings) });
  }
  this->Depths = depths;
  this->Parts.reset();
  this->Count = 1;
  if (subjects.size() > 1)
  {
    this->Parts.emplace(this->Views, depths, quality == Qualities::Draft ? DraftSlabs : FullSlabs);
    this->Count = this->Parts->GetCount();
    this->Nothing = MakeTransparent(this->Views.front());
    this->Composite = this->Nothing;
  }
  this->Slab = 0;
  this->Turn = 0;
  this->IsPartBegun = false;
  this->CutSlab();
}

bool Drawing::Continue(const std::vector<Subject>& subjects, double seconds)
{
  const Clock::time_point start = Clock::now();
  for (; !this->IsComplete(); this->EndPart())
  {
    const Subject& subject = subjects[this->GetVolume()];
    if (!this->IsPartBegun || subject.Input->GetPainter() != this) // another picture may have taken the renderer
    {
      this->BeginPart(subject);
    }
    if (!this->ContinuePart(subject, start, seconds))
    {
      return false;
    }
  }
  return true;
}

const Image& Drawing::GetImage() const
{
  if (!this->Parts)
  {
    return this->Last->GetImage();
  }
  return this->IsComplete() ? this->Composite : this->Nothing;
}

void Drawing::CopyDrawn(Image& target) const
{
  if (!this->Parts)
  {
    this->Last->CopyDrawn(target);
  }
}

/// Whose turn it is.
std::size_t Drawing::GetVolume() const
{
  return this->Slab % 2 == 0 ? this->Turn : this->Views.size() - 1 - this->Turn;
}

RayDepths Drawing::GetDepths() const
{
  if (!this->Parts)
  {
    return this->Depths;
  }
  const Stretch& stretch = this->Stretches[this->GetVolume()];
  return { stretch.Near.data(), stretch.Far.data() };
}

void Drawing::BeginPart(const Subject& subject)
{
  if (this->Parts)
  {
    LeaveOutHidden(this->Composite, this->Stretches[this->GetVolume()]);
  }
  const Appearance& appearance = this->Appearances[this->GetVolume()];
  subject.Input->GetRenderer().Begin(
    this->Views[this->GetVolume()], appearance.Classification, appearance.Settings, this->GetDepths());
  subject.Input->SetPainter(this);
  this->IsPartBegun = true;
}

RenderSettings Drawing::MakeSettings(const Subject& subject) const
{
  const bool isDraft = this->Quality == Qualities::Draft;
  RenderSettings settings = neuralvolume::MakeSettings(subject.Input->GetModel(), subject.Mapper, subject.Renderer,
    subject.Volume, isDraft ? DraftStepsPerSample : subject.Mapper->GetSamplingRate());
  settings.Second = subject.Input->GetSecond(subject.Mapper->GetSecondArrayComponent());
  if (isDraft)
  {
    settings.LongestStep = DraftLongestStep;
    settings.MostDecodedBricks = DraftDecodedBricks;
  }
  settings.Paths.AreTraced = settings.Paths.AreTraced && !isDraft; // a few paths would show but noise
  return settings;
}

bool Drawing::ContinuePart(const Subject& subject, Clock::time_point start, double seconds)
{
  Renderer& renderer = subject.Input->GetRenderer();
  this->Last = &renderer;
  // A part of a draft that is not finished would show what should be hidden
  const bool isPartOfDraft = this->Quality == Qualities::Draft && (this->Parts || this->Depths.Near);
  if (seconds == Unlimited || isPartOfDraft)
  {
    renderer.Finish();
    return true;
  }
  return renderer.Continue(std::chrono::duration<double>(seconds) - (Clock::now() - start));
}

/// Blends it behind the parts before it, and goes on to the next.
void Drawing::EndPart()
{
  if (this->Parts)
  {
    BlendBehind(this->Last->GetImage(), this->Composite);
  }
  this->IsPartBegun = false;
  if (++this->Turn == this->Views.size())
  {
    this->Turn = 0;
    ++this->Slab;
    this->CutSlab();
  }
}

void Drawing::CutSlab()
{
  if (this->Parts && !this->IsComplete())
  {
    this->Stretches = this->Parts->Cut(this->Slab);
  }
}

} // namespace neuralvolume
