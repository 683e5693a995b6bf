// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "render/Require.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <stdexcept>
#include <string>

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

void RequireComponent(const Model& model, int component)
{
  const int components = model.Array.GetComponents();
  if (component != Magnitude && !(component >= 0 && component < components))
  {
    throw std::invalid_argument("component " + std::to_string(component) + " cannot be drawn; the array has " +
                                std::to_string(components) + ", counted from 0");
  }
}

void RequireSecond(const Model& model, const std::optional<ScalarSource>& second)
{
  if (!second)
  {
    throw std::invalid_argument("the transfer function takes two values, and there is but one");
  }
  RequireComponent(*second->Model, second->Component);
  if (second->Model->GetDimensions() != model.GetDimensions() || second->Model->Array.Kind != model.Array.Kind)
  {
    throw std::invalid_argument("the two values that a transfer function takes must be of the same samples: either of "
                                "points or of cells, and as many along each axis");
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

} // namespace

void RequireConsistent(const Model& model, const Evaluator& evaluator)
{
  const int components = model.Array.GetComponents();
  if (evaluator.GetOutputs() != components)
  {
    throw std::invalid_argument("the evaluator has " + std::to_string(evaluator.GetOutputs()) +
                                " outputs, the model's array " + std::to_string(components) + " components");
  }
  const std::size_t bytes = (model.GetSamples() + 7) / 8;
  if (!model.Invalid.empty() && model.Invalid.size() < bytes)
  {
    throw std::invalid_argument("the model's mask of invalid samples has " + std::to_string(model.Invalid.size()) +
                                " bytes; " + std::to_string(bytes) + " are needed");
  }
}

void RequireDrawable(
  const Model& model, const View& view, const RenderSettings& settings, const Classification& classification)
{
  RequireComponent(model, settings.Component);
  RequireView(view, settings);
  if (classification.GetSecond() == SecondCoordinate::Value)
  {
    RequireSecond(model, settings.Second);
  }
}

} // namespace neuralvolume
