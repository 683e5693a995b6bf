// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "fit/Estimate.h"

#include "network/Random.h"

#include <tbb/blocked_range.h>
#include <tbb/parallel_for.h>

#include <algorithm>
#include <numeric>
#include <vector>

namespace neuralvolume
{
namespace
{

constexpr std::size_t Chunk = 1024;

struct ErrorSum
{
  double Squares = 0.0;
  std::size_t Values = 0;
};

/// The points of one chunk: one at random from each of the strata that the volume is cut into.
std::vector<std::size_t> DrawPoints(std::size_t points, std::size_t samples, std::size_t chunk, std::uint64_t seed)
{
  const double stratum = double(points) / double(samples);
  std::vector<std::size_t> drawn;
  for (std::size_t i = chunk * Chunk; i < std::min((chunk + 1) * Chunk, samples); ++i)
  {
    const double at = (double(i) + RandomUnit(seed, i)) * stratum;
    drawn.push_back(samples == points ? i : std::min(std::size_t(at), points - 1));
  }
  return drawn;
}

std::vector<float> EvaluateAt(
  const Evaluator& evaluator, const std::array<int, 3>& dimensions, const std::vector<std::size_t>& points)
{
  const auto nx = std::size_t(dimensions[0]), ny = std::size_t(dimensions[1]);
  std::vector<float> axis[3];
  for (const std::size_t point : points)
  {
    axis[0].push_back((float(point % nx) + 0.5f) / float(nx));
    axis[1].push_back((float(point / nx % ny) + 0.5f) / float(ny));
    axis[2].push_back((float(point / (nx * ny)) + 0.5f) / float(dimensions[2]));
  }
  std::vector<float> values(points.size() * std::size_t(evaluator.GetOutputs()));
  evaluator.Evaluate({ axis[0].data(), axis[1].data(), axis[2].data() }, points.size(), values.data());
  return values;
}

template <typename T>
ErrorSum SumErrors(const VolumeView& volume, std::span<const ValueRange> ranges, const std::vector<std::size_t>& points,
  const std::vector<float>& values)
{
  const auto components = ranges.size();
  const T* const data = static_cast<const T*>(volume.Data);
  ErrorSum sum;
  for (std::size_t i = 0; i < points.size(); ++i)
  {
    if (volume.Invalid && volume.Invalid[points[i]])
    {
      continue;
    }
    for (std::size_t c = 0; c < components; ++c)
    {
      const double width = ranges[c].Maximum - ranges[c].Minimum;
      const double value = ranges[c].Minimum + std::clamp(double(values[i * components + c]), 0.0, 1.0) * width;
      const double error = value - double(data[points[i] * components + c]);
      sum.Squares += error * error;
      ++sum.Values;
    }
  }
  return sum;
}

double DataWidth(std::span<const ValueRange> ranges)
{
  double low = ranges[0].Minimum, high = ranges[0].Maximum;
  for (const ValueRange& range : ranges)
  {
    low = std::min(low, range.Minimum);
    high = std::max(high, range.Maximum);
  }
  return high - low;
}

} // namespace

double EstimateError(const Evaluator& evaluator, const VolumeView& volume, std::span<const ValueRange> ranges,
  std::size_t samples, std::uint64_t seed)
{
  const std::size_t points = volume.GetPoints();
  const std::size_t count = std::min(samples, points);
  std::vector<ErrorSum> sums((count + Chunk - 1) / Chunk);
  tbb::parallel_for(std::size_t(0), sums.size(),
    [&](std::size_t chunk)
    {
      const std::vector<std::size_t> drawn = DrawPoints(points, count, chunk, seed);
      const std::vector<float> values = EvaluateAt(evaluator, volume.Dimensions, drawn);
      sums[chunk] =
        Dispatch(volume.Type, [&](auto zero) { return SumErrors<decltype(zero)>(volume, ranges, drawn, values); });
    });
  const ErrorSum total = std::accumulate(sums.begin(), sums.end(), ErrorSum(),
    [](ErrorSum one, ErrorSum other) {
      return ErrorSum{ one.Squares + other.Squares, one.Values + other.Values };
    });
  const double width = DataWidth(ranges);
  const double scale = width > 0.0 ? 1.0 / (width * width) : 1.0;
  return total.Values ? total.Squares * scale / double(total.Values) : 0.0;
}

} // namespace neuralvolume
