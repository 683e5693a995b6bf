// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "Models.h"
#include "network/Layout.h"
#include "network/Quantisation.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <vector>

/// Networks of random multiples of steps.
namespace neuralvolume::quantised
{

struct Network
{
  neuralvolume::Layout Layout;
  neuralvolume::Quantisation Quantisation;
  std::vector<Half> Parameters;
};

/// What gives the multiple of a level's feature at a place in its table.
using Multiples = std::function<int(const GridLevel& level, std::size_t entry, std::size_t feature)>;

/// Steps as many as there are, and random weights.
inline Network MakeNetwork(const NetworkConfig& config, const Multiples& multiples)
{
  Network network = { MakeLayout(config), {}, {} };
  std::vector<float> parameters(network.Layout.Parameters);
  for (int m = 0; m < network.Layout.MatrixCount; ++m)
  {
    network.Quantisation.Matrices.push_back(StepCode(-40 + 3 * m));
  }
  for (std::size_t i = 0; i < network.Layout.GridOffset; ++i)
  {
    parameters[i] = 0.3f * models::RandomSigned(1, i);
  }
  float* parameter = parameters.data() + network.Layout.GridOffset;
  for (int l = 0; l < config.Levels; ++l)
  {
    const GridLevel& level = network.Layout.Levels[l];
    network.Quantisation.Levels.push_back(StepCode(-56 - 5 * l));
    for (std::size_t entry = 0; entry < level.Entries; ++entry)
    {
      for (std::size_t f = 0; f < std::size_t(config.FeaturesPerLevel); ++f)
      {
        *parameter++ = StepOf(network.Quantisation.Levels[l]) * float(multiples(level, entry, f));
      }
    }
  }
  RoundMatrices(network.Layout, network.Quantisation, parameters);
  network.Parameters.resize(parameters.size());
  std::ranges::transform(parameters, network.Parameters.begin(), ToHalf);
  return network;
}

/// Of a two-sided geometric distribution, each independent of all others.
inline int Geometric(double scale, std::uint64_t index)
{
  const double u = models::RandomSigned(2, index);
  return int(std::lround(std::copysign(-scale * std::log(1.0 - std::fabs(u)), u)));
}

inline int Independent(const GridLevel& level, std::size_t entry, std::size_t feature)
{
  return Geometric(1.5, 8 * (level.Offset + entry) + feature);
}

/// As Independent, but large in one part of the volume only.
inline int Patchy(const GridLevel& level, std::size_t entry, std::size_t feature)
{
  const std::size_t edge = level.Resolution;
  const double phase = 6.0 * double(entry % edge + entry / edge % edge + entry / (edge * edge)) / double(edge);
  return Geometric(3.0 * std::pow(std::sin(phase), 4.0), 8 * (level.Offset + entry) + feature);
}

/// Few of many sizes.
inline int Anything(const GridLevel& level, std::size_t entry, std::size_t feature)
{
  const int multiple = Geometric(150.0, 8 * (level.Offset + entry) + feature);
  return RandomUnit(3, entry) < 0.7f ? 0 : std::clamp(multiple, -MaximumMultiple, MaximumMultiple);
}

/// Dense levels, then hashed ones; padded inputs and outputs.
inline NetworkConfig SmallNetwork(int features = 2)
{
  return { 4, features, 9, 3, 1.8f, 16, 2, 3 };
}

} // namespace neuralvolume::quantised
