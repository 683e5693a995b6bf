// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "vtkSmartPointer.h"
#include "vtkUnsignedCharArray.h"

#include <string>

class vtkImageData;
class vtkInformation;

namespace neuralvolume
{

/// What of the models that an image carries is needed to draw one of its arrays.
struct Selection
{
  vtkSmartPointer<vtkUnsignedCharArray> Models; ///< null where the image carries none
  std::string Problem;                          ///< why the array must not be drawn; empty where it may be
  bool IsAwaited = false;                       ///< a fit is still under way
};

/// Selects the array's model without its residual, which is not drawn, or all models where none fits or they are
/// damaged: the mapper says what is wrong. Here is seen what only the image itself tells: the array is not there, or a
/// filter has changed its values.
///
/// array: FIELD_NAME and FIELD_ASSOCIATION, as vtkAlgorithm::GetInputArrayInformation has them.
Selection Select(vtkImageData* image, vtkInformation* array);

} // namespace neuralvolume
