// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "model/Model.h"
#include "network/Evaluator.h"
#include "render/Scalar.h"
#include "render/bricks/BrickTable.h"

#include <array>
#include <cstdint>
#include <vector>

namespace neuralvolume
{

struct CodeRange
{
  std::uint16_t Low;
  std::uint16_t High;
};

using BlockRanges = std::array<CodeRange, BrickTable::Blocks>;

/// Samples as codes, x fastest, and their ranges block by block.
struct DecodedBrick
{
  std::vector<std::uint16_t> Codes;
  BlockRanges Blocks;
};

/// Decodes bricks from a network.
class BrickDecoder
{
public:
  static constexpr std::uint16_t LargestShortCode = 0x7fff; ///< of 16 bits
  static constexpr std::uint16_t InvalidFlag = 0x8000;      ///< beside it, of samples without value

  /// Codes from 0 to largestCode stand for the values of the scalar's range. Refers to the model and the evaluator.
  BrickDecoder(const ScalarSource& source, int largestCode);

  const Model& GetModel() const { return this->TheModel; }
  const ValueRange& GetRange() const { return this->Range; }

  double ValueOf(std::uint16_t code) const
  {
    return this->Range.Minimum + code * (this->Range.Maximum - this->Range.Minimum) / this->LargestCode;
  }

  /// Bounds of the scalar in the macro cells that hold the samples of a brick and its margin. Empty (minimum > maximum)
  /// where they are.
  ValueRange GetCellBounds(const BrickLattice& lattice, const Index& brick) const;

  DecodedBrick Decode(const BrickLattice& lattice, const Index& brick) const;

  /// As it looks at the level of a coarser lattice, of which the samples are given; see Magnify.
  DecodedBrick Magnify(const BrickLattice& lattice, const Index& brick, const BrickLattice& coarse,
    const std::vector<std::uint16_t>& coarseCodes) const;

private:
  DecodedBrick Complete(const BrickLattice& lattice, const Index& brick, std::vector<std::uint16_t> codes) const;
  std::vector<std::uint16_t> Evaluate(const BrickLattice& lattice, const Index& brick) const;
  void FlagInvalid(const BrickLattice& lattice, const Index& brick, std::vector<std::uint16_t>& codes) const;

  const Model& TheModel;
  const Evaluator& TheEvaluator;
  const Scalar TheScalar;
  const ValueRange Range;
  const int LargestCode;
};

} // namespace neuralvolume
