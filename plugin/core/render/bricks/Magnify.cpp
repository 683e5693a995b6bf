// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "render/bricks/Magnify.h"

#include <algorithm>
#include <cstddef>

namespace neuralvolume
{
namespace
{

/// Where the samples of a brick fall among those of the coarser one, along an axis.
struct Places
{
  std::vector<int> Low; ///< the sample before
  std::vector<float> Fraction;

  Places(const BrickLattice& lattice, int brick, const BrickLattice& coarse, int coarseBrick, std::size_t axis)
  {
    const int first = coarse.FirstSample(coarseBrick);
    for (int i = 0; i < lattice.GetEdge(); ++i)
    {
      const int sample = lattice.SampleOfVolume(axis, lattice.FirstSample(brick) + i);
      const int low = std::clamp((sample >> coarse.Level) - first, 0, coarse.GetEdge() - 2);
      const int before = coarse.SampleOfVolume(axis, first + low);
      const int after = coarse.SampleOfVolume(axis, first + low + 1);
      this->Low.push_back(low);
      this->Fraction.push_back(after > before ? float(sample - before) / float(after - before) : 0.0f);
    }
  }
};

/// Interpolates along one axis of a cube; stride: between its samples along that axis.
std::vector<float> ResampleAlong(const std::vector<float>& values, std::size_t stride, const Places& places)
{
  const std::size_t edge = places.Low.size();
  std::vector<float> result(values.size());
  for (std::size_t outer = 0; outer < values.size(); outer += stride * edge)
  {
    for (std::size_t i = 0; i < edge; ++i)
    {
      const float* const low = values.data() + outer + std::size_t(places.Low[i]) * stride;
      float* const target = result.data() + outer + i * stride;
      for (std::size_t inner = 0; inner < stride; ++inner)
      {
        target[inner] = low[inner] + places.Fraction[i] * (low[inner + stride] - low[inner]);
      }
    }
  }
  return result;
}

} // namespace

Index CoarseBrickOf(const BrickLattice& lattice, const Index& brick, const BrickLattice& coarse)
{
  Index result;
  for (std::size_t axis = 0; axis < 3; ++axis)
  {
    result[axis] = std::min(brick[axis] >> (coarse.Level - lattice.Level), coarse.Bricks[axis] - 1);
  }
  return result;
}

std::vector<std::uint16_t> Magnify(const BrickLattice& lattice, const Index& brick, const BrickLattice& coarse,
  const std::vector<std::uint16_t>& coarseCodes)
{
  const Index coarseBrick = CoarseBrickOf(lattice, brick, coarse);
  std::vector<float> values(coarseCodes.begin(), coarseCodes.end());
  std::size_t stride = 1;
  for (std::size_t axis = 0; axis < 3; ++axis)
  {
    values = ResampleAlong(values, stride, Places(lattice, brick[axis], coarse, coarseBrick[axis], axis));
    stride *= std::size_t(lattice.GetEdge());
  }
  std::vector<std::uint16_t> codes(values.size());
  constexpr float half = 0.5f; // added exactly: codes are far below what a float holds
  std::ranges::transform(values, codes.begin(), [](float value) { return std::uint16_t(value + half); });
  return codes;
}

} // namespace neuralvolume
