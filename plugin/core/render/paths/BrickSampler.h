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

  /// Where the lattice ends.
  Vector3f GetLast() const;

private:
  bool IsShown(const Place& place) const;
  std::uint32_t CodeAt(std::size_t sample, const std::uint8_t* brick) const;

  const BrickReader& Reader;
  const BrickLattice& Lattice;
};

} // namespace neuralvolume
