// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

namespace neuralvolume
{

/// From now on, what stands still in a window is drawn in slices of time, between which the window answers: each
/// still picture of a view takes a short while, and is followed by another one until none is left to draw. Pictures
/// that are captured, those of an animation and those without a window are drawn at once.
void RefineStillPictures();

} // namespace neuralvolume
