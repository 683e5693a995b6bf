// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "network/Layout.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <string>

namespace neuralvolume
{
namespace
{

constexpr int Alignment = 16; // of the MLP's input and output, as in tiny-cuda-nn

int RoundUp(int value, int multiple)
{
  return (value + multiple - 1) / multiple * multiple;
}

void RequireBetween(const char* name, double value, double low, double high)
{
  if (!(value >= low && value <= high))
  {
    throw std::invalid_argument("network option " + std::string(name) + " is " + std::to_string(value) +
                                "; it must be between " + std::to_string(low) + " and " + std::to_string(high));
  }
}

void RequirePowerOfTwo(const char* name, int value)
{
  if ((value & (value - 1)) != 0)
  {
    throw std::invalid_argument(
      "network option " + std::string(name) + " is " + std::to_string(value) + "; it must be a power of two");
  }
}

GridLevel MakeLevel(const NetworkConfig& config, int level, std::uint32_t offset)
{
  GridLevel result;
  const float growth = std::exp2f(float(level) * std::log2f(config.PerLevelScale));
  result.Scale = growth * float(config.BaseResolution) - 1.0f;
  result.Resolution = std::uint32_t(std::ceil(result.Scale)) + 1;
  const double vertices = std::pow(double(result.Resolution), 3.0);
  const double capacity = std::ldexp(1.0, config.Log2HashmapSize);
  const double aligned = std::ceil(vertices / 8.0) * 8.0;
  result.Entries = std::uint32_t(std::min(aligned, capacity));
  result.Dense = double(result.Entries) >= vertices;
  result.Offset = offset;
  return result;
}

std::uint32_t LayOutLevels(Layout& layout)
{
  double entries = 0.0;
  std::uint32_t offset = 0;
  for (int level = 0; level < layout.Config.Levels; ++level)
  {
    layout.Levels[level] = MakeLevel(layout.Config, level, offset);
    RequireBetween("per_level_scale (resolution of the finest level)", layout.Levels[level].Scale, 1.0, 1 << 20);
    entries += layout.Levels[level].Entries;
    RequireBetween("log2_hashmap_size (entries in all levels)", entries, 1.0, 1u << 30);
    offset += layout.Levels[level].Entries;
  }
  return offset;
}

std::size_t LayOutMatrices(Layout& layout)
{
  const NetworkConfig& config = layout.Config;
  layout.EncodedWidth = RoundUp(config.Levels * config.FeaturesPerLevel, Alignment);
  layout.MatrixCount = config.HiddenLayers + 1;
  std::size_t offset = 0;
  for (int index = 0; index < layout.MatrixCount; ++index)
  {
    MlpMatrix& matrix = layout.Matrices[index];
    matrix.Rows = index == config.HiddenLayers ? RoundUp(config.Outputs, Alignment) : config.Width;
    matrix.Columns = index == 0 ? layout.EncodedWidth : config.Width;
    matrix.Offset = offset;
    offset += std::size_t(matrix.Rows) * matrix.Columns;
  }
  return offset;
}

} // namespace

void Validate(const NetworkConfig& config)
{
  RequireBetween("levels", config.Levels, 1, MaxLevels);
  RequireBetween("features_per_level", config.FeaturesPerLevel, 1, 8);
  RequirePowerOfTwo("features_per_level", config.FeaturesPerLevel);
  RequireBetween("log2_hashmap_size", config.Log2HashmapSize, 3, 28);
  RequireBetween("base_resolution", config.BaseResolution, 2, 4096);
  RequireBetween("per_level_scale", config.PerLevelScale, 1.0, 16.0);
  RequireBetween("width", config.Width, 16, 128);
  RequirePowerOfTwo("width", config.Width);
  RequireBetween("hidden_layers", config.HiddenLayers, 1, MaxHiddenLayers);
  RequireBetween("outputs", config.Outputs, 1, 16);
}

Layout MakeLayout(const NetworkConfig& config)
{
  Validate(config);
  Layout layout;
  layout.Config = config;
  layout.GridOffset = LayOutMatrices(layout);
  layout.Parameters = layout.GridOffset + std::size_t(LayOutLevels(layout)) * config.FeaturesPerLevel;
  return layout;
}

} // namespace neuralvolume
