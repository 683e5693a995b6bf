// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "decode/Planar.h"

#include <tbb/blocked_range.h>
#include <tbb/parallel_for.h>
#include <tbb/parallel_reduce.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <type_traits>

namespace neuralvolume
{
namespace
{

constexpr ValueRange EmptyRange = { std::numeric_limits<double>::infinity(), -std::numeric_limits<double>::infinity() };

ValueRange Join(const ValueRange& one, const ValueRange& other)
{
  return { std::min(one.Minimum, other.Minimum), std::max(one.Maximum, other.Maximum) };
}

template <typename Value>
bool HasValue(const VolumeView& volume, const Value* components, std::size_t point)
{
  if (volume.Invalid && volume.Invalid[point])
  {
    return false;
  }
  if constexpr (std::is_floating_point_v<Value>)
  {
    return std::all_of(components, components + volume.Components, [](Value value) { return std::isfinite(value); });
  }
  return true;
}

template <typename Value>
ValueRange RangeOfPoints(const VolumeView& volume, std::size_t begin, std::size_t end)
{
  ValueRange range = EmptyRange;
  const auto* components = static_cast<const Value*>(volume.Data) + begin * std::size_t(volume.Components);
  for (std::size_t point = begin; point < end; ++point, components += volume.Components)
  {
    if (HasValue(volume, components, point))
    {
      const auto [low, high] = std::minmax_element(components, components + volume.Components);
      range = Join(range, { double(*low), double(*high) });
    }
  }
  return range;
}

/// One row of a region, at (y, z) of it.
template <typename Value>
void ReadRow(const VolumeView& volume, const Region& region, const PlanarScale& scale, int y, int z, double* planar)
{
  const auto [columns, rows, slices] = volume.Dimensions;
  const std::size_t plane = std::size_t(region.Count[0]) * std::size_t(region.Count[1]);
  double* target = planar + std::size_t(z) * volume.Components * plane + std::size_t(y) * region.Count[0];
  std::size_t point = (std::size_t(region.First[2] + z) * rows + region.First[1] + y) * columns + region.First[0];
  const auto* components = static_cast<const Value*>(volume.Data) + point * std::size_t(volume.Components);
  for (int x = 0; x < region.Count[0]; ++x, ++point, components += volume.Components)
  {
    const bool hasValue = HasValue(volume, components, point);
    for (int c = 0; c < volume.Components; ++c)
    {
      const double scaled = (double(components[c]) - scale.Offset) / scale.Scale;
      target[c * plane + std::size_t(x)] = hasValue ? scaled : std::numeric_limits<double>::quiet_NaN();
    }
  }
}

} // namespace

ValueRange RangeOf(const VolumeView& volume)
{
  using Points = tbb::blocked_range<std::size_t>;
  const ValueRange range = Dispatch(volume.Type,
    [&](auto zero)
    {
      return tbb::parallel_reduce(
        Points(0, volume.GetPoints(), 4096), EmptyRange,
        [&](const Points& points, const ValueRange& before)
        { return Join(before, RangeOfPoints<decltype(zero)>(volume, points.begin(), points.end())); },
        Join);
    });
  return range.Minimum <= range.Maximum ? range : ValueRange();
}

void ReadPlanar(const VolumeView& volume, const Region& region, const PlanarScale& scale, double* planar)
{
  Dispatch(volume.Type,
    [&](auto zero)
    {
      tbb::parallel_for(0, region.Count[1] * region.Count[2],
        [&](int row)
        { ReadRow<decltype(zero)>(volume, region, scale, row % region.Count[1], row / region.Count[1], planar); });
    });
}

} // namespace neuralvolume
