// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "vtkNeuralDataArray.h"

#include "decode/FlatValues.h"

#include "backend/Backend.h"
#include "decode/LazyVolume.h"
#include "model/Bytes.h"

#include "vtkArrayIteratorTemplate.h"
#include "vtkIdList.h"
#include "vtkObjectFactory.h"
#include "vtkUnsignedCharArray.h"
#include "vtkVariant.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <exception>
#include <span>
#include <string>
#include <utility>

namespace nv = neuralvolume;

namespace
{

int VtkTypeOf(nv::ScalarType type)
{
  switch (type)
  {
    case nv::ScalarType::Int8:
      return VTK_TYPE_INT8;
    case nv::ScalarType::UInt8:
      return VTK_TYPE_UINT8;
    case nv::ScalarType::Int16:
      return VTK_TYPE_INT16;
    case nv::ScalarType::UInt16:
      return VTK_TYPE_UINT16;
    case nv::ScalarType::Int32:
      return VTK_TYPE_INT32;
    case nv::ScalarType::UInt32:
      return VTK_TYPE_UINT32;
    case nv::ScalarType::Int64:
      return VTK_TYPE_INT64;
    case nv::ScalarType::UInt64:
      return VTK_TYPE_UINT64;
    case nv::ScalarType::Float32:
      return VTK_TYPE_FLOAT32;
    case nv::ScalarType::Float64:
      break;
  }
  return VTK_TYPE_FLOAT64;
}

nv::LazyVolume MakeVolume(std::span<const std::byte> bytes)
{
  nv::Model model = nv::Deserialize(bytes);
  auto evaluator = nv::MakeEvaluator(model.Network, model.Parameters);
  return { std::move(model), std::move(evaluator) };
}

/// What this thread has read last: several arrays are often read in turn.
nv::SampleReader& ReaderOf(const nv::LazyVolume& volume)
{
  thread_local std::array<nv::SampleReader, 4> readers;
  return readers[volume.Id % readers.size()];
}

template <typename Value>
Value ValueAt(const std::byte* sample, int component)
{
  Value value;
  std::memcpy(&value, sample + std::size_t(component) * sizeof(Value), sizeof(Value));
  return value;
}

} // namespace

struct vtkNeuralDataArray::Internals
{
  explicit Internals(std::span<const std::byte> bytes)
    : Volume(MakeVolume(bytes))
    , Flat(Volume, nv::FlatValues::Policy())
    , Missing(nv::MissingSample(Volume.GetModel()))
  {
  }

  nv::LazyVolume Volume;
  nv::FlatValues Flat;
  const std::vector<std::byte> Missing;
  std::atomic<bool> IsDamageReported = false;
};

//------------------------------------------------------------------------------
vtkNeuralDataArray* vtkNeuralDataArray::New()
{
  VTK_STANDARD_NEW_BODY(vtkNeuralDataArray);
}

vtkNeuralDataArray::vtkNeuralDataArray() = default;
vtkNeuralDataArray::~vtkNeuralDataArray() = default;

void vtkNeuralDataArray::PrintSelf(ostream& os, vtkIndent indent)
{
  this->Superclass::PrintSelf(os, indent);
  os << indent << "NumberOfBricks: " << this->GetNumberOfBricks() << "\n";
  os << indent << "NumberOfDecodedBricks: " << this->GetNumberOfDecodedBricks() << "\n";
}

vtkObjectBase* vtkNeuralDataArray::NewInstanceInternal() const
{
  return vtkDataArray::CreateDataArray(this->GetDataType());
}

//------------------------------------------------------------------------------
bool vtkNeuralDataArray::Open(vtkUnsignedCharArray* model)
{
  this->Initialize();
  try
  {
    this->State = std::make_shared<Internals>(
      std::as_bytes(std::span(model->GetPointer(0), std::size_t(model->GetNumberOfValues()))));
  }
  catch (const std::exception& error)
  {
    vtkErrorMacro("The model cannot be opened: " << error.what());
    return false;
  }
  const nv::Model& opened = this->State->Volume.GetModel();
  this->SetName(opened.Array.Name.c_str());
  this->NumberOfComponents = opened.Array.GetComponents();
  for (std::size_t c = 0; c < opened.Array.ComponentNames.size(); ++c)
  {
    this->SetComponentName(vtkIdType(c), opened.Array.ComponentNames[c].c_str());
  }
  this->Size = vtkIdType(opened.GetSamples()) * this->NumberOfComponents;
  this->MaxId = this->Size - 1;
  this->Modified();
  return true;
}

