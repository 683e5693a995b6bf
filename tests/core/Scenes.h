// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "backend/Backend.h"
#include "model/Model.h"
#include "network/Evaluator.h"
#include "render/Renderer.h"

#include <array>
#include <cmath>
#include <functional>
#include <limits>
#include <numbers>
#include <vector>

/// Analytic fields, cameras and the lengths of rays in boxes, worked out in world coordinates.
namespace neuralvolume::scenes
{

using Vector3 = std::array<double, 3>;
using Matrix3 = std::array<Vector3, 3>;

inline double Dot(const Vector3& a, const Vector3& b)
{
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

inline Vector3 Cross(const Vector3& a, const Vector3& b)
{
  return { a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0] };
}

inline Vector3 Add(const Vector3& a, double factor, const Vector3& b)
{
  return { a[0] + factor * b[0], a[1] + factor * b[1], a[2] + factor * b[2] };
}

inline Vector3 Normalise(const Vector3& a)
{
  return Add({}, 1.0 / std::sqrt(Dot(a, a)), a);
}

inline Vector3 Multiply(const Matrix3& rows, const Vector3& vector)
{
  return { Dot(rows[0], vector), Dot(rows[1], vector), Dot(rows[2], vector) };
}

/// Unit coordinates to the world: Offset + Axes u.
struct Placement
{
  Matrix3 Axes = { { { 1, 0, 0 }, { 0, 1, 0 }, { 0, 0, 1 } } }; ///< rows
  Vector3 Offset = { 0, 0, 0 };

  Vector3 ToWorld(const Vector3& unit) const { return Add(Multiply(this->Axes, unit), 1.0, this->Offset); }

  Vector3 VectorToUnit(const Vector3& world) const
  {
    const Vector3& a = this->Axes[0];
    const Vector3& b = this->Axes[1];
    const Vector3& c = this->Axes[2];
    const double determinant = Dot(a, Cross(b, c));
    Vector3 unit = Add({}, world[0] / determinant, Cross(b, c));
    unit = Add(unit, world[1] / determinant, Cross(c, a));
    return Add(unit, world[2] / determinant, Cross(a, b));
  }
};

struct Camera
{
  Vector3 Position = { 0, 0, 5 };
  Vector3 Target = { 0, 0, 0 };
  Vector3 Up = { 0, 1, 0 };
  bool Parallel = true;
  double Size = 1.0; ///< half the picture's height: in world units, or the tangent of half the view angle
  double Near = 0.1;
  double Far = 50.0;
  int Width = 24;
  int Height = 20;

  Vector3 Forward() const { return Normalise(Add(this->Target, -1.0, this->Position)); }
  Vector3 Right() const { return Normalise(Cross(this->Forward(), this->Up)); }

  /// Across the picture, per unit of distance where the camera has perspective.
  Vector3 Offset(int x, int y) const
  {
    const double across = this->Size * (2.0 * (x + 0.5) / this->Width - 1.0) * this->Width / this->Height;
    const double upwards = this->Size * (2.0 * (y + 0.5) / this->Height - 1.0);
    return Add(Add({}, across, this->Right()), upwards, Cross(this->Right(), this->Forward()));
  }

  /// Of a pixel's ray, in the world; the direction has length 1.
  Vector3 Origin(int x, int y) const
  {
    return this->Parallel ? Add(this->Position, 1.0, this->Offset(x, y)) : this->Position;
  }
  Vector3 Direction(int x, int y) const
  {
    return this->Parallel ? this->Forward() : Normalise(Add(this->Forward(), 1.0, this->Offset(x, y)));
  }

