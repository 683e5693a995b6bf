// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>

namespace neuralvolume::cpu::bf16
{

/// Whether the processor has AMX for bfloat16 and the system lets this process use it; asks it to.
bool RequestAmx();

/// AMX's eight tile registers of this thread, each 16 rows of 64 bytes. Written as assembly because GCC 12's
/// _tile_loadconfig does not tell the compiler which bytes it reads.
struct AmxUnit
{
  /// The registers are configured while it lives; released, they cost a context switch nothing.
  class Session
  {
  public:
    Session()
    {
      struct
      {
        std::uint8_t Palette = 1;
        std::uint8_t StartRow = 0;
        std::uint8_t Reserved[14] = {};
        std::uint16_t BytesPerRow[16] = { 64, 64, 64, 64, 64, 64, 64, 64 };
        std::uint8_t Rows[16] = { 16, 16, 16, 16, 16, 16, 16, 16 };
      } const config;
      static_assert(sizeof(config) == 64);
      asm volatile("ldtilecfg %0" : : "m"(config));
    }
    ~Session() { asm volatile("tilerelease"); }
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;
  };

  template <int Register>
  static void Load(const void* from, std::size_t stride)
  {
    asm volatile("tileloadd (%0,%1,1), %%tmm%c2" : : "r"(from), "r"(stride), "i"(Register) : "memory");
  }

  template <int Register>
  static void Store(void* to, std::size_t stride)
  {
    asm volatile("tilestored %%tmm%c2, (%0,%1,1)" : : "r"(to), "r"(stride), "i"(Register) : "memory");
  }

  /// Sums += Left x Right.
  template <int Sums, int Left, int Right>
  static void AddProduct()
  {
    asm volatile("tdpbf16ps %%tmm%c2, %%tmm%c1, %%tmm%c0" : : "i"(Sums), "i"(Left), "i"(Right));
  }
};

} // namespace neuralvolume::cpu::bf16
