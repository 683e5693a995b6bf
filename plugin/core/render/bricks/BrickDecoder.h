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

/// Samples as codes, x fastest, and their ranges block by block.
struct DecodedBrick
{
  std::vector<std::uint16_t> Codes;
  std::array<CodeRange, BrickTable::Blocks> Blocks;
};

/// Decodes bricks from a network.
class BrickDecoder
{
public:
  static constexpr std::uint16_t LargestShortCode = 0x7fff; ///< of 16 bits; the highest one flags samples without value

  /// Codes from 0 to largestCode stand for the values of a range. Refers to the model and the evaluator.
  BrickDecoder(
    const Model& model, const Evaluator& evaluator, const Scalar& scalar, const ValueRange& range, int largestCode);

  DecodedBrick Decode(const BrickLattice& lattice, const Index& brick) const;

private:
  std::vector<std::uint16_t> Evaluate(const BrickLattice& lattice, const Index& brick) const;
  void FlagInvalid(const BrickLattice& lattice, const Index& brick, std::vector<std::uint16_t>& codes) const;

  const Model& TheModel;
  const Evaluator& TheEvaluator;
  const Scalar TheScalar;
  const ValueRange Range;
  const int LargestCode;
};

} // namespace neuralvolume
