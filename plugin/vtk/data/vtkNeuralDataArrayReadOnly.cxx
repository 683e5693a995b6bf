// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
// What vtkNeuralDataArray refuses: all that would change its values or its size.
#include "vtkNeuralDataArray.h"

void vtkNeuralDataArray::Refuse(const char* what)
{
  vtkErrorMacro(
    "A compressed array cannot " << what << "; make a copy with NewInstance and DeepCopy, and change that.");
}

vtkTypeBool vtkNeuralDataArray::Allocate(vtkIdType, vtkIdType)
{
  this->Refuse("allocate values");
  return 0;
}

vtkTypeBool vtkNeuralDataArray::Resize(vtkIdType tuples)
{
  const bool isSame = tuples == this->GetNumberOfTuples();
  if (!isSame)
  {
    this->Refuse("change its size");
  }
  return isSame;
}

void vtkNeuralDataArray::SetNumberOfComponents(int components)
{
  if (components != this->NumberOfComponents)
  {
    this->Refuse("change its number of components");
  }
}

void vtkNeuralDataArray::SetNumberOfTuples(vtkIdType tuples)
{
  this->Resize(tuples);
}

void vtkNeuralDataArray::SetVoidArray(void*, vtkIdType, int)
{
  this->Refuse("take values");
}

void vtkNeuralDataArray::SetVoidArray(void*, vtkIdType, int, int)
{
  this->Refuse("take values");
}

void vtkNeuralDataArray::SetArrayFreeFunction(void (*)(void*))
{
  this->Refuse("take values");
}

void* vtkNeuralDataArray::WriteVoidPointer(vtkIdType, vtkIdType)
{
  this->Refuse("change values");
  return nullptr;
}

void vtkNeuralDataArray::SetTuple(vtkIdType, const float*)
{
  this->Refuse("change values");
}

void vtkNeuralDataArray::SetTuple(vtkIdType, const double*)
{
  this->Refuse("change values");
}

void vtkNeuralDataArray::InsertTuple(vtkIdType, const float*)
{
  this->Refuse("take values");
}

void vtkNeuralDataArray::InsertTuple(vtkIdType, const double*)
{
  this->Refuse("take values");
}

vtkIdType vtkNeuralDataArray::InsertNextTuple(const float*)
{
  this->Refuse("take values");
  return -1;
}

vtkIdType vtkNeuralDataArray::InsertNextTuple(const double*)
{
  this->Refuse("take values");
  return -1;
}

void vtkNeuralDataArray::RemoveTuple(vtkIdType)
{
  this->Refuse("change its size");
}

void vtkNeuralDataArray::SetComponent(vtkIdType, int, double)
{
  this->Refuse("change values");
}

void vtkNeuralDataArray::SetVariantValue(vtkIdType, vtkVariant)
{
  this->Refuse("change values");
}

void vtkNeuralDataArray::InsertVariantValue(vtkIdType, vtkVariant)
{
  this->Refuse("take values");
}
