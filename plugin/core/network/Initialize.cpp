// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "network/Initialize.h"

#include "network/Random.h"

#include <cmath>

namespace neuralvolume
{
namespace
{

constexpr float GridAmplitude = 1e-4f;

void FillUniform(std::uint64_t stream, float amplitude, std::size_t begin, std::size_t end, std::span<float> values)
{
  for (std::size_t i = begin; i < end; ++i)
  {
    values[i] = amplitude * (2.0f * RandomUnit(stream, i) - 1.0f);
  }
}

} // namespace

void InitializeParameters(const Layout& layout, std::uint64_t seed, std::span<float> parameters)
{
  const std::uint64_t stream = RandomBits(seed, 0);
  for (int m = 0; m < layout.MatrixCount; ++m)
  {
    const MlpMatrix& matrix = layout.Matrices[m];
    const float amplitude = std::sqrt(6.0f / float(matrix.Rows + matrix.Columns));
    const std::size_t size = std::size_t(matrix.Rows) * matrix.Columns;
    FillUniform(stream, amplitude, matrix.Offset, matrix.Offset + size, parameters);
  }
  FillUniform(stream, GridAmplitude, layout.GridOffset, layout.Parameters, parameters);
}

} // namespace neuralvolume
