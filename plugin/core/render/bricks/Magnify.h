// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "render/bricks/BrickLattice.h"

#include <cstdint>
#include <vector>

namespace neuralvolume
{

/// The brick of a coarser lattice that holds all samples of a brick.
Index CoarseBrickOf(const BrickLattice& lattice, const Index& brick, const BrickLattice& coarse);

/// The samples of a brick, interpolated trilinearly between those of that coarser one. Both have the same margin.
std::vector<std::uint16_t> Magnify(const BrickLattice& lattice, const Index& brick, const BrickLattice& coarse,
  const std::vector<std::uint16_t>& coarseCodes);

} // namespace neuralvolume
