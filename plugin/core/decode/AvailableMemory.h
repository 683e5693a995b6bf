// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>

namespace neuralvolume
{

/// Bytes that this process can still take without swapping: what the system has or its control group allows, whichever
/// is less. As much as can be told; otherwise the largest number.
std::size_t GetAvailableMemory();

} // namespace neuralvolume
