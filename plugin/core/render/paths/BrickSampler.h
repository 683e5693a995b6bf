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
  explicit BrickSampler(const MarchScene& scene);

  /// A cell of the lattice and where in it a position lies.
  struct Place
  {
    Index Cell;
    Vector3f Fraction;
    std::size_t Brick;
  };

  /// Of both coordinates; of the second 0 where there is none.
  struct Codes
  {
    float First = 0.0f;
    float Second = 0.0f;
  };

  Place Locate(const Vector3f& position) const;

  /// The codes at a place; false where nothing shows. Decodes what is missing.
  bool Read(const Place& place, Codes& codes) const;

private:
  std::int32_t FindBrick(const Place& place) const;
  bool IsShown(const Place& place) const;

  template <typename Code>
  Codes ReadCodes(const Place& place, const Code* samples, std::size_t first) const;
  template <typename Code>
  float Interpolate(const Place& place, const Code* samples, std::size_t first) const;
  template <typename Code>
  float Gradient(const Place& place, const Code* samples, std::size_t first) const;
  bool IsValid(const Place& place, const std::uint16_t* samples, std::size_t first) const;

  const MarchScene& Scene;
  const BrickReader& Reader;
  const BrickLattice& Lattice;
  const std::size_t Row;   ///< samples
  const std::size_t Slice; ///< samples
};

} // namespace neuralvolume
