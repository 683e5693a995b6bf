// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "Upscale.h"

#include <tbb/parallel_for.h>

#include <algorithm>
#include <cmath>

namespace neuralvolume
{
namespace
{

/// Window depths closer than this count as one surface.
constexpr float SameDepth = 1e-4f;

/// Where the centre of a pixel falls among the coarse pixels of its row or column.
struct Neighbours
{
  int Low, High;
  float Fraction;

  Neighbours(int pixel, int pixels, int coarsePixels)
  {
    const float position = (float(pixel) + 0.5f) * float(coarsePixels) / float(pixels) - 0.5f;
    const float low = std::floor(position);
    this->Fraction = position - low;
    this->Low = std::clamp(int(low), 0, coarsePixels - 1);
    this->High = std::clamp(int(low) + 1, 0, coarsePixels - 1);
  }
};

} // namespace

std::vector<float> CoarsenDepth(
  const std::vector<float>& depth, int width, int height, int coarseWidth, int coarseHeight)
{
  std::vector<float> result;
  result.reserve(std::size_t(coarseWidth) * coarseHeight);
  for (int y = 0; y < coarseHeight; ++y)
  {
    const int row = (2 * y + 1) * height / (2 * coarseHeight);
    for (int x = 0; x < coarseWidth; ++x)
    {
      const int column = (2 * x + 1) * width / (2 * coarseWidth);
      result.push_back(depth[std::size_t(row) * width + column]);
    }
  }
  return result;
}

Image Upscale(
  const Image& coarse, const std::vector<float>& coarseDepth, const std::vector<float>& depth, int width, int height)
{
  Image image{ width, height, std::vector<Rgba>(std::size_t(width) * height) };
  tbb::parallel_for(0, height,
    [&](int y)
    {
      const Neighbours rows(y, height, coarse.Height);
      for (int x = 0; x < width; ++x)
      {
        const Neighbours columns(x, width, coarse.Width);
        const std::size_t pixel = std::size_t(y) * width + x;
        Rgba sum = {};
        float weights = 0.0f;
        for (int corner = 0; corner < 4; ++corner)
        {
          const int column = corner & 1 ? columns.High : columns.Low;
          const int row = corner & 2 ? rows.High : rows.Low;
          const std::size_t source = std::size_t(row) * coarse.Width + column;
          const float near = SameDepth / (SameDepth + std::abs(depth[pixel] - coarseDepth[source]));
          const float weight = near * (corner & 1 ? columns.Fraction : 1.0f - columns.Fraction) *
                               (corner & 2 ? rows.Fraction : 1.0f - rows.Fraction);
          weights += weight;
          for (int channel = 0; channel < 4; ++channel)
          {
            sum[channel] += weight * coarse.Pixels[source][channel];
          }
        }
        for (int channel = 0; channel < 4; ++channel)
        {
          image.Pixels[pixel][channel] = sum[channel] / weights;
        }
      }
    });
  return image;
}

} // namespace neuralvolume
