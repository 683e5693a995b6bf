// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "render/bricks/BrickLattice.h"
#include "render/bricks/BrickPool.h"

#include <atomic>
#include <cstdint>
#include <vector>

namespace neuralvolume
{

/// What is known of the bricks of one lattice: where they are, and which of their blocks of 4^3 cells show something.
struct BrickTable
{
  static constexpr int BlockBits = 2;
  static constexpr int BlocksPerEdge = 1 << (BrickLattice::CellBits - BlockBits);
  static constexpr int Blocks = BlocksPerEdge * BlocksPerEdge * BlocksPerEdge; ///< of a brick, x fastest
  static constexpr int MaskWords = Blocks / 32;

  // In place of an offset
  static constexpr std::int32_t Missing = -1; ///< something may be seen in it
  static constexpr std::int32_t Hidden = -2;  ///< nothing is
  static constexpr std::int32_t Busy = -3;    ///< a thread is decoding it

  explicit BrickTable(const BrickLattice& lattice)
    : Lattice(lattice)
    , Offsets(lattice.GetBricks())
    , Masks(lattice.GetBricks() * MaskWords)
    , Opacities(lattice.GetBricks())
    , Slots(lattice.GetBricks(), BrickPool::NoSlot)
    , LastUses(lattice.GetBricks())
  {
  }

  BrickLattice Lattice;
  std::vector<std::atomic<std::int32_t>> Offsets;   ///< bytes in the pool, of bricks that show something
  std::vector<std::uint32_t> Masks;                 ///< [brick][word], a bit for each block that shows something
  std::vector<float> Opacities;                     ///< at most, over the unit distance
  std::vector<int> Slots;                           ///< in the pool
  std::vector<std::atomic<std::uint32_t>> LastUses; ///< in ticks, of which each picture has its own
  std::uint32_t Tick = 0;                           ///< of the last picture that reads it
  std::uint32_t TickBefore = 0;                     ///< and of the one before that does
};

} // namespace neuralvolume
