// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

namespace neuralvolume
{

/// Lets Python find the package that lies beside the plugin, in <plugin's directory>/python.
void AddPythonPath();

} // namespace neuralvolume
