// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "cpu/AmxUnit.h"

#include <cpuid.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace neuralvolume::cpu::bf16
{
namespace
{

bool HasAmxBf16()
{
  constexpr unsigned amxBf16 = 1u << 22, amxTile = 1u << 24; // of leaf 7, edx
  unsigned eax = 0, ebx = 0, ecx = 0, edx = 0;
  return __get_cpuid_count(7, 0, &eax, &ebx, &ecx, &edx) && (edx & amxBf16) && (edx & amxTile);
}

} // namespace

bool RequestAmx()
{
  constexpr long requestPermission = 0x1023; // ARCH_REQ_XCOMP_PERM
  constexpr long tileData = 18;              // XFEATURE_XTILEDATA
  return HasAmxBf16() && syscall(SYS_arch_prctl, requestPermission, tileData) == 0;
}

} // namespace neuralvolume::cpu::bf16
