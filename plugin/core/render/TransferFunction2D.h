// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "render/TransferFunction.h"

#include <cstddef>
#include <vector>

namespace neuralvolume
{

/// Colour and opacity by two values: bilinear between entries that are equally spaced along both axes.
class TransferFunction2D
{
public:
  /// One axis, whose first entry stands for the minimum and the last one for the maximum.
  struct Axis
  {
    std::size_t Entries;
    double Minimum;
    double Maximum;

    friend bool operator==(const Axis&, const Axis&) = default;
  };

  /// Entries along the first axis fastest; values outside get the nearest entry. Throws std::invalid_argument where
  /// their number is not that of the axes, and as TransferFunction does.
  TransferFunction2D(std::vector<Rgba> entries, const Axis& first, const Axis& second);

  Rgba Evaluate(double first, double second) const;

  const Axis& GetFirst() const { return this->First; }
  const Axis& GetSecond() const { return this->Second; }

  /// By one of the values alone: whose opacities are at least those at any other one.
  TransferFunction BoundByFirst() const;
  TransferFunction BoundBySecond() const;

  friend bool operator==(const TransferFunction2D&, const TransferFunction2D&) = default;

private:
  const Rgba& At(std::size_t first, std::size_t second) const
  {
    return this->Entries[second * this->First.Entries + first];
  }

  std::vector<Rgba> Entries;
  Axis First;
  Axis Second;
};

} // namespace neuralvolume
