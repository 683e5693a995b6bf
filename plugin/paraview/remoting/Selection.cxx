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
#include "vtkInformation.h"

#include <algorithm>
#include <span>

namespace neuralvolume
{
namespace
{

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

/// Throws where the bytes are damaged.
Selection SelectModel(vtkImageData* image, vtkUnsignedCharArray* models, vtkDataArray* values, Association kind)
{
  const std::vector<CatalogEntry> catalog = ReadCatalog(BytesOf(models));
  const CatalogEntry* entry = FindModel(catalog, values->GetName(), kind);
  if (!entry || !IsPartOf(GeometryOf(image), Describe(entry->Bytes).Geometry))
  {
    return { models, {} };
  }
  if (!HoldsValuesOf(entry->Bytes, image, values))
  {
    return { nullptr, "The values of the " + NameArray(values->GetName(), kind) +
                        " are no longer its model's: a filter has changed them. Give its result another name, or "
                        "choose another representation." };
  }
  return { MakeArray(models->GetName(), WithoutResidual(entry->Bytes)), {} };
}

} // namespace

Selection Select(vtkImageData* image, vtkInformation* array)
{
  auto* models = vtkUnsignedCharArray::SafeDownCast(image->GetFieldData()->GetAbstractArray("NeuralVolume"));
  if (models && models->GetNumberOfValues() == 0)
  {
    return { models, {}, true };
  }
  const char* name = array->Get(vtkDataObject::FIELD_NAME());
  if (!models || !name || !*name)
  {
    return { models, {} };
  }
  const bool isOfCells = array->Get(vtkDataObject::FIELD_ASSOCIATION()) == vtkDataObject::FIELD_ASSOCIATION_CELLS;
  const Association kind = isOfCells ? Association::Cells : Association::Points;
  vtkDataArray* values = image->GetAttributes(isOfCells ? vtkDataObject::CELL : vtkDataObject::POINT)->GetArray(name);
  if (!values)
  {
    return { nullptr, "The data set has no " + NameArray(name, kind) + ": colour by another array." };
  }
  try
  {
    return SelectModel(image, models, values, kind);
  }
  catch (const std::exception&)
  {
    return { models, {} };
  }
}

} // namespace neuralvolume
