// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "Selection.h"

#include "ImageGeometry.h"
#include "backend/Backend.h"
#include "decode/SpotCheck.h"
#include "model/Bytes.h"
#include "model/Catalog.h"
#include "model/Coordinates.h"

#include "vtkDataSetAttributes.h"
#include "vtkFieldData.h"
#include "vtkImageData.h"

#include <algorithm>
#include <span>
#include <stdexcept>

namespace neuralvolume
{
namespace
{

struct ChangedValues : std::runtime_error
{
  using std::runtime_error::runtime_error;
};

std::span<const std::byte> BytesOf(vtkUnsignedCharArray* array)
{
  return std::as_bytes(std::span(array->GetPointer(0), std::size_t(array->GetNumberOfValues())));
}

vtkSmartPointer<vtkUnsignedCharArray> MakeArray(const char* name, const std::vector<std::byte>& bytes)
{
  auto array = vtkSmartPointer<vtkUnsignedCharArray>::New();
  array->SetName(name);
  array->SetNumberOfValues(vtkIdType(bytes.size()));
  std::ranges::copy(bytes, reinterpret_cast<std::byte*>(array->GetPointer(0)));
  return array;
}

Region RegionOf(const Model& model, vtkImageData* image)
{
  std::array<int, 6> extent;
  image->GetExtent(extent.data());
  if (model.Array.Kind == Association::Cells)
  {
    for (std::size_t axis = 0; axis < 3; ++axis)
    {
      extent[2 * axis + 1] = std::max(extent[2 * axis], extent[2 * axis + 1] - 1);
    }
  }
  return RegionOfExtent(model, extent);
}

/// Whether an array still holds its model's values. One that decodes them itself is not read.
bool HoldsValuesOf(std::span<const std::byte> bytes, vtkImageData* image, vtkDataArray* array)
{
  if (array->IsA("vtkNeuralDataArray"))
  {
    return true;
  }
  const Model model = Deserialize(bytes);
  return array->GetNumberOfComponents() == model.Array.GetComponents() &&
         AreDecoded(model, *MakeEvaluator(model.Network, model.Parameters), RegionOf(model, image),
           [&](std::size_t sample, std::size_t component)
           { return array->GetComponent(vtkIdType(sample), int(component)); });
}

/// Appends the model of an array to bytes; false where there is none that fits. Throws where they are damaged, and
/// ChangedValues.
bool AppendModel(vtkImageData* image, const std::vector<CatalogEntry>& catalog, vtkDataArray* values, Association kind,
  std::vector<std::byte>& bytes)
{
  const CatalogEntry* entry = FindModel(catalog, values->GetName(), kind);
  if (!entry || !IsPartOf(GeometryOf(image), Describe(entry->Bytes).Geometry))
  {
    return false;
  }
  if (!HoldsValuesOf(entry->Bytes, image, values))
  {
    throw ChangedValues("The values of the " + NameArray(values->GetName(), kind) +
                        " are no longer its model's: a filter has changed them. Give its result another name, or "
                        "choose another representation.");
  }
  const std::vector<std::byte> model = WithoutResidual(entry->Bytes);
  bytes.insert(bytes.end(), model.begin(), model.end());
  return true;
}

} // namespace

Selection Select(vtkImageData* image, const std::vector<std::string>& arrays, Association kind)
{
  auto* models = vtkUnsignedCharArray::SafeDownCast(image->GetFieldData()->GetAbstractArray("NeuralVolume"));
  if (!models || models->GetNumberOfValues() == 0)
  {
    return { models, {}, models != nullptr };
  }
  const int attributes = kind == Association::Cells ? vtkDataObject::CELL : vtkDataObject::POINT;
  std::vector<std::byte> bytes;
  for (const std::string& name : arrays)
  {
    vtkDataArray* values = image->GetAttributes(attributes)->GetArray(name.c_str());
    if (!values)
    {
      return { nullptr, "The data set has no " + NameArray(name, kind) + ": choose another array." };
    }
    try
    {
      if (!AppendModel(image, ReadCatalog(BytesOf(models)), values, kind, bytes))
      {
        return { models, {} };
      }
    }
    catch (const ChangedValues& problem)
    {
      return { nullptr, problem.what() };
    }
    catch (const std::exception&)
    {
      return { models, {} };
    }
  }
  return { bytes.empty() ? vtkSmartPointer<vtkUnsignedCharArray>(models) : MakeArray(models->GetName(), bytes), {} };
}

} // namespace neuralvolume
