// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "Detail.h"

#include <array>
#include <cstddef>

namespace neuralvolume
{
namespace
{

constexpr int Stride = 2;               // pixels from one that is looked at to the next
constexpr float Visible = 4.0f * 9e-4f; // squared, of four channels: SSIM's second constant (Wang et al. 2004)

float DetailAt(const Image& image, int x, int y)
{
  const Rgba* const centre = image.Pixels.data() + std::size_t(y) * image.Width + x;
  const std::array<const Rgba*, 4> neighbours = { centre - 1, centre + 1, centre - image.Width, centre + image.Width };
  float squares = 0.0f;
  float variance = 0.0f;
  for (std::size_t channel = 0; channel < 4; ++channel)
  {
    const float value = (*centre)[channel];
    float sum = 0.0f;
    float sumOfSquares = 0.0f; // of differences from the centre
    for (const Rgba* neighbour : neighbours)
    {
      const float difference = (*neighbour)[channel] - value;
      sum += difference;
      sumOfSquares += difference * difference;
    }
    squares += sum * sum / 16.0f;
    variance += sumOfSquares / 5.0f - sum * sum / 25.0f;
  }
  return squares / (variance + Visible);
}

} // namespace

double MeasureDetail(const Image& image)
{
  double sum = 0.0;
  int count = 0;
  for (int y = 1; y + 1 < image.Height; y += Stride)
  {
    for (int x = 1; x + 1 < image.Width; x += Stride)
    {
      sum += DetailAt(image, x, y);
      ++count;
    }
  }
  return count > 0 ? sum / count : 0.0;
}

} // namespace neuralvolume
