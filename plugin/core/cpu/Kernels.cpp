// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "cpu/Kernels.h"

#include <cmath>

// Three instruction sets and plain C++ (EMU128); SSSE3 and AVX-512's newer subsets gain nothing here.
#define HWY_DISABLED_TARGETS (HWY_SSSE3 | HWY_AVX3_DL)
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "cpu/Kernels.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "cpu/Adam-inl.h"
#include "cpu/Encoding-inl.h"
#include "cpu/Mlp-inl.h"

HWY_BEFORE_NAMESPACE();
namespace neuralvolume::cpu::HWY_NAMESPACE
{

const Kernels* TargetKernels()
{
  static const Kernels table = { hwy::TargetName(HWY_TARGET), EncodeLevel, ScatterLevel, Multiply, Project,
    AccumulateOuter, BackpropagateLoss, BackpropagateRelu, UpdateAdam };
  return &table;
}

} // namespace neuralvolume::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace neuralvolume::cpu
{

HWY_EXPORT(TargetKernels);

const Kernels& GetKernels()
{
  return *HWY_DYNAMIC_DISPATCH(TargetKernels)();
}

} // namespace neuralvolume::cpu
#endif
