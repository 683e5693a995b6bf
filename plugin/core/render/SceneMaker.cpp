// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "render/SceneMaker.h"

#include "model/Coordinates.h"

#include <algorithm>
#include <cmath>

namespace neuralvolume
{
namespace
{

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

std::array<float, 9> ToFloat(const std::array<double, 9>& matrix)
{
  std::array<float, 9> result;
  std::ranges::copy(matrix, result.begin());
  return result;
}

/// Bricks of a level as the marcher reads them.
BrickReader ReaderOf(ScalarBricks& bricks, int level)
{
  BrickTable& table = bricks.Prepare(level);
  return { .Source = &bricks,
    .Memory = bricks.GetMemory(),
    .BytesPerSample = bricks.GetBytesPerSample(),
    .LargestCode = bricks.GetLargestCode(),
    .HasInvalid = bricks.HasInvalid(),
    .SecondScalar = int(table.Lattice.GetBrickSamples()) * bricks.GetBytesPerSample(),
    .Table = &table,
    .Coarse = {},
    .Tick = bricks.GetTick() };
}

/// What the codes of both coordinates stand for.
ValueBounds RangesOf(const Classification& classification, const ScalarBricks& bricks)
{
  const std::vector<ValueRange> ranges = bricks.GetRanges();
  constexpr ValueRange gradients{ 0.0, 4.0 };
  return { ranges.front(), classification.GetSecond() == SecondCoordinate::Value ? ranges.back() : gradients };
}

/// Row-major.
std::array<float, 3> Multiply(const std::array<double, 9>& matrix, const std::array<float, 3>& vector)
{
  std::array<float, 3> product = {};
  for (std::size_t row = 0; row < 3; ++row)
  {
    for (std::size_t column = 0; column < 3; ++column)
    {
      product[row] += float(matrix[3 * row + column] * vector[column]);
    }
  }
  return product;
}

/// Codes of values, ascending; those that the range does not reach are left out.
std::vector<float> CodesOf(std::vector<double> values, const ValueRange& range, int largestCode)
{
  std::ranges::sort(values);
  std::vector<float> codes;
  for (double value : values)
  {
    const double code = (value - range.Minimum) / (range.Maximum - range.Minimum) * largestCode;
    if (code >= 0.0 && code <= largestCode)
    {
      codes.push_back(float(code));
    }
  }
  return codes;
}

} // namespace

SceneMaker::SceneMaker(ScalarBricks& bricks, const Marcher& marcher, const Model& model, const View& view,
  const Classification& classification, const RenderSettings& settings, const RayDepths& depths)
  : Bricks(bricks)
  , Camera(view)
  , Bounds(BoundsOf(model))
  , Slice(settings.SlicePlane)
  , Spacing(model.Geometry.Spacing)
  , Common{ .Marcher = marcher,
    .March = { .Bricks = {},
      .Colours = ColourTable(
        classification, RangesOf(classification, bricks), bricks.GetLargestCode(), settings.OpacityUnitDistance),
      .BlendMode = settings.BlendMode,
      .StepLength = float(settings.SampleDistance),
      .LongestStep = float(settings.LongestStep),
      .OpacityLimit = settings.OpacityLimit,
      .UnitDistance = float(settings.OpacityUnitDistance),
      .Lighting = settings.Lighting,
      .LightDirections = {},
      .IsoCodes = CodesOf(settings.IsoValues, bricks.GetRanges().front(), bricks.GetLargestCode()),
      .SlicePlane = {},
      .Low = {},
      .High = {},
      .VectorToWorld = {},
      .GradientToWorld = {},
      .GradientScale = {} },
    .Caster = RayCaster(view, this->Bounds, settings),
    .Depths = depths,
    .Placement = {},
    .Paths = settings.Paths,
    .Classification = classification }
{
}

Scene SceneMaker::operator()(int level) const
{
  Scene scene = this->Common;
  this->Bricks.BeginPicture(Sight(this->Camera));
  scene.March.Bricks = ReaderOf(this->Bricks, level);
  this->Place(scene, scene.March.Bricks.Table->Lattice);
  return scene;
}

/// Makes a scene's positions those of samples of a lattice.
void SceneMaker::Place(Scene& scene, const BrickLattice& lattice) const
{
  AffineMap latticeToWorld{};
  scene.March.SlicePlane[3] = float(this->Slice.Offset);
  const double mean = (std::abs(this->Spacing[0]) + std::abs(this->Spacing[1]) + std::abs(this->Spacing[2])) / 3.0;
  for (std::size_t axis = 0; axis < 3; ++axis)
  {
    const double spacing = double(1 << lattice.Level) / lattice.Volume[axis];
    scene.Placement.SamplesPerUnit[axis] = 1.0 / spacing;
    scene.March.GradientScale[axis] = float(mean / std::abs(this->Spacing[axis]) / double(2 << lattice.Level));
    scene.Placement.FirstSample[axis] = 0.5 / double(1 << lattice.Level);
    scene.March.SlicePlane[axis] = float(this->Slice.Normal[axis] * spacing);
    scene.March.SlicePlane[3] += float(this->Slice.Normal[axis] * spacing * scene.Placement.FirstSample[axis]);
    for (std::size_t row = 0; row < 3; ++row)
    {
      latticeToWorld.Matrix[3 * row + axis] = this->Camera.UnitToWorld[3 * row + axis] * spacing;
    }
  }
  scene.March.Low = scene.Placement.Place(this->Bounds.Low);
  scene.March.High = scene.Placement.Place(this->Bounds.High);
  const std::array<double, 9> inverse = Invert(latticeToWorld).Matrix;
  scene.March.VectorToWorld = ToFloat(latticeToWorld.Matrix);
  scene.March.GradientToWorld = ToFloat(
    { inverse[0], inverse[3], inverse[6], inverse[1], inverse[4], inverse[7], inverse[2], inverse[5], inverse[8] });
  for (std::size_t light = 0; light < std::size_t(scene.March.Lighting.Count); ++light)
  {
    scene.March.LightDirections[light] = Multiply(inverse, scene.March.Lighting.Lights[light].Direction);
  }
}

} // namespace neuralvolume