void vtkNeuralDataArray::Initialize()
{
  this->State.reset();
  this->Size = 0;
  this->MaxId = -1;
}

vtkIdType vtkNeuralDataArray::GetNumberOfBricks() const
{
  return this->State ? vtkIdType(nv::CountOf(this->State->Volume.GetBlocks().GetCount())) : 0;
}

vtkIdType vtkNeuralDataArray::GetNumberOfDecodedBricks() const
{
  return this->State ? vtkIdType(this->State->Volume.GetDecodedBricks()) : 0;
}

unsigned long vtkNeuralDataArray::GetActualMemorySize() const
{
  const std::size_t bytes = this->State ? this->State->Volume.GetMemorySize() + this->State->Flat.GetMemorySize() : 0;
  return (unsigned long)((bytes + 1023) / 1024);
}

int vtkNeuralDataArray::GetDataType() const
{
  return this->State ? VtkTypeOf(this->State->Volume.GetModel().Array.Type) : VTK_TYPE_FLOAT32;
}

int vtkNeuralDataArray::GetDataTypeSize() const
{
  return vtkAbstractArray::GetDataTypeSize(this->GetDataType());
}

//------------------------------------------------------------------------------
void vtkNeuralDataArray::ShallowCopy(vtkDataArray* other)
{
  this->Share(other);
}

void vtkNeuralDataArray::DeepCopy(vtkAbstractArray* other)
{
  this->Share(vtkDataArray::SafeDownCast(other));
}

void vtkNeuralDataArray::DeepCopy(vtkDataArray* other)
{
  this->Share(other);
}

void vtkNeuralDataArray::Share(vtkDataArray* other)
{
  auto* const lazy = vtkNeuralDataArray::SafeDownCast(other);
  if (!lazy)
  {
    this->Refuse("hold the values of another array");
    return;
  }
  if (lazy != this)
  {
    this->State = lazy->State;
    this->NumberOfComponents = lazy->NumberOfComponents;
    this->Size = lazy->Size;
    this->MaxId = lazy->MaxId;
    this->SetName(lazy->GetName());
    this->CopyComponentNames(lazy);
    this->Modified();
  }
}

//------------------------------------------------------------------------------
const std::byte* vtkNeuralDataArray::Read(vtkIdType tuple)
{
  nv::LazyVolume& volume = this->State->Volume;
  try
  {
    return ReaderOf(volume).Read(volume, std::size_t(tuple));
  }
  catch (const std::exception& error)
  {
    if (!this->State->IsDamageReported.exchange(true))
    {
      vtkErrorMacro("Some values of " << this->GetName() << " are missing: " << error.what());
    }
    return this->State->Missing.data();
  }
}

double vtkNeuralDataArray::GetComponent(vtkIdType tuple, int component)
{
  const std::byte* const sample = this->Read(tuple);
  return nv::Dispatch(this->State->Volume.GetModel().Array.Type,
    [=](auto zero) { return double(ValueAt<decltype(zero)>(sample, component)); });
}

void vtkNeuralDataArray::GetTuple(vtkIdType tuple, double* values)
{
  const std::byte* const sample = this->Read(tuple);
  nv::Dispatch(this->State->Volume.GetModel().Array.Type,
    [=, this](auto zero)
    {
      for (int c = 0; c < this->NumberOfComponents; ++c)
      {
        values[c] = double(ValueAt<decltype(zero)>(sample, c));
      }
    });
}

double* vtkNeuralDataArray::GetTuple(vtkIdType tuple)
{
  this->LastTuple.resize(std::size_t(this->NumberOfComponents));
  this->GetTuple(tuple, this->LastTuple.data());
  return this->LastTuple.data();
}

