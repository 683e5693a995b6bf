// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "model/Model.h"

#include "vtkImageData.h"
#include "vtkMatrix3x3.h"

#include <algorithm>

namespace neuralvolume
{

inline Geometry GeometryOf(vtkImageData* image)
{
  Geometry geometry;
  image->GetExtent(geometry.Extent.data());
  image->GetOrigin(geometry.Origin.data());
  image->GetSpacing(geometry.Spacing.data());
  std::copy_n(image->GetDirectionMatrix()->GetData(), 9, geometry.Direction.data());
  return geometry;
}

} // namespace neuralvolume
