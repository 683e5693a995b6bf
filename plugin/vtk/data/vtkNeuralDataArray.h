// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @class   vtkNeuralDataArray
 * @brief   the array that a model stands for, decoded where it is read
 *
 * It has the name, the type, the components and the number of tuples of the original. Values are decoded in
 * bricks of 32 x 32 x 32 tuples, which a bounded cache keeps; the ranges are known without. Any number of threads
 * may read at the same time by GetComponent and the GetTuple that fills the caller's memory.
 *
 * A raw pointer costs one decoding of the whole, which is kept as long as the array. Where memory does not suffice,
 * GetVoidPointer says so once and returns values that are all missing: NaN, or the minimum of an integer component.
 *
 * The values cannot be changed. NewInstance, and so every copy that a filter makes, is an ordinary array.
 */

#ifndef vtkNeuralDataArray_h
#define vtkNeuralDataArray_h

#include "vtkDataArray.h"
#include "vtkNeuralVolumeDataModule.h" // for export macro

#include <memory> // for std::shared_ptr
#include <vector> // for std::vector

class vtkUnsignedCharArray;

class VTKNEURALVOLUMEDATA_EXPORT vtkNeuralDataArray : public vtkDataArray
{
public:
  static vtkNeuralDataArray* New();
  vtkAbstractTypeMacroWithNewInstanceType(vtkNeuralDataArray, vtkDataArray, vtkDataArray, "vtkNeuralDataArray");
  void PrintSelf(ostream& os, vtkIndent indent) override;

  /**
   * Stand for a model, given its byte string (docs/file-format.md). Returns false after an error where the bytes
   * are damaged; the array is then empty.
   */
  bool Open(vtkUnsignedCharArray* model);

  /**
   * How many bricks the array has, and how many times one was decoded so far, for this array and its shallow copies.
   */
  vtkIdType GetNumberOfBricks() const;
  vtkIdType GetNumberOfDecodedBricks() const;

  ///@{
  /**
   * Of another vtkNeuralDataArray: both share what is decoded.
   */
  void ShallowCopy(vtkDataArray* other) override;
  void DeepCopy(vtkAbstractArray* other) override;
  void DeepCopy(vtkDataArray* other) override;
  ///@}

  ///@{
  /**
   * Values, decoded when they are read.
   */
  double GetComponent(vtkIdType tuple, int component) override;
  double* GetTuple(vtkIdType tuple) override;
  void GetTuple(vtkIdType tuple, double* values) override;
  vtkVariant GetVariantValue(vtkIdType value) override;
  vtkIdType LookupValue(vtkVariant value) override;
  void LookupValue(vtkVariant value, vtkIdList* values) override;
  ///@}

  ///@{
  /**
   * All values, decoded at once when one of these is called first.
   */
  void* GetVoidPointer(vtkIdType value) override;
  void ExportToVoidPointer(void* values) override;
  VTK_NEWINSTANCE vtkArrayIterator* NewIterator() override;
  ///@}

  int GetDataType() const override;
  int GetDataTypeSize() const override;
  bool HasStandardMemoryLayout() const override { return false; }

  /**
   * In kibibytes: the model and what is decoded of it.
   */
  unsigned long GetActualMemorySize() const override;

  void Initialize() override;
  void Squeeze() override {}
  void DataChanged() override {}
  void ClearLookup() override {}

  ///@{
  /**
   * Refused with an error: the values cannot be changed.
   */
  vtkTypeBool Allocate(vtkIdType values, vtkIdType extension = 1000) override;
  vtkTypeBool Resize(vtkIdType tuples) override;
  void SetNumberOfComponents(int components) override;
  void SetNumberOfTuples(vtkIdType tuples) override;
  void SetVoidArray(void* values, vtkIdType size, int save) override;
  void SetVoidArray(void* values, vtkIdType size, int save, int deleteMethod) override;
  void SetArrayFreeFunction(void (*callback)(void*)) override;
  void* WriteVoidPointer(vtkIdType value, vtkIdType count) override;
  using Superclass::InsertNextTuple;
  using Superclass::InsertTuple;
  using Superclass::SetTuple;
  void SetTuple(vtkIdType tuple, const float* values) override;
  void SetTuple(vtkIdType tuple, const double* values) override;
  void InsertTuple(vtkIdType tuple, const float* values) override;
  void InsertTuple(vtkIdType tuple, const double* values) override;
  vtkIdType InsertNextTuple(const float* values) override;
  vtkIdType InsertNextTuple(const double* values) override;
  void RemoveTuple(vtkIdType tuple) override;
  void SetComponent(vtkIdType tuple, int component, double value) override;
  void SetVariantValue(vtkIdType value, vtkVariant variant) override;
  void InsertVariantValue(vtkIdType value, vtkVariant variant) override;
  ///@}

protected:
  vtkNeuralDataArray();
  ~vtkNeuralDataArray() override;

  vtkObjectBase* NewInstanceInternal() const override;

  ///@{
  /**
   * From the model, as long as no ghosts are to be left out.
   */
  bool ComputeScalarRange(double* ranges) override;
  bool ComputeScalarRange(double* ranges, const unsigned char* ghosts, unsigned char ghostsToSkip) override;
  bool ComputeVectorRange(double range[2]) override;
  bool ComputeVectorRange(double range[2], const unsigned char* ghosts, unsigned char ghostsToSkip) override;
  bool ComputeFiniteScalarRange(double* ranges) override;
  bool ComputeFiniteScalarRange(double* ranges, const unsigned char* ghosts, unsigned char ghostsToSkip) override;
  bool ComputeFiniteVectorRange(double range[2]) override;
  bool ComputeFiniteVectorRange(double range[2], const unsigned char* ghosts, unsigned char ghostsToSkip) override;
  ///@}

private:
  vtkNeuralDataArray(const vtkNeuralDataArray&) = delete;
  void operator=(const vtkNeuralDataArray&) = delete;

  const std::byte* Read(vtkIdType tuple);
  void Share(vtkDataArray* other);
  void Refuse(const char* what);

  struct Internals;
  std::shared_ptr<Internals> State;
  std::vector<double> LastTuple; ///< of the GetTuple that returns a pointer
};

#endif
