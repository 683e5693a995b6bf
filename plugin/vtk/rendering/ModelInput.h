// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "model/Model.h"
#include "network/Evaluator.h"

#include "vtkType.h"

#include <memory>
#include <optional>
#include <string>

class vtkUnsignedCharArray;
class vtkImageData;

namespace neuralvolume
{

/// The model that travels in an image's field data, opened once for each change of its bytes.
class ModelInput
{
public:
  /// Throws std::runtime_error where the image carries no model or a damaged one.
  void Update(vtkImageData* image);

  const neuralvolume::Model& GetModel() const { return *this->Model; }
  const neuralvolume::Evaluator& GetEvaluator() const { return *this->Evaluator; }

private:
  void Open(vtkUnsignedCharArray* bytes);

  const vtkUnsignedCharArray* Bytes = nullptr;
  vtkMTimeType BytesTime = 0;
  std::optional<neuralvolume::Model> Model;
  std::unique_ptr<neuralvolume::Evaluator> Evaluator;
  std::string Damage; ///< why the bytes could not be opened
};

/// Why an image's array is not what the model stands for, and what to do; empty where it is.
/// scalarMode: VTK_SCALAR_MODE_USE_POINT_FIELD_DATA or VTK_SCALAR_MODE_USE_CELL_FIELD_DATA.
std::string DescribeMismatch(const Model& model, vtkImageData* image, const char* arrayName, int scalarMode);

} // namespace neuralvolume
