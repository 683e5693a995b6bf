// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "network/Layout.h"

#include <cstdint>
#include <span>

namespace neuralvolume
{

/// Random initial parameters as tiny-cuda-nn draws them: Xavier uniform for the matrices, by their padded
/// sizes (Glorot & Bengio 2010), uniform in +-1e-4 for the grid. A function of layout and seed alone.
void InitializeParameters(const Layout& layout, std::uint64_t seed, std::span<float> parameters);

} // namespace neuralvolume
