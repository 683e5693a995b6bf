// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

namespace neuralvolume
{

/// ParaView picks an array to colour by for its own volumes, not for a plugin's, and an uncoloured volume
/// draws nothing: from now on each representation that becomes a Neural Volume is coloured by its array.
void ColorNeuralVolumes();

} // namespace neuralvolume
