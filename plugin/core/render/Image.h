// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <cstddef>
#include <vector>

namespace neuralvolume
{

/// Colour with opacity.
using Rgba = std::array<float, 4>;

/// A picture, row 0 at the bottom, its colours premultiplied by opacity.
struct Image
{
  int Width = 0;
  int Height = 0;
  std::vector<Rgba> Pixels; ///< Width * Height, x fastest

  const Rgba& At(int x, int y) const { return this->Pixels[std::size_t(y) * this->Width + x]; }
};

} // namespace neuralvolume
