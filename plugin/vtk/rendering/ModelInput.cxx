// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "ModelInput.h"

#include "ImageGeometry.h"
#include "backend/Backend.h"
#include "model/Bytes.h"
#include "model/Catalog.h"
#include "model/Coordinates.h"

#include "vtkFieldData.h"
#include "vtkImageData.h"
#include "vtkUnsignedCharArray.h"

#include <algorithm>
#include <span>
#include <stdexcept>

namespace neuralvolume
{
namespace
{

constexpr const char* BytesName = "NeuralVolume";

std::span<const std::byte> BytesOf(vtkUnsignedCharArray* array)
{
  return std::as_bytes(std::span(array->GetPointer(0), std::size_t(array->GetNumberOfValues())));
}

} // namespace

void ModelInput::Update(vtkImageData* image, const std::string& arrayName, Association kind)
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
  if (bytes != this->Bytes || bytes->GetMTime() != this->BytesTime || arrayName != this->ArrayName ||
      kind != this->Kind)
  {
    this->Open(bytes, arrayName, kind);
  }
  if (!this->Renderer)
  {
    throw std::runtime_error(this->Problem);
  }
  if (!IsPartOf(GeometryOf(image), this->Model->Geometry))
  {
    throw std::runtime_error("The image does not lie in the model of the " + NameArray(arrayName, kind) +
                             ": a filter has changed its origin, spacing, direction or extent. Draw what it was "
                             "applied to, or choose another representation.");
  }
}

void ModelInput::Open(vtkUnsignedCharArray* bytes, const std::string& arrayName, Association kind)
{
  this->Bytes = bytes;
  this->BytesTime = bytes->GetMTime();
  this->ArrayName = arrayName;
  this->Kind = kind;
  try
  {
    const std::vector<CatalogEntry> catalog = ReadCatalog(BytesOf(bytes));
    const CatalogEntry* entry = FindModel(catalog, arrayName, kind);
    if (!entry)
    {
      this->Close("The data set carries no model of the " + NameArray(arrayName, kind) + ", only of the " +
                  NameArrays(catalog) + ": colour by that, or choose another representation.");
    }
    else if (!this->Renderer || !std::ranges::equal(entry->Bytes, this->Opened)) // the same may have come anew
    {
      this->Close({});
      this->Model = Deserialize(entry->Bytes);
      this->Evaluator = MakeEvaluator(this->Model->Network, this->Model->Parameters);
      this->Renderer = std::make_unique<neuralvolume::Renderer>(*this->Model, *this->Evaluator, GetMarcher());
      this->Time.Modified();
      this->Opened.assign(entry->Bytes.begin(), entry->Bytes.end());
    }
  }
  catch (const std::exception& error)
  {
    this->Close(std::string("The model in field data array \"NeuralVolume\" cannot be opened: ") + error.what());
  }
}

void ModelInput::Close(const std::string& problem)
{
  this->Problem = problem;
  this->Renderer.reset();
  this->Evaluator.reset();
  this->Model.reset();
}

} // namespace neuralvolume
