// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "render/Renderer.h"

#include "render/LevelOfDetail.h"
#include "render/Picture.h"
#include "render/Require.h"
#include "render/SceneMaker.h"

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
  TransferFunction Colours;
  BlendMode Mode;
  std::vector<double> IsoValues;
  bool SkipEmptySpace;

  friend bool operator==(const Appearance&, const Appearance&) = default;

  ScalarBricks::Visibility GetVisibility() const
  {
    const bool isEmptySpaceSkipped = this->Mode == BlendMode::Composite || this->Mode == BlendMode::Isosurface;
    if (!this->SkipEmptySpace || !isEmptySpaceSkipped)
    {
      return [](const ValueRange&) { return 1.0f; };
    }
    if (this->Mode == BlendMode::Isosurface)
    {
      return [values = this->IsoValues](const ValueRange& bounds)
      {
        const auto isWithin = [&](double value) { return bounds.Minimum <= value && value <= bounds.Maximum; };
        return std::ranges::any_of(values, isWithin) ? 1.0f : 0.0f;
      };
    }
    // A marcher takes the nearest entry of its table of colours
    const double slack = 2.0 * ColourTable::HalfEntryOf(this->Colours);
    return [colours = this->Colours, slack](const ValueRange& bounds)
    { return colours.MaximumOpacity(bounds.Minimum - slack, bounds.Maximum + slack); };
  }
};

/// Samples around a brick that a picture needs: of gradients, and of steps that reach into the next brick.
int MarginFor(const RenderSettings& settings)
{
  if (settings.Paths.AreTraced)
  {
    return 0;
  }
  if (settings.BlendMode == BlendMode::Isosurface)
  {
    return 2;
  }
  return settings.Lighting.IsOn ? 1 : 0;
}

/// One that is decoded in about a tenth of a second, whatever the volume.
int CoarseLevelOf(const std::array<int, 3>& samples)
{
  constexpr int edge = 128;
  int level = 0;
  while ((*std::ranges::max_element(samples) >> level) > edge)
  {
    ++level;
  }
  return level;
}

} // namespace

/// The decoded samples of what was drawn last.
struct Renderer::Samples
{
  int Component;
  int Margin;
  ScalarBricks Bricks;
  std::optional<Appearance> Shown;
  int Needed = 0;                                  ///< level of the last picture's pixels
  std::array<int, ScalarBricks::Levels> Coarsened; ///< by needed level: the one that fitted, where another did not
  std::optional<int> CompleteLevel;                ///< finest one of complete pictures of this appearance

  Samples(const Model& model, const Evaluator& evaluator, int component, int margin, std::size_t capacity)
    : Component(component)
    , Margin(margin)
    , Bricks(model, evaluator, Scalar(model.Array.Ranges, component), margin, capacity)
  {
  }

  /// A coarser level than needed where the bricks did not fit before, and so will not fit again; a finer one where what
  /// shows is decoded at that, most likely, rather than to decode it once more.
  int ChooseLevel(const Appearance& appearance, int needed)
  {
    if (this->Shown != appearance)
    {
      this->Bricks.SetVisibility(appearance.GetVisibility());
      this->Shown = appearance;
      this->Coarsened.fill(0);
      this->CompleteLevel.reset();
    }
    this->Needed = needed;
    const int fitting = this->Coarsened[std::size_t(needed)];
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
  const View& view, const TransferFunction& transferFunction, const RenderSettings& settings, const RayDepths& depths)
{
  RequireDrawable(this->TheModel, view, settings);
  this->Current.reset();
  const int margin = MarginFor(settings);
  if (!this->Decoded || this->Decoded->Component != settings.Component || this->Decoded->Margin != margin)
  {
    this->Decoded.reset(); // before there are others
    this->Decoded =
      std::make_unique<Samples>(this->TheModel, this->TheEvaluator, settings.Component, margin, this->Capacity);
  }
  ScalarBricks& bricks = this->Decoded->Bricks;
  const SceneMaker makeScene(bricks, this->TheMarcher, this->TheModel, view, transferFunction, settings, depths);
  const bool isThin = IsThin(this->TheModel.Geometry);
  const int level =
    this->Decoded->ChooseLevel({ transferFunction, settings.BlendMode, settings.IsoValues, settings.SkipEmptySpace },
      ChooseLevel(makeScene.GetCaster(), view, this->TheModel.GetDimensions()));
  std::optional<Picture::DecodeLimit> limit;
  if (settings.MostDecodedBricks < RenderSettings().MostDecodedBricks)
  {
    limit = { settings.MostDecodedBricks, CoarseLevelOf(this->TheModel.GetDimensions()) };
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

Image Render(const Model& model, const Evaluator& evaluator, const Marcher& marcher, const View& view,
  const TransferFunction& transferFunction, const RenderSettings& settings, const RayDepths& depths)
{
  Renderer renderer(model, evaluator, marcher);
  renderer.Begin(view, transferFunction, settings, depths);
  return renderer.Finish();
}

} // namespace neuralvolume
