// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "render/RenderSettings.h"

class vtkRenderer;
class vtkVolume;

namespace neuralvolume
{

/// The renderer's lights and the volume's material; directions are in data coordinates, before the volume's transform.
/// Lights count as infinitely far, positional ones in their direction from the volume's middle.
Lighting MakeLighting(vtkRenderer* renderer, vtkVolume* volume);

} // namespace neuralvolume
