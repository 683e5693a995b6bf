// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "render/Renderer.h"

#include "render/LevelOfDetail.h"
#include "render/Picture.h"
#include "render/Require.h"
#include "render/SceneMaker.h"

#include <tbb/task_arena.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace neuralvolume
{
namespace
{

bool IsThin(const Geometry& geometry)
{
  const auto& extent = geometry.Extent;
  return extent[0] >= extent[1] || extent[2] >= extent[3] || extent[4] >= extent[5];
}

/// What decides which values show something.
struct Appearance
{
  neuralvolume::Classification Classification;
  BlendMode Mode;
  std::vector<double> IsoValues;
  bool SkipEmptySpace;

  friend bool operator==(const Appearance&, const Appearance&) = default;

  ScalarBricks::Visibility GetVisibility() const
  {
    const bool isEmptySpaceSkipped = this->Mode == BlendMode::Composite || this->Mode == BlendMode::Isosurface;
    if (!this->SkipEmptySpace || !isEmptySpaceSkipped)
    {
      return [](const ValueBounds&) { return 1.0f; };
    }
    if (this->Mode == BlendMode::Isosurface)
    {
      return [values = this->IsoValues](const ValueBounds& bounds)
      {
        const auto isWithin = [&](double value) { return bounds[0].Minimum <= value && value <= bounds[0].Maximum; };
        return std::ranges::any_of(values, isWithin) ? 1.0f : 0.0f;
      };
    }
    return [classification = this->Classification](const ValueBounds& bounds)
    { return ColourTable::MaximumOpacity(classification, bounds); };
  }
};

/// Samples around a brick that a picture needs: of gradients, and of steps that reach into the next brick.
int MarginFor(const RenderSettings& settings, const Classification& classification)
{
  if (settings.BlendMode == BlendMode::Isosurface && !settings.Paths.AreTraced)
  {
    return 2;
  }
  const bool isShaded = settings.Lighting.IsOn && !settings.Paths.AreTraced;
  return isShaded || classification.GetSecond() == SecondCoordinate::Gradient ? 1 : 0;
}

/// One with so many samples along the longest edge.
int CoarseLevelOf(const std::array<int, 3>& samples, int edge)
{
  int level = 0;
  while ((*std::ranges::max_element(samples) >> level) > edge)
  {
    ++level;
  }
  return level;
}

/// For pictures that cannot wait: the first one is decoded in about a tenth of a second, whatever the volume, and the
/// last one at once.
Picture::DecodeLimit MakeLimit(int bricks, const std::array<int, 3>& samples)
{
  return { bricks, { CoarseLevelOf(samples, 128), CoarseLevelOf(samples, 32) } };
}

} // namespace

/// The decoded samples of what was drawn last.
struct Renderer::Samples
{
  std::vector<ScalarSource> Sources;
  int Margin;
  ScalarBricks Bricks;
  std::optional<Appearance> Shown;
  int Needed = 0;                                  ///< level of the last picture's pixels
  std::array<int, ScalarBricks::Levels> Coarsened; ///< by needed level: the one that fitted, where another did not
  std::optional<int> CompleteLevel;                ///< finest one of complete pictures of this appearance

  Samples(const std::vector<ScalarSource>& sources, int margin, std::size_t capacity)
    : Sources(sources)
    , Margin(margin)
    , Bricks(sources, margin, capacity)
  {
  }

  /// A coarser level than needed where the bricks did not fit before, unless they do now; a finer one where what
  /// shows is decoded at that, most likely, rather than to decode it once more.
  int ChooseLevel(const Appearance& appearance, int needed, const Sight& sight)
  {
    if (this->Shown != appearance)
    {
      this->Bricks.SetVisibility(appearance.GetVisibility());
      this->Shown = appearance;
      this->Coarsened.fill(0);
      this->CompleteLevel.reset();
    }
    this->Needed = needed;
    int& fitting = this->Coarsened[std::size_t(needed)];
    if (fitting > needed && this->Bricks.Fits(needed, sight))
    {
      fitting = 0;
    }
    return fitting > needed ? fitting : std::min(needed, this->CompleteLevel.value_or(needed));
  }

  void SetDrawn(const Picture& picture)
  {
    const int level = picture.GetLevel();
    int& fitting = this->Coarsened[std::size_t(this->Needed)];
    fitting = std::max(fitting, level);
    if (picture.IsComplete() && !picture.IsLimited())
    {
      this->CompleteLevel = std::min(level, this->CompleteLevel.value_or(level));
    }
  }
};

Renderer::Renderer(const Model& model, const Evaluator& evaluator, const Marcher& marcher, std::size_t capacity)
  : TheModel(model)
  , TheEvaluator(evaluator)
  , TheMarcher(marcher)
  , Capacity(capacity)
{
  RequireConsistent(model, evaluator);
}

Renderer::~Renderer() = default;

void Renderer::Begin(
  const View& view, const Classification& classification, const RenderSettings& settings, const RayDepths& depths)
{
  RequireDrawable(this->TheModel, view, settings, classification);
  this->Current.reset();
  std::vector<ScalarSource> sources = { { &this->TheModel, &this->TheEvaluator, settings.Component } };
  if (classification.GetSecond() == SecondCoordinate::Value && settings.Second)
  {
    sources.push_back(*settings.Second);
  }
  const int margin = MarginFor(settings, classification);
  if (!this->Decoded || this->Decoded->Sources != sources || this->Decoded->Margin != margin)
  {
    this->Decoded.reset(); // before there are others
    this->Decoded = std::make_unique<Samples>(sources, margin, this->Capacity);
  }
  ScalarBricks& bricks = this->Decoded->Bricks;
  const SceneMaker makeScene(bricks, this->TheMarcher, this->TheModel, view, classification, settings, depths);
  const bool isThin = IsThin(this->TheModel.Geometry);
  const int level =
    this->Decoded->ChooseLevel({ classification, settings.BlendMode, settings.IsoValues, settings.SkipEmptySpace },
      ChooseLevel(makeScene.GetCaster(), view, this->TheModel.GetDimensions()), Sight(view));
  std::optional<Picture::DecodeLimit> limit;
  bricks.ForgetStandIns(std::size_t(settings.MostDecodedBricks));
  if (settings.MostDecodedBricks < RenderSettings().MostDecodedBricks)
  {
    limit = MakeLimit(settings.MostDecodedBricks, this->TheModel.GetDimensions());
  }
  this->Current = std::make_unique<Picture>(bricks, view.Width, view.Height, isThin, level, limit, makeScene);
}

bool Renderer::Continue(std::chrono::duration<double> budget)
{
  using Clock = Picture::Clock;
  this->Current->Draw(Clock::now() + std::chrono::duration_cast<Clock::duration>(budget));
  this->Decoded->SetDrawn(*this->Current);
  return this->Current->IsComplete();
}

const Image& Renderer::Finish()
{
  this->Current->Draw(Picture::Clock::time_point::max());
  this->Decoded->SetDrawn(*this->Current);
  return this->Current->GetImage();
}

const Image& Renderer::GetImage() const
{
  return this->Current->GetImage();
}

void Renderer::CopyDrawn(Image& target) const
{
  this->Current->CopyDrawn(target);
}

std::uint64_t Renderer::GetSamples() const
{
  return this->Current ? this->Current->GetSamples() : 0;
}

std::uint64_t Renderer::GetDecodedBricks() const
{
  return this->Decoded ? this->Decoded->Bricks.GetDecoded() : 0;
}

std::size_t Renderer::GetMemorySize() const
{
  return this->Decoded ? this->Decoded->Bricks.GetMemorySize() : 0;
}

std::chrono::duration<double> Renderer::GetDecodingTime() const
{
  using Seconds = std::chrono::duration<double>;
  return this->Decoded ? this->Decoded->Bricks.GetTimeSpent() / tbb::this_task_arena::max_concurrency() : Seconds(0.0);
}

Image Render(const Model& model, const Evaluator& evaluator, const Marcher& marcher, const View& view,
  const Classification& classification, const RenderSettings& settings, const RayDepths& depths)
{
  Renderer renderer(model, evaluator, marcher);
  renderer.Begin(view, classification, settings, depths);
  return renderer.Finish();
}

} // namespace neuralvolume
