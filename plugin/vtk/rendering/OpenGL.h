// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#if VTK_MODULE_ENABLE_VTK_glad // since VTK 9.4
#  include "vtk_glad.h"
#else
#  include "vtk_glew.h"
#endif
