// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "decode/SpotCheck.h"

#include "decode/Evaluate.h"
#include "network/Random.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <utility>
#include <vector>

namespace neuralvolume
{
namespace
{

constexpr std::size_t Candidates = 256;
constexpr std::size_t Checks = 8;

/// Of a component's range: decoded values differ between machines by less.
constexpr double Tolerance = 1e-5;

using Sample = std::array<int, 3>; ///< of a region, by its own counting

std::vector<Sample> DrawCandidates(const Region& region)
{
  std::vector<Sample> samples(Candidates);
  std::uint64_t index = 0;
  for (Sample& sample : samples)
  {
    for (std::size_t axis = 0; axis < 3; ++axis)
    {
      sample[axis] = int(RandomBits(0, index++) % std::uint64_t(region.Count[axis]));
    }
  }
  return samples;
}

/// Index of a region's sample among those of the volume.
Sample InVolume(const Region& region, Sample sample)
{
  for (std::size_t axis = 0; axis < 3; ++axis)
  {
    sample[axis] = region.First[axis] + sample[axis] * region.Stride;
  }
  return sample;
}

/// The first component as the network has it; NaN where there is none.
std::vector<float> Estimate(
  const Model& model, const Evaluator& evaluator, const Region& region, const std::vector<Sample>& samples)
{
  std::vector<double> points;
  for (const Sample& sample : samples)
  {
    const Sample index = InVolume(region, sample);
    for (std::size_t axis = 0; axis < 3; ++axis)
    {
      points.push_back((index[axis] + 0.5) / model.GetDimensions()[axis]);
    }
  }
  const std::size_t components = model.Array.Ranges.size();
  std::vector<float> values(samples.size() * components);
  EvaluatePoints(model, evaluator, points, Frame::Unit, values);
  std::vector<float> first(samples.size());
  for (std::size_t i = 0; i < first.size(); ++i)
  {
    first[i] = values[i * components];
  }
  return first;
}

/// Samples from the lowest to the highest value.
std::vector<Sample> ChooseSamples(const Model& model, const Evaluator& evaluator, const Region& region)
{
  const std::vector<Sample> candidates = DrawCandidates(region);
  const std::vector<float> values = Estimate(model, evaluator, region, candidates);
  std::vector<std::pair<float, Sample>> ordered;
  for (std::size_t i = 0; i < candidates.size(); ++i)
  {
    if (!std::isnan(values[i]))
    {
      ordered.emplace_back(values[i], candidates[i]);
    }
  }
  std::ranges::sort(ordered);
  std::vector<Sample> chosen;
  for (std::size_t i = 0; i < Checks && !ordered.empty(); ++i)
  {
    chosen.push_back(ordered[i * (ordered.size() - 1) / (Checks - 1)].second);
  }
  return chosen;
}

std::vector<double> DecodeSample(const Model& model, const Evaluator& evaluator, const Sample& index)
{
  const std::size_t size = SizeOf(model.Array.Type);
  std::vector<std::byte> bytes(size * model.Array.Ranges.size());
  Decode(model, evaluator, { .First = index, .Count = { 1, 1, 1 } }, bytes);
  std::vector<double> values;
  for (std::size_t offset = 0; offset < bytes.size(); offset += size)
  {
    Dispatch(model.Array.Type,
      [&](auto value)
      {
        std::memcpy(&value, bytes.data() + offset, size);
        values.push_back(double(value));
      });
  }
  return values;
}

} // namespace

bool AreDecoded(const Model& model, const Evaluator& evaluator, const Region& region, const ValueReader& values)
{
  const double rounding = IsInteger(model.Array.Type) ? 1.0 : 0.0;
  const std::vector<Sample> samples = ChooseSamples(model, evaluator, region);
  return std::ranges::all_of(samples,
    [&](const Sample& sample)
    {
      const auto [x, y, z] = sample;
      const std::size_t index = std::size_t(x) + std::size_t(region.Count[0]) *
                                                   (std::size_t(y) + std::size_t(region.Count[1]) * std::size_t(z));
      const std::vector<double> decoded = DecodeSample(model, evaluator, InVolume(region, sample));
      for (std::size_t component = 0; component < decoded.size(); ++component)
      {
        const ValueRange& range = model.Array.Ranges[component];
        const double tolerance = Tolerance * (range.Maximum - range.Minimum) + rounding;
        if (!(std::abs(values(index, component) - decoded[component]) <= tolerance))
        {
          return false;
        }
      }
      return true;
    });
}

} // namespace neuralvolume
