// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "decode/Evaluate.h"

#include "model/Coordinates.h"

#include <tbb/blocked_range.h>
#include <tbb/parallel_for.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <string>

namespace neuralvolume
{
namespace
{

constexpr std::size_t BatchSize = 1024;
constexpr double Tolerance = 1e-6; ///< how far a position on the unit cube's face may be pushed out by rounding

constexpr AffineMap Identity{ { 1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0 }, { 0.0, 0.0, 0.0 } };

bool IsInside(const std::array<double, 3>& unit)
{
  // A NaN is not inside.
  return std::ranges::all_of(unit, [](double u) { return u >= -Tolerance && u <= 1.0 + Tolerance; });
}

bool IsNearestInvalid(const Model& model, const std::array<double, 3>& unit)
{
  const std::array<int, 3> dimensions = model.GetDimensions();
  std::size_t sample = 0;
  for (int axis = 2; axis >= 0; --axis)
  {
    const int index = std::clamp(int(unit[axis] * dimensions[axis]), 0, dimensions[axis] - 1);
    sample = sample * dimensions[axis] + std::size_t(index);
  }
  return model.IsInvalid(sample);
}

/// Evaluates up to BatchSize points.
class Batch
{
public:
  Batch(const Model& model, const Evaluator& evaluator, const AffineMap& toUnit)
    : Source(model)
    , Network(evaluator)
    , ToUnit(toUnit)
    , Normalised(BatchSize * model.Array.Ranges.size())
  {
  }

  void Evaluate(std::span<const double> points, float* values)
  {
    const std::size_t count = points.size() / 3;
    for (std::size_t i = 0; i < count; ++i)
    {
      this->SetPoint(i, { points[3 * i], points[3 * i + 1], points[3 * i + 2] });
    }
    this->Network.Evaluate({ this->X, this->Y, this->Z }, count, this->Normalised.data());
    const float* normalised = this->Normalised.data();
    for (std::size_t i = 0; i < count; ++i)
    {
      for (const ValueRange& range : this->Source.Array.Ranges)
      {
        *values++ = this->HasValue[i] ? float(range.Denormalise(*normalised)) : std::numeric_limits<float>::quiet_NaN();
        ++normalised;
      }
    }
  }

private:
  void SetPoint(std::size_t i, const std::array<double, 3>& point)
  {
    std::array<double, 3> unit = this->ToUnit.Apply(point);
    this->HasValue[i] = IsInside(unit) && !IsNearestInvalid(this->Source, unit);
    if (!this->HasValue[i])
    {
      unit = { 0.5, 0.5, 0.5 };
    }
    this->X[i] = float(std::clamp(unit[0], 0.0, 1.0));
    this->Y[i] = float(std::clamp(unit[1], 0.0, 1.0));
    this->Z[i] = float(std::clamp(unit[2], 0.0, 1.0));
  }

  const Model& Source;
  const Evaluator& Network;
  const AffineMap& ToUnit;
  float X[BatchSize];
  float Y[BatchSize];
  float Z[BatchSize];
  bool HasValue[BatchSize];
  std::vector<float> Normalised;
};

} // namespace

void EvaluatePoints(
  const Model& model, const Evaluator& evaluator, std::span<const double> points, Frame frame, std::span<float> values)
{
  const std::size_t components = model.Array.Ranges.size();
  if (points.size() % 3 != 0 || values.size() != points.size() / 3 * components)
  {
    throw std::invalid_argument(std::to_string(points.size()) + " coordinates and room for " +
                                std::to_string(values.size()) + " values of " + std::to_string(components) +
                                " components do not fit together; each point has three coordinates");
  }
  const AffineMap toUnit = frame == Frame::Unit ? Identity : PhysicalToUnit(model);
  tbb::parallel_for(tbb::blocked_range<std::size_t>(0, points.size() / 3, BatchSize),
    [&](const tbb::blocked_range<std::size_t>& range)
    {
      Batch batch(model, evaluator, toUnit);
      for (std::size_t begin = range.begin(); begin < range.end(); begin += BatchSize)
      {
        const std::size_t count = std::min(BatchSize, range.end() - begin);
        batch.Evaluate(points.subspan(3 * begin, 3 * count), values.data() + begin * components);
      }
    });
}

} // namespace neuralvolume
