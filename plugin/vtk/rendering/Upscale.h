// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "render/Image.h"

#include <vector>

namespace neuralvolume
{

/// Every pixel's depth of a coarser picture: that of the pixel at its centre.
std::vector<float> CoarsenDepth(
  const std::vector<float>& depth, int width, int height, int coarseWidth, int coarseHeight);

/// Enlarges a picture linearly, taking less from pixels whose rays ended at another depth, so that what
/// lies before an edge of the geometry does not bleed into what lies behind it (joint bilateral
/// upsampling, Kopf et al. 2007).
Image Upscale(
  const Image& coarse, const std::vector<float>& coarseDepth, const std::vector<float>& depth, int width, int height);

} // namespace neuralvolume
