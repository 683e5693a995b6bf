// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "cpu/CpuMarcher.h"

#define HWY_DISABLED_TARGETS (HWY_SSSE3 | HWY_AVX3_DL)
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "cpu/CpuMarcher.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "cpu/March-inl.h"

#if HWY_ONCE
namespace neuralvolume::cpu
{
namespace
{

HWY_EXPORT(March);

class CpuMarcher final : public Marcher
{
public:
  void March(const MarchScene& scene, RayBatch& rays) const override { HWY_DYNAMIC_DISPATCH(cpu::March)(scene, rays); }
};

} // namespace

const Marcher& GetMarcher()
{
  static const CpuMarcher marcher;
  return marcher;
}

} // namespace neuralvolume::cpu
#endif
