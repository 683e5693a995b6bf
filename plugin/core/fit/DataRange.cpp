// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "fit/DataRange.h"

#include <tbb/blocked_range.h>
#include <tbb/parallel_reduce.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace neuralvolume
{
namespace
{

constexpr double Infinity = std::numeric_limits<double>::infinity();

DataRange EmptyRange(int components)
{
  return { std::vector<ValueRange>(std::size_t(components), { Infinity, -Infinity }), 0 };
}

DataRange Unite(DataRange one, const DataRange& other)
{
  for (std::size_t c = 0; c < one.Ranges.size(); ++c)
  {
    one.Ranges[c].Minimum = std::min(one.Ranges[c].Minimum, other.Ranges[c].Minimum);
    one.Ranges[c].Maximum = std::max(one.Ranges[c].Maximum, other.Ranges[c].Maximum);
  }
  one.InvalidPoints += other.InvalidPoints;
  return one;
}

template <typename T>
DataRange Extend(const VolumeView& volume, const tbb::blocked_range<std::size_t>& points, DataRange range)
{
  const auto components = std::size_t(volume.Components);
  for (std::size_t point = points.begin(); point < points.end(); ++point)
  {
    const T* const values = static_cast<const T*>(volume.Data) + point * components;
    const bool masked = volume.Invalid && volume.Invalid[point];
    if (masked || !std::all_of(values, values + components, [](T value) { return std::isfinite(double(value)); }))
    {
      ++range.InvalidPoints;
      continue;
    }
    for (std::size_t c = 0; c < components; ++c)
    {
      range.Ranges[c].Minimum = std::min(range.Ranges[c].Minimum, double(values[c]));
      range.Ranges[c].Maximum = std::max(range.Ranges[c].Maximum, double(values[c]));
    }
  }
  return range;
}

} // namespace

DataRange FindDataRange(const VolumeView& volume)
{
  const auto extend = [&volume](const tbb::blocked_range<std::size_t>& points, DataRange range) {
    return Dispatch(volume.Type, [&](auto zero) { return Extend<decltype(zero)>(volume, points, std::move(range)); });
  };
  DataRange range = tbb::parallel_reduce(
    tbb::blocked_range<std::size_t>(0, volume.GetPoints(), 1 << 16), EmptyRange(volume.Components), extend, Unite);
  if (range.InvalidPoints == volume.GetPoints())
  {
    range.Ranges.assign(range.Ranges.size(), ValueRange());
  }
  return range;
}

} // namespace neuralvolume
