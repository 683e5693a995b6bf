// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "model/FitReport.h"
#include "model/Residual.h"
#include "model/ScalarType.h"
#include "network/Half.h"
#include "network/NetworkConfig.h"
#include "network/Quantisation.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace neuralvolume
{

enum class Association
{
  Points,
  Cells
};

/// Where the volume lies in space, as vtkImageData says it. Extent counts points, for cell data too.
struct Geometry
{
  std::array<int, 6> Extent = { 0, 0, 0, 0, 0, 0 };
  std::array<double, 3> Origin = { 0.0, 0.0, 0.0 };
  std::array<double, 3> Spacing = { 1.0, 1.0, 1.0 };
  std::array<double, 9> Direction = { 1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0 }; ///< row-major

  friend bool operator==(const Geometry&, const Geometry&) = default;
};

/// Smallest and largest finite value of one component.
struct ValueRange
{
  double Minimum = 0.0;
  double Maximum = 0.0;

  /// The network's output in the array's units, clamped to the range; a NaN counts as 0.
  double Denormalise(float normalised) const
  {
    const double t = normalised > 0.0f ? (normalised < 1.0f ? double(normalised) : 1.0) : 0.0;
    // In two products, since Maximum - Minimum may overflow.
    const double value = this->Minimum * (1.0 - t) + this->Maximum * t;
    return value < this->Minimum ? this->Minimum : (value > this->Maximum ? this->Maximum : value);
  }

  friend bool operator==(const ValueRange&, const ValueRange&) = default;
};

/// What decoded values span, as far as it was measured.
struct DecodedRanges
{
  std::vector<ValueRange> Components;
  std::optional<ValueRange> Norm; ///< Euclidean, where there are several components

  friend bool operator==(const DecodedRanges&, const DecodedRanges&) = default;
};

/// The array that a model stands for.
struct ArrayInfo
{
  std::string Name;
  ScalarType Type = ScalarType::Float32;
  Association Kind = Association::Points;
  std::vector<ValueRange> Ranges; ///< one per component
  DecodedRanges Decoded;
  std::vector<std::string> ComponentNames; ///< one per component, or none

  int GetComponents() const { return int(this->Ranges.size()); }

  /// The ranges of decoded values or, where they were not measured, bounds of them.
  const std::vector<ValueRange>& GetDecodedRanges() const
  {
    return this->Decoded.Components.empty() ? this->Ranges : this->Decoded.Components;
  }

  /// Likewise of the Euclidean norm of all components.
  ValueRange GetDecodedNorm() const;

  friend bool operator==(const ArrayInfo&, const ArrayInfo&) = default;
};

/// Bounds of the network's own clamped output, block by block: what lets the marcher skip empty space.
/// Along an axis of n samples, cell c spans the unit coordinates [c CellSize / n, min((c + 1) CellSize / n, 1)],
/// that is its samples and half a sample to either side; its bounds hold at every position there, faces included.
/// A cell without a single valid sample is empty: its minimum is infinity, its maximum minus infinity.
/// Bounds are multiples of 1/255 of the component's range, rounded outwards (model/BoundCode.h), so that they
/// cost two bytes in a file and come back as they were.
struct MacroCells
{
  static constexpr int MaximumCellSize = 64;

  int CellSize = 8;                            ///< samples along an edge
  std::array<int, 3> Dimensions = { 0, 0, 0 }; ///< cells along x, y, z
  std::vector<float> Bounds;                   ///< [cell][component][minimum, maximum], in the array's units

  std::size_t GetCells() const;

  friend bool operator==(const MacroCells&, const MacroCells&) = default;
};

/// Macro cells along x, y, z over a volume of so many samples.
std::array<int, 3> MacroCellDimensions(const std::array<int, 3>& samples, int cellSize);

/// A fitted neural volume. Samples are the image's points or, for cell data, its cells.
struct Model
{
  NetworkConfig Network;
  std::vector<Half> Parameters;            ///< in the order of network/Layout.h
  neuralvolume::Quantisation Quantisation; ///< of the parameters; without any, files hold them as they are
  neuralvolume::Geometry Geometry;
  ArrayInfo Array;
  std::optional<double> Time; ///< of a series' step, in its own units
  neuralvolume::MacroCells MacroCells;
  std::vector<std::uint8_t> Invalid; ///< a bit a sample, x fastest, lowest bit first; empty where all have values
  std::optional<neuralvolume::Residual> Residual; ///< where errors are bounded
  FitReport Report;

  /// Samples along x, y, z: points, or cells (at least 1) for cell data.
  std::array<int, 3> GetDimensions() const;

  std::size_t GetSamples() const;

  /// What all values take in the array's type.
  std::uint64_t GetValueBytes() const;

  bool IsInvalid(std::size_t sample) const
  {
    return !this->Invalid.empty() && ((this->Invalid[sample / 8] >> (sample % 8)) & 1);
  }

  friend bool operator==(const Model&, const Model&) = default;
};

} // namespace neuralvolume