  /// Window depth of a point this far in front of the camera, along its axis.
  double WindowDepth(double distance) const
  {
    const double span = this->Far - this->Near;
    return this->Parallel ? (distance - this->Near) / span : this->Far * (distance - this->Near) / (distance * span);
  }
};

/// The inverse of projection, view and placement, built up column by column.
inline View MakeView(const Camera& camera, const Placement& placement)
{
  const double aspect = double(camera.Width) / camera.Height;
  const Vector3 forward = camera.Forward();
  const Vector3 right = camera.Right();
  const Vector3 up = Cross(right, forward);
  const double span = camera.Far - camera.Near;
  const double product = camera.Near * camera.Far;
  // Each column's image in the world: a vector and its homogeneous w
  const double depthOfZ = camera.Parallel ? 0.5 * span : 0.0;
  const double depthOfOne = camera.Parallel ? 0.5 * (camera.Far + camera.Near) : 1.0;
  const std::array<Vector3, 4> vectors = { Add({}, camera.Size * aspect, right), Add({}, camera.Size, up),
    Add({}, depthOfZ, forward), Add({}, depthOfOne, forward) };
  const std::array<double, 4> w = { 0.0, 0.0, camera.Parallel ? 0.0 : -0.5 * span / product,
    camera.Parallel ? 1.0 : 0.5 * (camera.Far + camera.Near) / product };
  View view;
  view.Width = camera.Width;
  view.Height = camera.Height;
  const Vector3 eye = Add(camera.Position, -1.0, placement.Offset);
  for (std::size_t column = 0; column < 4; ++column)
  {
    const Vector3 unit = placement.VectorToUnit(Add(vectors[column], w[column], eye));
    for (std::size_t row = 0; row < 3; ++row)
    {
      view.ClipToUnit[4 * row + column] = unit[row];
    }
    view.ClipToUnit[12 + column] = w[column];
  }
  for (std::size_t i = 0; i < 9; ++i)
  {
    view.UnitToWorld[i] = placement.Axes[i / 3][i % 3];
  }
  return view;
}

/// World length of a pixel's ray between two corners of a box in unit coordinates, within a range of distances.
inline double LengthInBox(const Camera& camera, const Placement& placement, int x, int y, const Vector3& low,
  const Vector3& high, double begin = 0.0, double end = std::numeric_limits<double>::infinity())
{
  const Vector3 origin = placement.VectorToUnit(Add(camera.Origin(x, y), -1.0, placement.Offset));
  const Vector3 direction = placement.VectorToUnit(camera.Direction(x, y));
  for (std::size_t axis = 0; axis < 3; ++axis)
  {
    const double a = (low[axis] - origin[axis]) / direction[axis];
    const double b = (high[axis] - origin[axis]) / direction[axis];
    begin = std::max(begin, std::min(a, b));
    end = std::min(end, std::max(a, b));
  }
  return std::max(end - begin, 0.0);
}

/// A field given by a function of unit coordinates that writes its components.
class AnalyticField final : public Evaluator
{
public:
  using Function = std::function<void(const Vector3&, float*)>;

  AnalyticField(int outputs, Function function)
    : Outputs(outputs)
    , Field(std::move(function))
  {
  }

  int GetOutputs() const override { return this->Outputs; }

  void Evaluate(const Positions& positions, std::size_t count, float* values) const override
  {
    for (std::size_t i = 0; i < count; ++i)
    {
      this->Field({ positions.X[i], positions.Y[i], positions.Z[i] }, values + i * std::size_t(this->Outputs));
    }
  }

private:
  int Outputs;
  Function Field;
};

inline AnalyticField Constant(float value)
{
  return AnalyticField(1, [=](const Vector3&, float* values) { values[0] = value; });
}

inline AnalyticField RampAlongX()
{
  return AnalyticField(1, [](const Vector3& position, float* values) { values[0] = float(position[0]); });
}

/// A model of so many cells, with components in [0, 1].
inline Model MakeModel(const std::array<int, 3>& cells, int components = 1)
{
  Model model;
  model.Geometry.Extent = { 0, cells[0], 0, cells[1], 0, cells[2] };
  model.Array.Kind = Association::Cells;
  model.Array.Ranges.assign(std::size_t(components), { 0.0, 1.0 });
  return model;
}

/// The same colour and opacity for all values.
inline TransferFunction Fog(float opacity)
{
  return TransferFunction({ { 0.2f, 0.4f, 0.8f, opacity } }, 0.0, 1.0);
}

/// Opacity of a homogeneous medium over a length: Beer and Lambert.
inline double Absorbed(double opacity, double length)
{
  return 1.0 - std::pow(1.0 - opacity, length);
}

inline Image Render(const Model& model, const Evaluator& evaluator, const View& view,
  const Classification& classification, const RenderSettings& settings, const RayDepths& depths = {})
{
  return neuralvolume::Render(model, evaluator, GetMarcher(), view, classification, settings, depths);
}

} // namespace neuralvolume::scenes
