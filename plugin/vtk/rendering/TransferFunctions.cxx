// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "TransferFunctions.h"

#include "render/Scalar.h"

#include "vtkColorTransferFunction.h"
#include "vtkDataArray.h"
#include "vtkImageData.h"
#include "vtkPiecewiseFunction.h"
#include "vtkPointData.h"
#include "vtkScalarsToColors.h"
#include "vtkVolumeProperty.h"

#include <algorithm>
#include <cstddef>
#include <stdexcept>
#include <utility>
#include <vector>

namespace neuralvolume
{
namespace
{

constexpr int TableSize = 4096;

/// Colour and opacity over the range of both functions.
TransferFunction MakeTransferFunction(vtkVolumeProperty* property)
{
  vtkColorTransferFunction* colors = property->GetRGBTransferFunction(0);
  vtkPiecewiseFunction* opacity = property->GetScalarOpacity(0);
  const double minimum = std::min(colors->GetRange()[0], opacity->GetRange()[0]);
  const double maximum = std::max(colors->GetRange()[1], opacity->GetRange()[1]);
  std::vector<float> rgb(3 * TableSize);
  std::vector<float> alpha(TableSize);
  colors->GetTable(minimum, maximum, TableSize, rgb.data());
  opacity->GetTable(minimum, maximum, TableSize, alpha.data());
  std::vector<Rgba> entries(TableSize);
  for (std::size_t i = 0; i < entries.size(); ++i)
  {
    entries[i] = { rgb[3 * i], rgb[3 * i + 1], rgb[3 * i + 2], std::clamp(alpha[i], 0.0f, 1.0f) };
  }
  return TransferFunction(std::move(entries), minimum, maximum);
}

/// The first entry stands for the minimum, the last one for the maximum.
TransferFunction2D::Axis MakeAxis(int entries, const ValueRange& range)
{
  return { std::size_t(entries), range.Minimum, range.Maximum };
}

TransferFunction2D MakeTransferFunction2D(vtkImageData* image, const ValueRange& first, const ValueRange& second)
{
  vtkDataArray* colors = image->GetPointData()->GetScalars();
  int dimensions[3];
  image->GetDimensions(dimensions);
  if (!colors || colors->GetNumberOfComponents() != 4 || dimensions[2] != 1)
  {
    throw std::runtime_error("The two-dimensional transfer function is not an image of one slice with red, green, blue "
                             "and opacity: give the property such an image.");
  }
  std::vector<Rgba> entries(std::size_t(colors->GetNumberOfTuples()));
  for (std::size_t i = 0; i < entries.size(); ++i)
  {
    double color[4];
    colors->GetTuple(vtkIdType(i), color);
    entries[i] = { float(color[0]), float(color[1]), float(color[2]), float(std::clamp(color[3], 0.0, 1.0)) };
  }
  return TransferFunction2D(std::move(entries), MakeAxis(dimensions[0], first), MakeAxis(dimensions[1], second));
}

} // namespace

int SelectComponent(const Model& model, vtkVolumeProperty* property)
{
  vtkColorTransferFunction* colors = property->GetRGBTransferFunction(0);
  if (colors->GetVectorMode() == vtkScalarsToColors::MAGNITUDE)
  {
    return Magnitude;
  }
  return std::clamp(colors->GetVectorComponent(), 0, model.Array.GetComponents() - 1);
}

bool HasTransferFunction2D(vtkVolumeProperty* property)
{
  return property->GetTransferFunctionMode() == vtkVolumeProperty::TF_2D && property->GetTransferFunction2D(0);
}

Classification MakeClassification(
  vtkVolumeProperty* property, const ScalarSource& scalar, const std::optional<ScalarSource>& second)
{
  if (!HasTransferFunction2D(property))
  {
    const TransferFunction function = MakeTransferFunction(property);
    return second ? Classification(function, function) : Classification(function);
  }
  constexpr ValueRange gradients{ 0.0, 1.0 };
  return { MakeTransferFunction2D(
             property->GetTransferFunction2D(0), RangeOf(scalar), second ? RangeOf(*second) : gradients),
    second ? SecondCoordinate::Value : SecondCoordinate::Gradient };
}

} // namespace neuralvolume
