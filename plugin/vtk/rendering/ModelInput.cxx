// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "ModelInput.h"

#include "backend/Backend.h"
#include "model/Bytes.h"

#include "vtkAbstractMapper.h" // for VTK_SCALAR_MODE_...
#include "vtkFieldData.h"
#include "vtkImageData.h"
#include "vtkMatrix3x3.h"
#include "vtkUnsignedCharArray.h"

#include <algorithm>
#include <cmath>
#include <span>
#include <stdexcept>

namespace neuralvolume
{
namespace
{

constexpr const char* BytesName = "NeuralVolume";

/// How far geometries may differ, in voxels and relative to 1: files round them.
constexpr double Tolerance = 1e-4;

bool AreClose(const double* a, const double* b, int count, double tolerance)
{
  return std::equal(a, a + count, b, [=](double x, double y) { return std::abs(x - y) <= tolerance; });
}

bool IsSameGeometry(const Geometry& geometry, vtkImageData* image)
{
  const double* spacing = image->GetSpacing();
  const double smallest = std::min({ std::abs(spacing[0]), std::abs(spacing[1]), std::abs(spacing[2]) });
  return std::equal(geometry.Extent.begin(), geometry.Extent.end(), image->GetExtent()) &&
         AreClose(geometry.Origin.data(), image->GetOrigin(), 3, Tolerance * smallest) &&
         AreClose(geometry.Spacing.data(), spacing, 3, Tolerance * smallest) &&
         AreClose(geometry.Direction.data(), image->GetDirectionMatrix()->GetData(), 9, Tolerance);
}

} // namespace

void ModelInput::Update(vtkImageData* image)
{
  vtkUnsignedCharArray* bytes = nullptr;
  if (image)
  {
    bytes = vtkUnsignedCharArray::SafeDownCast(image->GetFieldData()->GetAbstractArray(BytesName));
  }
  if (!bytes)
  {
    throw std::runtime_error("The data set carries no model: apply Neural Compress, or open a .nvol file.");
  }
  if (bytes != this->Bytes || bytes->GetMTime() != this->BytesTime)
  {
    this->Open(bytes);
  }
  if (!this->Evaluator)
  {
    throw std::runtime_error(this->Damage);
  }
}

void ModelInput::Open(vtkUnsignedCharArray* bytes)
{
  this->Bytes = bytes;
  this->BytesTime = bytes->GetMTime();
  this->Evaluator.reset();
  try
  {
    this->Model = Deserialize(std::as_bytes(std::span(bytes->GetPointer(0), std::size_t(bytes->GetNumberOfValues()))));
    this->Evaluator = MakeEvaluator(this->Model->Network, this->Model->Parameters);
  }
  catch (const std::exception& error)
  {
    this->Damage = std::string("The model in field data array \"NeuralVolume\" cannot be opened: ") + error.what();
  }
}

std::string DescribeMismatch(const Model& model, vtkImageData* image, const char* arrayName, int scalarMode)
{
  const bool cells = model.Array.Kind == Association::Cells;
  if (!arrayName || model.Array.Name != arrayName || cells != (scalarMode == VTK_SCALAR_MODE_USE_CELL_FIELD_DATA))
  {
    return "The model stands for the " + std::string(cells ? "cell" : "point") + " array \"" + model.Array.Name +
           "\", not for \"" + (arrayName ? arrayName : "") +
           "\": colour by the model's array, or choose another representation.";
  }
  if (!IsSameGeometry(model.Geometry, image))
  {
    return "The image's extent, origin, spacing or direction is not the model's: draw the output of Neural Compress "
           "or of the reader itself, or choose another representation.";
  }
  return {};
}

} // namespace neuralvolume
