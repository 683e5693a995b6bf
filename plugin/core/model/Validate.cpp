// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "model/Validate.h"

#include "network/Layout.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <string>

namespace neuralvolume
{
namespace
{

constexpr int MaximumExtent = 1 << 30;
constexpr int MaximumDimension = 1 << 20; // float positions tell samples apart up to here
constexpr double MaximumSamples = 0x1p40;

void Require(bool condition, const std::string& message)
{
  if (!condition)
  {
    throw std::invalid_argument(message);
  }
}

template <typename Values>
bool AllFinite(const Values& values)
{
  return std::ranges::all_of(values, [](double value) { return std::isfinite(value); });
}

double Determinant(const std::array<double, 9>& m)
{
  return m[0] * (m[4] * m[8] - m[5] * m[7]) - m[1] * (m[3] * m[8] - m[5] * m[6]) + m[2] * (m[3] * m[7] - m[4] * m[6]);
}

void ValidateExtent(const std::array<int, 6>& extent)
{
  double samples = 1.0;
  for (int axis = 0; axis < 3; ++axis)
  {
    const std::string name = std::string("the extent along ") + "xyz"[axis];
    const int low = extent[2 * axis];
    const int high = extent[2 * axis + 1];
    Require(low >= -MaximumExtent && high <= MaximumExtent && low <= high,
      name + " is " + std::to_string(low) + " to " + std::to_string(high) +
        "; a volume has at least one sample along each axis");
    Require(high - low < MaximumDimension, name + " has " + std::to_string(high - low + 1) + " points; at most " +
                                             std::to_string(MaximumDimension) + " are supported");
    samples *= high - low + 1.0;
  }
  Require(samples <= MaximumSamples, "the volume has more than 2^40 samples; split it");
}

void ValidateGeometry(const Geometry& geometry)
{
  ValidateExtent(geometry.Extent);
  Require(AllFinite(geometry.Origin), "the origin is not finite");
  Require(AllFinite(geometry.Spacing) && std::ranges::count(geometry.Spacing, 0.0) == 0,
    "the spacing must be finite and not zero along each axis");
  Require(AllFinite(geometry.Direction) && std::isnormal(Determinant(geometry.Direction)),
    "the direction must be an invertible 3 x 3 matrix of finite numbers");
}

void ValidateRange(const ValueRange& range)
{
  Require(std::isfinite(range.Minimum) && std::isfinite(range.Maximum) && range.Minimum <= range.Maximum,
    "a range of values must be two finite numbers, the smaller first");
}

void ValidateArray(const ArrayInfo& array, int outputs)
{
  Require(array.GetComponents() == outputs, "the array has " + std::to_string(array.GetComponents()) +
                                              " components but the network has " + std::to_string(outputs) +
                                              " outputs");
  Require(array.ComponentNames.empty() || array.ComponentNames.size() == array.Ranges.size(),
    "the component names are not one for each component");
  std::ranges::for_each(array.Ranges, ValidateRange);
  Require(array.GetDecodedRanges().size() == array.Ranges.size(), "the decoded ranges are not one for each component");
  std::ranges::for_each(array.Decoded.Components, ValidateRange);
  if (array.Decoded.Norm)
  {
    ValidateRange(*array.Decoded.Norm);
  }
}

void ValidateParameters(const Model& model)
{
  const std::size_t count = MakeLayout(model.Network).Parameters;
  Require(model.Parameters.size() == count, "the network has " + std::to_string(count) +
                                              " parameters but the model holds " +
                                              std::to_string(model.Parameters.size()));
  Validate(model.Quantisation, MakeLayout(model.Network));
  const auto infiniteOrNan = [](Half half) { return (half.Bits & 0x7c00u) == 0x7c00u; };
  Require(std::ranges::none_of(model.Parameters, infiniteOrNan), "a network parameter is not finite; fit again");
}

void ValidateBounds(const ValueRange& range, float low, float high)
{
  constexpr float infinity = std::numeric_limits<float>::infinity();
  const bool empty = low == infinity && high == -infinity;
  const bool inside = low >= float(range.Minimum) && low <= high && high <= float(range.Maximum);
  Require(empty || inside, "the bounds of a macro cell leave their component's range");
}

void ValidateMacroCells(const Model& model)
{
  const MacroCells& cells = model.MacroCells;
  Require(cells.Dimensions == MacroCellDimensions(model.GetDimensions(), cells.CellSize),
    "the macro cells' dimensions are not those of the volume");
  const std::size_t components = model.Array.Ranges.size();
  Require(cells.Bounds.size() == cells.GetCells() * components * 2,
    "the macro cells' bounds are not two per cell and component");
  for (std::size_t i = 0; i < cells.Bounds.size(); i += 2)
  {
    ValidateBounds(model.Array.Ranges[i / 2 % components], cells.Bounds[i], cells.Bounds[i + 1]);
  }
}

void ValidateResidual(const Model& model, const Residual& residual)
{
  const std::array<int, 3> bricks = ResidualBricks(model.GetDimensions());
  Require(residual.Ends.size() == std::size_t(bricks[0]) * bricks[1] * bricks[2] &&
            residual.Scheme.Weights.size() == model.Array.Ranges.size(),
    "the residual's bricks or weights are not those of the volume");
}

void ValidateDescription(const Residual& residual, std::size_t components)
{
  Require(std::isfinite(residual.Bound) && residual.Bound >= 0.0 && std::isfinite(residual.Unit) && residual.Unit > 0.0,
    "the residual's bound and unit must be finite and not negative");
  Require(residual.Scheme.Lattice >= 0 && residual.Scheme.Lattice <= Residual::LargestLattice,
    "the residual's lattice is " + std::to_string(residual.Scheme.Lattice) + "; it must be 0 to " +
      std::to_string(Residual::LargestLattice));
  Require(residual.Constants.empty() || residual.Constants.size() == components,
    "the residual's constants are not one for each component");
  Require(AllFinite(residual.Constants), "the residual's constants are not finite");
}

void ValidateHistogram(const ErrorHistogram& histogram)
{
  const std::size_t bins = histogram.Counts.size();
  Require(bins == 0 || (bins % 2 == 1 && bins <= ErrorHistogram::MaximumBins),
    "the error histogram has " + std::to_string(bins) + " bins; an odd number up to " +
      std::to_string(ErrorHistogram::MaximumBins) + " is supported");
  Require(std::isfinite(histogram.BinWidth) && histogram.BinWidth >= 0.0,
    "the error histogram's bins must have a finite width");
}

void ValidateReport(const FitReport& report)
{
  Require(!std::isnan(report.Psnr) && report.Psnr > -std::numeric_limits<double>::infinity(),
    "the report's PSNR is not a number");
  Require(!std::isinf(report.Ssim), "the report's SSIM is infinite");
  Require(std::isfinite(report.MaximumError) && !std::isinf(report.Percentile999Error) && !std::isinf(report.MeanError),
    "the report's errors must be finite");
  ValidateHistogram(report.Histogram);
}

} // namespace

void ValidateDescription(const Model& model)
{
  Validate(model.Network);
  ValidateGeometry(model.Geometry);
  ValidateArray(model.Array, model.Network.Outputs);
  const int cellSize = model.MacroCells.CellSize;
  Require(cellSize >= 1 && cellSize <= MacroCells::MaximumCellSize,
    "macro cells have " + std::to_string(cellSize) + " samples along an edge; 1 to " +
      std::to_string(MacroCells::MaximumCellSize) + " are supported");
  Require(std::isfinite(model.Time.value_or(0.0)), "the time is not finite");
  ValidateReport(model.Report);
  if (model.Residual)
  {
    ValidateDescription(*model.Residual, model.Array.Ranges.size());
  }
}

void Validate(const Model& model)
{
  ValidateDescription(model);
  ValidateParameters(model);
  ValidateMacroCells(model);
  if (model.Residual)
  {
    ValidateResidual(model, *model.Residual);
  }
  Require(model.Invalid.empty() || model.Invalid.size() == (model.GetSamples() + 7) / 8,
    "the mask of invalid samples is not one bit a sample");
}

} // namespace neuralvolume