vtkVariant vtkNeuralDataArray::GetVariantValue(vtkIdType value)
{
  const std::byte* const sample = this->Read(value / this->NumberOfComponents);
  return nv::Dispatch(this->State->Volume.GetModel().Array.Type,
    [&](auto zero) { return vtkVariant(ValueAt<decltype(zero)>(sample, int(value % this->NumberOfComponents))); });
}

vtkIdType vtkNeuralDataArray::LookupValue(vtkVariant value)
{
  vtkIdType at = 0;
  while (at < this->GetNumberOfValues() && this->GetVariantValue(at) != value)
  {
    ++at;
  }
  return at < this->GetNumberOfValues() ? at : -1;
}

void vtkNeuralDataArray::LookupValue(vtkVariant value, vtkIdList* values)
{
  values->Reset();
  for (vtkIdType at = 0; at < this->GetNumberOfValues(); ++at)
  {
    if (this->GetVariantValue(at) == value)
    {
      values->InsertNextId(at);
    }
  }
}

//------------------------------------------------------------------------------
void* vtkNeuralDataArray::GetVoidPointer(vtkIdType value)
{
  if (!this->State)
  {
    return nullptr;
  }
  std::byte* const values = this->State->Flat.Get(
    [this](const std::string& problem) { vtkErrorMacro("No values of " << this->GetName() << ": " << problem); });
  return values + value * this->GetDataTypeSize();
}

void vtkNeuralDataArray::ExportToVoidPointer(void* values)
{
  if (values && this->State)
  {
    std::memcpy(values, this->GetVoidPointer(0), this->State->Volume.GetModel().GetValueBytes());
  }
}

vtkArrayIterator* vtkNeuralDataArray::NewIterator()
{
  vtkArrayIterator* iterator = nullptr;
  switch (this->GetDataType())
  {
    vtkTemplateMacro(iterator = vtkArrayIteratorTemplate<VTK_TT>::New());
  }
  iterator->Initialize(this);
  return iterator;
}

//------------------------------------------------------------------------------
bool vtkNeuralDataArray::ComputeScalarRange(double* ranges)
{
  return this->ComputeScalarRange(ranges, nullptr, 0);
}

bool vtkNeuralDataArray::ComputeScalarRange(double* ranges, const unsigned char* ghosts, unsigned char ghostsToSkip)
{
  if (ghosts || !this->State)
  {
    return this->Superclass::ComputeScalarRange(ranges, ghosts, ghostsToSkip);
  }
  for (const nv::ValueRange& range : this->State->Volume.GetModel().Array.GetDecodedRanges())
  {
    *ranges++ = range.Minimum;
    *ranges++ = range.Maximum;
  }
  return true;
}

bool vtkNeuralDataArray::ComputeVectorRange(double range[2])
{
  return this->ComputeVectorRange(range, nullptr, 0);
}

bool vtkNeuralDataArray::ComputeVectorRange(double range[2], const unsigned char* ghosts, unsigned char ghostsToSkip)
{
  if (ghosts || !this->State)
  {
    return this->Superclass::ComputeVectorRange(range, ghosts, ghostsToSkip);
  }
  const nv::ValueRange norm = this->State->Volume.GetModel().Array.GetDecodedNorm();
  range[0] = norm.Minimum;
  range[1] = norm.Maximum;
  return true;
}

// Decoded values are finite or NaN, which counts in neither kind of range.

bool vtkNeuralDataArray::ComputeFiniteScalarRange(double* ranges)
{
  return this->ComputeScalarRange(ranges);
}

bool vtkNeuralDataArray::ComputeFiniteScalarRange(
  double* ranges, const unsigned char* ghosts, unsigned char ghostsToSkip)
{
  return this->ComputeScalarRange(ranges, ghosts, ghostsToSkip);
}

bool vtkNeuralDataArray::ComputeFiniteVectorRange(double range[2])
{
  return this->ComputeVectorRange(range);
}

bool vtkNeuralDataArray::ComputeFiniteVectorRange(
  double range[2], const unsigned char* ghosts, unsigned char ghostsToSkip)
{
  return this->ComputeVectorRange(range, ghosts, ghostsToSkip);
}
