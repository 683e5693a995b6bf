// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

namespace neuralvolume
{

/// From now on, panels show the property Shade of neural volumes among those that are not advanced, as ParaView does it
/// for its own volumes.
void ShowShade();

} // namespace neuralvolume
