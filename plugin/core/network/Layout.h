// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "network/NetworkConfig.h"

#include <cstddef>
#include <cstdint>

namespace neuralvolume
{

inline constexpr int MaxLevels = 32;
inline constexpr int MaxHiddenLayers = 16;

/// One resolution of the hash grid.
struct GridLevel
{
  float Scale = 0.0f;           ///< grid cells along an axis of the unit cube
  std::uint32_t Resolution = 0; ///< vertices along an axis
  std::uint32_t Entries = 0;    ///< feature vectors of this level
  std::uint32_t Offset = 0;     ///< feature vectors before this level
  bool Dense = false;           ///< every vertex has an entry of its own
};

/// One matrix of the MLP, row-major [Rows x Columns].
struct MlpMatrix
{
  int Rows = 0;
  int Columns = 0;
  std::size_t Offset = 0; ///< into the flat parameter vector
};

/// Where each parameter lies in the flat vector: tiny-cuda-nn's order (HashGrid + FullyFusedMLP),
/// that is the matrices first, then the grid's levels, so that weights can be exchanged.
struct Layout
{
  NetworkConfig Config;
  GridLevel Levels[MaxLevels];
  MlpMatrix Matrices[MaxHiddenLayers + 1];
  int EncodedWidth = 0;       ///< Levels x FeaturesPerLevel rounded up to 16; the padding is zero
  int MatrixCount = 0;        ///< HiddenLayers + 1
  std::size_t GridOffset = 0; ///< first grid parameter in the flat vector
  std::size_t Parameters = 0; ///< length of the flat vector
};

/// Throws std::invalid_argument as Validate does.
Layout MakeLayout(const NetworkConfig& config);

} // namespace neuralvolume
