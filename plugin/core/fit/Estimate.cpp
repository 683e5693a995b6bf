// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "fit/Estimate.h"

#include "network/Random.h"

#include <tbb/blocked_range.h>
#include <tbb/parallel_for.h>

#include <algorithm>
#include <vector>

namespace neuralvolume
{
namespace
{

constexpr std::size_t Chunk = 1024;

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
std::vector<float> ErrorsAt(const VolumeView& volume, std::span<const ValueRange> ranges, double scale,
  const std::vector<std::size_t>& points, const std::vector<float>& values)
{
  const auto components = ranges.size();
  const T* const data = static_cast<const T*>(volume.Data);
  std::vector<float> errors;
  errors.reserve(values.size());
  for (std::size_t i = 0; i < points.size(); ++i)
  {
    if (volume.Invalid && volume.Invalid[points[i]])
    {
      continue;
    }
    for (std::size_t c = 0; c < components; ++c)
    {
      const double value = ranges[c].Denormalise(values[i * components + c]);
      errors.push_back(float((value - double(data[points[i] * components + c])) * scale));
    }
  }
  return errors;
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

std::vector<float> SampleErrors(const Evaluator& evaluator, const VolumeView& volume,
  std::span<const ValueRange> ranges, std::size_t samples, std::uint64_t seed)
{
  const std::size_t points = volume.GetPoints();
  const std::size_t count = std::min(samples, points);
  const double width = DataWidth(ranges);
  const double scale = width > 0.0 ? 1.0 / width : 1.0;
  std::vector<std::vector<float>> errors((count + Chunk - 1) / Chunk);
  tbb::parallel_for(std::size_t(0), errors.size(),
    [&](std::size_t chunk)
    {
      const std::vector<std::size_t> drawn = DrawPoints(points, count, chunk, seed);
      const std::vector<float> values = EvaluateAt(evaluator, volume.Dimensions, drawn);
      errors[chunk] = Dispatch(
        volume.Type, [&](auto zero) { return ErrorsAt<decltype(zero)>(volume, ranges, scale, drawn, values); });
    });
  std::vector<float> all;
  for (const std::vector<float>& some : errors)
  {
    all.insert(all.end(), some.begin(), some.end());
  }
  return all;
}

} // namespace neuralvolume
