// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "render/Classification.h"
#include "render/ScalarSource.h"

#include <optional>

class vtkVolumeProperty;

namespace neuralvolume
{

/// The component of an array that a property's colours are of, or Magnitude.
int SelectComponent(const Model& model, vtkVolumeProperty* property);

/// Whether a property's two-dimensional transfer function is in use.
bool HasTransferFunction2D(vtkVolumeProperty* property);

/// What a property makes of the values of a scalar and, where there is one, of a second scalar: the latter decides the
/// opacity, or is the second coordinate of the property's two-dimensional transfer function. As in VTK, such a function
/// spans the ranges of the scalars; without a second one, gradients up to a quarter of the range over the mean spacing.
Classification MakeClassification(
  vtkVolumeProperty* property, const ScalarSource& scalar, const std::optional<ScalarSource>& second);

} // namespace neuralvolume
