// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "render/Renderer.h"

#include "render/RayTile.h"

#include <tbb/enumerable_thread_specific.h>
#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <stdexcept>
#include <string>
#include <utility>

namespace neuralvolume
{
namespace
{

constexpr double MaxStepsPerRay = 1e6;

void RequirePositive(const char* name, double value)
{
  if (!(value > 0.0) || !std::isfinite(value))
  {
    throw std::invalid_argument(
      std::string(name) + " is " + std::to_string(value) + "; it must be positive and finite");
  }
}

template <typename Numbers>
void RequireFinite(const char* name, const Numbers& numbers)
{
  if (!std::all_of(numbers.begin(), numbers.end(), [](double number) { return std::isfinite(number); }))
  {
    throw std::invalid_argument(std::string(name) + " holds a number that is not finite");
  }
}

void RequireOutputs(const Model& model, const Evaluator& evaluator)
{
  const int components = model.Array.GetComponents();
  if (evaluator.GetOutputs() != components)
  {
    throw std::invalid_argument("the evaluator has " + std::to_string(evaluator.GetOutputs()) +
                                " outputs, the model's array " + std::to_string(components) + " components");
  }
}

void RequireComponent(const Model& model, int component)
{
  const int components = model.Array.GetComponents();
  if (component != Magnitude && !(component >= 0 && component < components))
  {
    throw std::invalid_argument("component " + std::to_string(component) + " cannot be drawn; the array has " +
                                std::to_string(components) + ", counted from 0");
  }
}

/// The longest way through the unit cube, in world units, or a little more.
double LongestRay(const View& view)
{
  double squares = 0.0;
  for (int row = 0; row < 3; ++row)
  {
    double extent = 0.0;
    for (int column = 0; column < 3; ++column)
    {
      extent += std::abs(view.UnitToWorld[3 * row + column]);
    }
    squares += extent * extent;
  }
  return std::sqrt(squares);
}

void RequireView(const View& view, const RenderSettings& settings)
{
  if (view.Width < 0 || view.Height < 0)
  {
    throw std::invalid_argument(
      "a picture of " + std::to_string(view.Width) + " x " + std::to_string(view.Height) + " pixels cannot be drawn");
  }
  RequireFinite("the view's matrix from clip to unit coordinates", view.ClipToUnit);
  RequireFinite("the view's matrix from unit to world coordinates", view.UnitToWorld);
  RequireFinite("the cropping planes", settings.Cropping.Planes);
  for (const ClippingPlane& plane : settings.ClippingPlanes)
  {
    RequireFinite("a clipping plane", std::array{ plane.Normal[0], plane.Normal[1], plane.Normal[2], plane.Offset });
  }
  RequirePositive("the sample distance", settings.SampleDistance);
  RequirePositive("the opacity unit distance", settings.OpacityUnitDistance);
  if (LongestRay(view) / settings.SampleDistance > MaxStepsPerRay)
  {
    throw std::invalid_argument("a sample distance of " + std::to_string(settings.SampleDistance) +
                                " takes more than a million steps through a volume of size " +
                                std::to_string(LongestRay(view)) + "; it must be longer");
  }
}

/// From the first to the last point, or over all cells.
Box BoundsOf(const Model& model)
{
  Box box;
  for (std::size_t axis = 0; axis < 3; ++axis)
  {
    const double margin = model.Array.Kind == Association::Points ? 0.5 / model.GetDimensions()[axis] : 0.0;
    box.Low[axis] = margin;
    box.High[axis] = 1.0 - margin;
  }
  return box;
}

bool IsThin(const Geometry& geometry)
{
  const auto& extent = geometry.Extent;
  return extent[0] >= extent[1] || extent[2] >= extent[3] || extent[4] >= extent[5];
}

} // namespace

class Renderer::Picture
{
public:
  using Clock = std::chrono::steady_clock;

  /// isEmpty: there is nothing to draw.
  Picture(const View& view, Scene scene, bool isEmpty)
    : Drawn{ view.Width, view.Height, std::vector<Rgba>(std::size_t(view.Width) * view.Height) }
    , Subject(std::move(scene))
    , Columns((view.Width + RayTile::Size - 1) / RayTile::Size)
    , Tiles(isEmpty ? 0 : this->Columns * ((view.Height + RayTile::Size - 1) / RayTile::Size))
  {
  }

  bool IsComplete() const { return this->NextTile >= this->Tiles; }

  void Draw(Clock::time_point deadline)
  {
    tbb::parallel_for(0, tbb::this_task_arena::max_concurrency(), [&](int) { this->DrawTiles(deadline); });
  }

  Image Drawn;

private:
  void DrawTiles(Clock::time_point deadline)
  {
    RayTile& tile = this->Workers.local();
    do
    {
      const int next = this->NextTile++;
      if (next >= this->Tiles)
      {
        return;
      }
      tile.Draw(next % this->Columns * RayTile::Size, next / this->Columns * RayTile::Size, this->Drawn);
    } while (Clock::now() < deadline);
  }

  const Scene Subject;
  const int Columns;
  const int Tiles;
  std::atomic<int> NextTile = 0;
  tbb::enumerable_thread_specific<RayTile> Workers{ [this] { return RayTile(this->Subject); } };
};

Renderer::Renderer(const Model& model, const Evaluator& evaluator)
  : TheModel(model)
  , TheEvaluator(evaluator)
{
  RequireOutputs(model, evaluator);
}

Renderer::~Renderer() = default;

void Renderer::Begin(
  const View& view, const TransferFunction& transferFunction, const RenderSettings& settings, const RayDepths& depths)
{
  RequireComponent(this->TheModel, settings.Component);
  RequireView(view, settings);
  const Scalar scalar(this->TheModel.Array.Ranges, settings.Component);
  const Box bounds = BoundsOf(this->TheModel);
  this->Current = std::make_unique<Picture>(view,
    Scene{ .Evaluator = this->TheEvaluator,
      .TransferFunction = transferFunction,
      .Depths = depths,
      .Scalar = scalar,
      .Bounds = bounds,
      .Caster = RayCaster(view, bounds, settings),
      .Cells = settings.SkipEmptySpace ? VisibleCells(this->TheModel, scalar, transferFunction) : VisibleCells(),
      .Samples = ValidSamples(this->TheModel),
      .OpacityUnitsPerWorldUnit = float(1.0 / settings.OpacityUnitDistance),
      .OpacityLimit = settings.OpacityLimit },
    IsThin(this->TheModel.Geometry));
}

bool Renderer::Continue(std::chrono::duration<double> budget)
{
  using Clock = Picture::Clock;
  this->Current->Draw(Clock::now() + std::chrono::duration_cast<Clock::duration>(budget));
  return this->Current->IsComplete();
}

const Image& Renderer::Finish()
{
  this->Current->Draw(Picture::Clock::time_point::max());
  return this->Current->Drawn;
}

const Image& Renderer::GetImage() const
{
  return this->Current->Drawn;
}

Image Render(const Model& model, const Evaluator& evaluator, const View& view, const TransferFunction& transferFunction,
  const RenderSettings& settings, const RayDepths& depths)
{
  Renderer renderer(model, evaluator);
  renderer.Begin(view, transferFunction, settings, depths);
  return renderer.Finish();
}

} // namespace neuralvolume
