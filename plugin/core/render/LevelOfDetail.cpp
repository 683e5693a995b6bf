// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "render/LevelOfDetail.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

namespace neuralvolume
{
namespace
{

constexpr int ProbesPerEdge = 16;

/// In samples, between the point where a ray enters the volume and a line.
double Distance(const Ray& ray, const Ray& line, const std::array<int, 3>& samples)
{
  double along = 0.0;
  double length = 0.0;
  double square = 0.0;
  for (std::size_t axis = 0; axis < 3; ++axis)
  {
    const double offset = (ray.Origin[axis] - line.Origin[axis]) * samples[axis];
    const double direction = line.Direction[axis] * samples[axis];
    along += offset * direction;
    length += direction * direction;
    square += offset * offset;
  }
  return std::sqrt(std::max(square - along * along / length, 0.0));
}

} // namespace

int ChooseLevel(const RayCaster& caster, const View& view, const std::array<int, 3>& samples)
{
  // Find the pixel whose neighbour is nearest, among some
  double nearest = std::numeric_limits<double>::infinity();
  for (int i = 0; i < ProbesPerEdge * ProbesPerEdge; ++i)
  {
    const int x = (2 * (i % ProbesPerEdge) + 1) * view.Width / (2 * ProbesPerEdge);
    const int y = (2 * (i / ProbesPerEdge) + 1) * view.Height / (2 * ProbesPerEdge);
    const Ray ray = caster.Cast(x, y, {});
    for (const Ray& neighbour : { caster.Cast(x + 1, y, {}), caster.Cast(x, y + 1, {}) })
    {
      if (ray.Count > 0 && neighbour.Count > 0)
      {
        nearest = std::min(nearest, Distance(ray, neighbour, samples));
      }
    }
  }
  if (!(nearest >= 2.0) || !std::isfinite(nearest))
  {
    return 0;
  }
  // Halve the samples as long as they are finer than the pixels, and some are left
  const int finest = *std::ranges::max_element(samples);
  const int coarsest = std::max(int(std::bit_width(unsigned(finest))) - 5, 0);
  return std::min(int(std::log2(nearest)), coarsest);
}

} // namespace neuralvolume
