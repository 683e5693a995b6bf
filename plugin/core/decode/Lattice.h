// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "network/Evaluator.h"

#include <array>
#include <cstddef>
#include <functional>
#include <vector>

namespace neuralvolume
{

/// Positions that are all combinations of three lists of unit coordinates, x fastest.
using Lattice = std::array<std::vector<float>, 3>;

/// A box of lattice positions, by their indices.
struct LatticeBrick
{
  std::array<int, 3> First;
  std::array<int, 3> Count;
};

/// Takes a brick's normalised values: x fastest, components interleaved.
using LatticeSink = std::function<void(const LatticeBrick& brick, const float* values)>;

/// Evaluates the network on a lattice brick by brick on all cores; sink is called from many threads at once.
/// Needs a few hundred KiB a thread.
void EvaluateLattice(const Evaluator& evaluator, const Lattice& lattice, const LatticeSink& sink);

} // namespace neuralvolume
