// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "network/Half.h"
#include "network/HostDevice.h"
#include "network/Layout.h"

#include <cmath>
#include <cstdint>

/// The field function, f(x) = MLP(hash grid(x)), one point at a time: what every backend computes,
/// and the reference that the fast ones are tested against. Encoding: Müller et al. 2022, "Instant
/// Neural Graphics Primitives with a Multiresolution Hash Encoding"; conventions as in tiny-cuda-nn.
namespace neuralvolume
{

inline constexpr int MaxEncodedWidth = 256;
inline constexpr int MaxWidth = 128;
inline constexpr int MaxOutputs = 16;

NV_HOST_DEVICE inline float AsFloat(float parameter)
{
  return parameter;
}

NV_HOST_DEVICE inline float AsFloat(Half parameter)
{
  return ToFloat(parameter);
}

/// Entry of a grid vertex within its level. Dense levels wrap too: x = 1 falls one vertex outside.
NV_HOST_DEVICE inline std::uint32_t EntryOfVertex(
  const GridLevel& level, std::uint32_t x, std::uint32_t y, std::uint32_t z)
{
  const std::uint32_t index = level.Dense ? x + y * level.Resolution + z * level.Resolution * level.Resolution
                                          : x ^ (y * 2654435761u) ^ (z * 805459861u);
  return index % level.Entries;
}

/// A position's cell in one level and where it lies in that cell.
struct GridPosition
{
  std::uint32_t Cell[3];
  float Fraction[3];
};

NV_HOST_DEVICE inline GridPosition LocateInLevel(const GridLevel& level, const float position[3])
{
  GridPosition result;
  for (int axis = 0; axis < 3; ++axis)
  {
    const float scaled = std::fma(level.Scale, position[axis], 0.5f);
    const float floored = std::floor(scaled);
    result.Cell[axis] = std::uint32_t(std::int32_t(floored));
    result.Fraction[axis] = scaled - floored;
  }
  return result;
}

/// Corner 0..7 of a cell: its entry and its trilinear weight. Bit d of corner is the step along axis d.
NV_HOST_DEVICE inline std::uint32_t CornerEntry(const GridLevel& level, const GridPosition& at, int corner)
{
  return EntryOfVertex(
    level, at.Cell[0] + (corner & 1), at.Cell[1] + ((corner >> 1) & 1), at.Cell[2] + ((corner >> 2) & 1));
}

NV_HOST_DEVICE inline float CornerWeight(const GridPosition& at, int corner)
{
  float weight = 1.0f;
  for (int axis = 0; axis < 3; ++axis)
  {
    weight *= ((corner >> axis) & 1) ? at.Fraction[axis] : 1.0f - at.Fraction[axis];
  }
  return weight;
}

/// Interpolated features of all levels at a position in the unit cube, padded with zeros to EncodedWidth.
template <typename Parameter>
NV_HOST_DEVICE void Encode(const Layout& layout, const Parameter* parameters, const float position[3], float* encoded)
{
  const int features = layout.Config.FeaturesPerLevel;
  for (int i = 0; i < layout.EncodedWidth; ++i)
  {
    encoded[i] = 0.0f;
  }
  for (int l = 0; l < layout.Config.Levels; ++l)
  {
    const GridLevel& level = layout.Levels[l];
    const Parameter* table = parameters + layout.GridOffset + std::size_t(level.Offset) * features;
    const GridPosition at = LocateInLevel(level, position);
    for (int corner = 0; corner < 8; ++corner)
    {
      const Parameter* entry = table + std::size_t(CornerEntry(level, at, corner)) * features;
      const float weight = CornerWeight(at, corner);
      for (int f = 0; f < features; ++f)
      {
        encoded[l * features + f] += weight * AsFloat(entry[f]);
      }
    }
  }
}

/// y = W x, row by row, with ReLU where asked for.
template <typename Parameter>
NV_HOST_DEVICE void MultiplyMatrix(
  const MlpMatrix& matrix, const Parameter* parameters, const float* input, float* output, bool relu)
{
  for (int row = 0; row < matrix.Rows; ++row)
  {
    const Parameter* weights = parameters + matrix.Offset + std::size_t(row) * matrix.Columns;
    float sum = 0.0f;
    for (int column = 0; column < matrix.Columns; ++column)
    {
      sum += AsFloat(weights[column]) * input[column];
    }
    output[row] = relu && sum < 0.0f ? 0.0f : sum;
  }
}

/// The field at a position in the unit cube: Config.Outputs values, normalised as they were trained.
template <typename Parameter>
NV_HOST_DEVICE void EvaluateField(
  const Layout& layout, const Parameter* parameters, const float position[3], float* values)
{
  float input[MaxEncodedWidth];
  float output[MaxWidth];
  Encode(layout, parameters, position, input);
  for (int m = 0; m < layout.MatrixCount; ++m)
  {
    const MlpMatrix& matrix = layout.Matrices[m];
    MultiplyMatrix(matrix, parameters, input, output, m + 1 < layout.MatrixCount);
    for (int row = 0; row < matrix.Rows; ++row)
    {
      input[row] = output[row];
    }
  }
  for (int component = 0; component < layout.Config.Outputs; ++component)
  {
    values[component] = output[component];
  }
}

} // namespace neuralvolume
