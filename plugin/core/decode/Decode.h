// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "decode/Lattice.h"
#include "model/Model.h"
#include "network/Evaluator.h"

#include <array>
#include <cstddef>
#include <span>
#include <vector>

namespace neuralvolume
{

/// A part of a volume's samples: along each axis Count of them, from First on, Stride apart. Indices are from 0.
struct Region
{
  std::array<int, 3> First = { 0, 0, 0 };
  std::array<int, 3> Count = { 0, 0, 0 };
  int Stride = 1;

  std::size_t GetSamples() const;
};

/// Every stride-th sample along each axis, the first among them.
Region WholeVolume(const Model& model, int stride = 1);

/// The samples of a VTK extent (xmin, xmax, ymin, ymax, zmin, zmax; both ends included) in the model's own index
/// space, of points or, for cell data, of cells. Throws std::invalid_argument where it leaves the volume.
Region RegionOfExtent(const Model& model, const std::array<int, 6>& extent, int stride = 1);

/// The network's own normalised values of a region that lies inside the volume; see EvaluateLattice.
void EvaluateRegion(const Model& model, const Evaluator& evaluator, const Region& region, const LatticeSink& sink);

/// Values of a region in the array's own type: x fastest, components interleaved; clamped to each component's
/// range, integers rounded; within its bound of the original where the model has a residual. Samples without a value become NaN, or the component's minimum in integers.
/// Uses all cores; besides values it needs a few hundred KiB a thread.
/// Throws std::invalid_argument where the region leaves the volume or values has not the size of its samples, and
/// std::runtime_error where the residual is damaged.
void Decode(const Model& model, const Evaluator& evaluator, const Region& region, std::span<std::byte> values);

/// The values that Decode gives to a sample without a value.
std::vector<std::byte> MissingSample(const Model& model);

} // namespace neuralvolume
