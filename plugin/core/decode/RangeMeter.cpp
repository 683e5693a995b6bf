// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "decode/RangeMeter.h"

#include <tbb/blocked_range.h>
#include <tbb/parallel_reduce.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace neuralvolume
{
namespace
{

constexpr ValueRange EmptyRange = { std::numeric_limits<double>::infinity(), -std::numeric_limits<double>::infinity() };

/// Of each component, then of the squared norm.
using Spans = std::vector<ValueRange>;

/// A NaN leaves the range as it is.
void Widen(ValueRange& range, double value)
{
  range.Minimum = value < range.Minimum ? value : range.Minimum;
  range.Maximum = value > range.Maximum ? value : range.Maximum;
}

Spans Join(Spans one, const Spans& other)
{
  for (std::size_t i = 0; i < one.size(); ++i)
  {
    Widen(one[i], other[i].Minimum);
    Widen(one[i], other[i].Maximum);
  }
  return one;
}

template <typename Value>
void Widen(Spans& spans, const Value* values, std::size_t samples)
{
  for (const Value* const end = values + samples * (spans.size() - 1); values != end;)
  {
    double squares = 0.0;
    for (std::size_t c = 0; c + 1 < spans.size(); ++c, ++values)
    {
      const auto value = double(*values);
      Widen(spans[c], value);
      squares += value * value;
    }
    Widen(spans.back(), squares);
  }
}

bool IsFinite(const ValueRange& range)
{
  return std::isfinite(range.Minimum) && std::isfinite(range.Maximum);
}

} // namespace

RangeMeter::RangeMeter(int components)
  : Found(std::size_t(components) + 1, EmptyRange)
{
}

void RangeMeter::Add(std::span<const std::byte> values, ScalarType type)
{
  const std::size_t components = this->Found.size() - 1;
  using Samples = tbb::blocked_range<std::size_t>;
  const Spans found = Dispatch(type,
    [&](auto zero)
    {
      const auto* const first = reinterpret_cast<const decltype(zero)*>(values.data());
      return tbb::parallel_reduce(
        Samples(0, values.size() / sizeof(zero) / components, 4096), Spans(components + 1, EmptyRange),
        [&](const Samples& samples, Spans spans)
        {
          Widen(spans, first + samples.begin() * components, samples.size());
          return spans;
        },
        Join);
    });
  this->Found = Join(this->Found, found);
}

DecodedRanges RangeMeter::GetRanges() const
{
  DecodedRanges ranges;
  if (std::all_of(this->Found.begin(), this->Found.end() - 1, IsFinite))
  {
    ranges.Components.assign(this->Found.begin(), this->Found.end() - 1);
  }
  if (this->Found.size() > 2 && IsFinite(this->Found.back()))
  {
    ranges.Norm = { std::sqrt(this->Found.back().Minimum), std::sqrt(this->Found.back().Maximum) };
  }
  return ranges;
}

} // namespace neuralvolume
