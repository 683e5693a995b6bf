// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "model/Model.h"
#include "model/ScalarType.h"

#include <cstddef>
#include <span>
#include <vector>

namespace neuralvolume
{

/// Measures what values span that come part by part, components interleaved, as vtkDataArray::GetRange does: NaN does
/// not count.
class RangeMeter
{
public:
  explicit RangeMeter(int components);

  /// Uses all cores.
  void Add(std::span<const std::byte> values, ScalarType type);

  /// Nothing of what no value or an infinite one was added to.
  DecodedRanges GetRanges() const;

private:
  std::vector<ValueRange> Found; ///< of each component, then of the squared norm
};

} // namespace neuralvolume
