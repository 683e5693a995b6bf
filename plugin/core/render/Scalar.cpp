// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "render/Scalar.h"

namespace neuralvolume
{

ValueRange Scalar::FromBounds(const float* bounds) const
{
  if (this->Component != Magnitude)
  {
    return { bounds[2 * this->Component], bounds[2 * this->Component + 1] };
  }
  double low = 0.0;
  double high = 0.0;
  for (std::size_t component = 0; component < this->Ranges.size(); ++component)
  {
    const double minimum = bounds[2 * component];
    const double maximum = bounds[2 * component + 1];
    if (minimum > maximum)
    {
      return { minimum, maximum };
    }
    const double nearest = std::max({ minimum, -maximum, 0.0 });
    const double farthest = std::max(-minimum, maximum);
    low += nearest * nearest;
    high += farthest * farthest;
  }
  return { std::sqrt(low), std::sqrt(high) };
}

ValueRange RangeOf(const ScalarSource& source)
{
  std::vector<float> bounds;
  for (const ValueRange& range : source.Model->Array.Ranges)
  {
    bounds.push_back(float(range.Minimum));
    bounds.push_back(float(range.Maximum));
  }
  return Scalar(source).FromBounds(bounds.data());
}

} // namespace neuralvolume
