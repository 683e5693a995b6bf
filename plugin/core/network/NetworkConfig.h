// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

namespace neuralvolume
{

/// What a network is made of: a multi-resolution hash grid whose features feed a small MLP.
/// The names are tiny-cuda-nn's.
struct NetworkConfig
{
  int Levels = 8;
  int FeaturesPerLevel = 4; ///< 1, 2, 4 or 8
  int Log2HashmapSize = 16;
  int BaseResolution = 16;
  float PerLevelScale = 2.0f;
  int Width = 64; ///< neurons of a hidden layer: 16, 32, 64 or 128
  int HiddenLayers = 2;
  int Outputs = 1; ///< components of the field, 1 to 16

  friend bool operator==(const NetworkConfig&, const NetworkConfig&) = default;
};

/// Throws std::invalid_argument that names the first option out of its limits, its value and the limits.
void Validate(const NetworkConfig& config);

} // namespace neuralvolume
