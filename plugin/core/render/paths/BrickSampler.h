// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "render/Marcher.h"
#include "render/paths/Vector.h"

#include <array>
#include <cstdint>

namespace neuralvolume
{

/// Reads bricks position by position.
class BrickSampler
{
public:
  explicit BrickSampler(const BrickReader& reader);

  /// A cell of the lattice and where in it a position lies.
  struct Place
  {
    Index Cell;
    Vector3f Fraction;
    std::size_t Brick;
  };

  Place Locate(const Vector3f& position) const;

  /// The code at a place; false where nothing shows. Decodes what is missing.
  bool Read(const Place& place, float& code) const;

private:
  std::int32_t FindBrick(const Place& place) const;
  bool IsShown(const Place& place) const;

  template <typename Code>
  float Interpolate(const Place& place, const Code* codes, std::size_t first) const;
  bool IsValid(const Place& place, const std::uint16_t* codes, std::size_t first) const;

  const BrickReader& Reader;
  const BrickLattice& Lattice;
  const std::size_t Row;   ///< samples
  const std::size_t Slice; ///< samples
};

} // namespace neuralvolume
