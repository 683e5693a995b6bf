// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "backend/Backend.h"
#include "decode/MacroCells.h"
#include "model/BoundCode.h"
#include "model/Model.h"
#include "network/Layout.h"
#include "network/Random.h"

#include <cmath>
#include <limits>
#include <vector>

/// Models with random parameters.
namespace neuralvolume::models
{

/// What random parameters look like: the amplitude of a grid level falls by Decay from level to level, only a
/// part of its entries is not zero, and the MLP is Gain times as strong as a freshly initialised one.
struct Texture
{
  float Decay = 1.0f;
  float Filled = 1.0f;
  float Gain = 1.0f;
};

inline float RandomSigned(std::uint64_t seed, std::uint64_t index)
{
  return 2.0f * RandomUnit(seed, index) - 1.0f;
}

inline std::vector<Half> RandomParameters(const NetworkConfig& config, std::uint64_t seed, const Texture& texture = {})
{
  const Layout layout = MakeLayout(config);
  std::vector<Half> parameters(layout.Parameters);
  for (int m = 0; m < layout.MatrixCount; ++m)
  {
    const MlpMatrix& matrix = layout.Matrices[m];
    const float limit = texture.Gain * std::sqrt(6.0f / float(matrix.Rows + matrix.Columns));
    for (std::size_t i = matrix.Offset; i < matrix.Offset + std::size_t(matrix.Rows) * matrix.Columns; ++i)
    {
      parameters[i] = ToHalf(limit * RandomSigned(seed, i));
    }
  }
  const auto features = std::size_t(config.FeaturesPerLevel);
  for (int l = 0; l < config.Levels; ++l)
  {
    const float amplitude = std::pow(texture.Decay, float(l));
    for (std::size_t entry = layout.Levels[l].Offset; entry < layout.Levels[l].Offset + layout.Levels[l].Entries;
         ++entry)
    {
      const bool filled = RandomUnit(seed + 1, entry) < texture.Filled;
      for (std::size_t f = 0; f < features; ++f)
      {
        const std::size_t i = layout.GridOffset + entry * features + f;
        parameters[i] = ToHalf(filled ? amplitude * RandomSigned(seed, i) : 0.0f);
      }
    }
  }
  return parameters;
}

/// 520 parameters.
inline NetworkConfig TinyNetwork()
{
  NetworkConfig config;
  config.Levels = 1;
  config.FeaturesPerLevel = 1;
  config.Log2HashmapSize = 3;
  config.BaseResolution = 2;
  config.Width = 16;
  config.HiddenLayers = 1;
  return config;
}

inline Model MakeModel(const NetworkConfig& config, const std::array<int, 3>& dimensions, std::uint64_t seed,
  const Texture& texture = {}, ScalarType type = ScalarType::Float32, const ValueRange& range = { 0.0, 1.0 })
{
  Model model;
  model.Network = config;
  model.Parameters = RandomParameters(config, seed, texture);
  for (int axis = 0; axis < 3; ++axis)
  {
    model.Geometry.Extent[2 * axis + 1] = dimensions[axis] - 1;
  }
  model.Array = { "values", type, Association::Points, std::vector(std::size_t(config.Outputs), range) };
  return model;
}

inline void MarkInvalid(Model& model, std::size_t sample)
{
  model.Invalid.resize((model.GetSamples() + 7) / 8);
  model.Invalid[sample / 8] |= std::uint8_t(1u << (sample % 8));
}

inline void AddMacroCells(Model& model, int cellSize = 8)
{
  model.MacroCells = ComputeMacroCells(model, *MakeEvaluator(model.Network, model.Parameters), cellSize);
}

/// One with everything that a model can have; made of arithmetic alone, as tests/golden/make_golden.py does.
inline Model MakeRichModel()
{
  Model model = MakeModel(TinyNetwork(), { 9, 4, 3 }, 0, {}, ScalarType::Int16);
  model.Network.Outputs = 2;
  for (std::size_t i = 0; i < model.Parameters.size(); ++i)
  {
    model.Parameters[i].Bits = std::uint16_t(7919 * i % 0x7c00);
  }
  model.Geometry = { { -3, 5, 10, 13, 0, 2 }, { 1.5, -2.0, 1e6 }, { 0.1, 2.0, -3.0 },
    { 0.0, -1.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0 } };
  model.Array.Name = "Geschwindigkeit \xc3\xa4";
  model.Array.Ranges = { { -1000.0, 3071.0 }, { 0.1, 0.3 } };
  model.Report = { std::numeric_limits<double>::infinity(), {}, 0.99, 12.0, 9.0, -0.5, { 9.0, { 2, 210, 3 } }, 500,
    0xffffffffffffffffu, 432, "cpu", "target" };
  for (const std::size_t sample : { 0, 8, 50 })
  {
    MarkInvalid(model, sample);
  }
  model.MacroCells = { 2, { 5, 2, 2 }, {} };
  for (int i = 0; i < 40; ++i)
  {
    const bool empty = i / 2 == 3;
    const BoundCode code = { std::uint8_t(i % 128), std::uint8_t(255 - i % 64) };
    const auto bounds = DecodeBounds(model.Array.Ranges[i % 2], empty ? EmptyBoundCode : code);
    model.MacroCells.Bounds.insert(model.MacroCells.Bounds.end(), bounds.begin(), bounds.end());
  }
  return model;
}

} // namespace neuralvolume::models
