// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "network/HostDevice.h"

#include <cstdint>

namespace neuralvolume
{

/// A well-mixed 64-bit number that depends on its arguments alone: random access, no state, the same
/// on every device. SplitMix64 (Steele, Lea & Flood 2014), started at stream.
NV_HOST_DEVICE inline std::uint64_t RandomBits(std::uint64_t stream, std::uint64_t index)
{
  std::uint64_t z = stream + (index + 1) * 0x9e3779b97f4a7c15u;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

/// Uniform in [0, 1).
NV_HOST_DEVICE inline float RandomUnit(std::uint64_t stream, std::uint64_t index)
{
  return float(RandomBits(stream, index) >> 40) * 0x1p-24f;
}

} // namespace neuralvolume
