// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

namespace neuralvolume
{

/// ParaView reads what a source reports of itself when Apply is pressed: from now on this plugin's sources and
/// filters are read whenever they have been updated, so that a panel shows a fit in the background.
void RefreshInformation();

} // namespace neuralvolume
