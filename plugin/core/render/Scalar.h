// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "model/Model.h"
#include "render/ScalarSource.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace neuralvolume
{

/// What the transfer function is asked about: a component of the array or the length of its vectors.
class Scalar
{
public:
  explicit Scalar(const ScalarSource& source)
    : Ranges(source.Model->Array.Ranges)
    , Component(source.Component == Magnitude && this->Ranges.size() == 1 ? 0 : source.Component)
  {
  }

  /// In the array's units, of a network's outputs at one position.
  double FromOutputs(const float* outputs) const
  {
    return this->Component == Magnitude ? this->Length(outputs) : this->Value(outputs, std::size_t(this->Component));
  }

  /// Bounds of the scalar where bounds are those of the components: minimum and maximum of each, in turn.
  /// Empty (minimum > maximum) where they are.
  ValueRange FromBounds(const float* bounds) const;

private:
  double Value(const float* outputs, std::size_t component) const
  {
    const ValueRange& range = this->Ranges[component];
    return range.Minimum + std::clamp(outputs[component], 0.0f, 1.0f) * (range.Maximum - range.Minimum);
  }

  double Length(const float* outputs) const
  {
    double squares = 0.0;
    for (std::size_t component = 0; component < this->Ranges.size(); ++component)
    {
      const double value = this->Value(outputs, component);
      squares += value * value;
    }
    return std::sqrt(squares);
  }

  std::vector<ValueRange> Ranges;
  int Component;
};

/// Of all values of a scalar.
ValueRange RangeOf(const ScalarSource& source);

} // namespace neuralvolume
