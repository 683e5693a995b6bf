// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "model/Model.h"

#include "vtkSmartPointer.h"
#include "vtkUnsignedCharArray.h"

#include <string>
#include <vector>

class vtkImageData;

namespace neuralvolume
{

/// What of the models that an image carries is needed to draw one of its arrays.
struct Selection
{
  vtkSmartPointer<vtkUnsignedCharArray> Models; ///< null where the image carries none
  std::string Problem;                          ///< why the array must not be drawn; empty where it may be
  bool IsAwaited = false;                       ///< a fit is still under way
};

/// Selects the models of arrays of one kind without their residuals, which are not drawn, or all models where none fits
/// or they are damaged: the mapper says what is wrong. Here is seen what only the image itself tells: an array is not
/// there, or a filter has changed its values.
Selection Select(vtkImageData* image, const std::vector<std::string>& arrays, Association kind);

} // namespace neuralvolume
