// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "ModelInput.h"

#include "ImageGeometry.h"
#include "backend/Backend.h"
#include "model/Bytes.h"
#include "model/Coordinates.h"

#include "vtkFieldData.h"
#include "vtkImageData.h"
#include "vtkUnsignedCharArray.h"

#include <algorithm>
#include <span>
#include <stdexcept>
#include <utility>

namespace neuralvolume
{
namespace
{

constexpr const char* BytesName = "NeuralVolume";

std::span<const std::byte> BytesOf(vtkUnsignedCharArray* array)
{
  return std::as_bytes(std::span(array->GetPointer(0), std::size_t(array->GetNumberOfValues())));
}

struct NoModel : std::runtime_error
{
  using std::runtime_error::runtime_error;
};

/// Throws NoModel.
const CatalogEntry& FindEntry(const std::vector<CatalogEntry>& catalog, const std::string& name, Association kind)
{
  const CatalogEntry* entry = FindModel(catalog, name, kind);
  if (!entry)
  {
    throw NoModel("The data set carries no model of the " + NameArray(name, kind) + ", only of the " +
                  NameArrays(catalog) + ": draw that, or choose another representation.");
  }
  return *entry;
}

void RequirePart(vtkImageData* image, const Model& model)
{
  if (!IsPartOf(GeometryOf(image), model.Geometry))
  {
    throw std::runtime_error("The image does not lie in the model of the " +
                             NameArray(model.Array.Name, model.Array.Kind) +
                             ": a filter has changed its origin, spacing, direction or extent. Draw what it was "
                             "applied to, or choose another representation.");
  }
}

} // namespace

ModelInput::OpenModel::OpenModel(std::span<const std::byte> bytes)
  : Bytes(bytes.begin(), bytes.end())
  , Content(Deserialize(bytes))
  , Evaluator(MakeEvaluator(this->Content.Network, this->Content.Parameters))
{
}

bool ModelInput::OpenModel::IsOf(const CatalogEntry& entry) const
{
  return std::ranges::equal(entry.Bytes, this->Bytes);
}

void ModelInput::Update(vtkImageData* image, const ArrayNames& names)
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
  if (bytes != this->Bytes || bytes->GetMTime() != this->BytesTime || !(names == this->Names))
  {
    this->Bytes = bytes;
    this->BytesTime = bytes->GetMTime();
    this->Names = names;
    this->Open(bytes);
  }
  if (!this->Renderer)
  {
    throw std::runtime_error(this->Problem);
  }
  RequirePart(image, this->First->Content);
  if (this->Second)
  {
    RequirePart(image, this->Second->Content);
  }
}

ScalarSource ModelInput::GetScalar(int component) const
{
  return { &this->First->Content, this->First->Evaluator.get(), component };
}

std::optional<ScalarSource> ModelInput::GetSecond(int component) const
{
  if (!this->Second)
  {
    return {};
  }
  const bool isComponent = component >= 0 && component < this->Second->Content.Array.GetComponents();
  return ScalarSource{ &this->Second->Content, this->Second->Evaluator.get(), isComponent ? component : Magnitude };
}

void ModelInput::Open(vtkUnsignedCharArray* bytes)
{
  this->Problem.clear();
  try
  {
    const std::vector<CatalogEntry> catalog = ReadCatalog(BytesOf(bytes));
    this->Open(catalog);
  }
  catch (const NoModel& error)
  {
    this->Close();
    this->Problem = error.what();
  }
  catch (const std::exception& error)
  {
    this->Close();
    this->Problem = std::string("The model in field data array \"NeuralVolume\" cannot be opened: ") + error.what();
  }
}

/// The same models may have come anew: those stay open, and with them what was decoded.
void ModelInput::Open(const std::vector<CatalogEntry>& catalog)
{
  const CatalogEntry& first = FindEntry(catalog, this->Names.First, this->Names.Kind);
  const CatalogEntry* second =
    this->Names.Second.empty() ? nullptr : &FindEntry(catalog, this->Names.Second, this->Names.Kind);
  const bool isSameFirst = this->First && this->First->IsOf(first);
  const bool isSameSecond = second ? this->Second && this->Second->IsOf(*second) : !this->Second;
  if (isSameFirst && isSameSecond)
  {
    return;
  }
  this->Renderer.reset(); // it refers to both
  this->First = isSameFirst ? std::move(this->First) : std::make_unique<OpenModel>(first.Bytes);
  this->Second = second ? std::make_unique<OpenModel>(second->Bytes) : nullptr;
  this->Renderer =
    std::make_unique<neuralvolume::Renderer>(this->First->Content, *this->First->Evaluator, GetMarcher());
  this->Time.Modified();
}

void ModelInput::Close()
{
  this->Renderer.reset();
  this->First.reset();
  this->Second.reset();
}

} // namespace neuralvolume
