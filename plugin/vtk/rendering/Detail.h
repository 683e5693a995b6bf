// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "render/Image.h"

namespace neuralvolume
{

/// How much of a picture's local contrast is finer than its pixels can show, 0 where it is even: the mean of the squared
/// difference of a pixel from its four neighbours' mean, over the variance of the five.
double MeasureDetail(const Image& image);

} // namespace neuralvolume
