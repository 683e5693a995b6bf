// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "render/paths/PathFilm.h"

#include "network/Random.h"

#include <algorithm>
#include <cmath>

namespace neuralvolume
{
namespace
{

float BrightnessOf(const Rgba& colour)
{
  return (colour[0] + colour[1] + colour[2]) / 3.0f;
}

} // namespace

PathFilm::PathFilm(const Scene& scene, const PathTracer& tracer, Image& image)
  : Common(scene)
  , Tracer(tracer)
  , Mean(image)
  , Squares(image.Pixels.size())
{
}

bool PathFilm::Draw(int x, int y, int pass)
{
  float squares = 0.0f;
  int pixels = 0;
  for (int row = y; row < std::min(y + RayTile::Size, this->Mean.Height); ++row)
  {
    for (int column = x; column < std::min(x + RayTile::Size, this->Mean.Width); ++column)
    {
      const std::size_t pixel = std::size_t(row) * this->Mean.Width + column;
      this->Add(pixel, pass, this->Trace(column, row, pass));
      squares += this->Squares[pixel];
      ++pixels;
    }
  }
  const float paths = float(pass + 1);
  const float meanError = std::sqrt(squares / (float(pixels) * paths * std::max(paths - 1.0f, 1.0f)));
  return pass + 1 >= SurePasses && meanError <= this->Common.Paths.Noise;
}

/// Through a point of the pixel, at random.
Rgba PathFilm::Trace(int x, int y, int pass) const
{
  const std::size_t pixel = std::size_t(y) * this->Mean.Width + x;
  RandomSequence random(RandomBits(std::uint64_t(pixel), std::uint64_t(pass)));
  const double u = random.Next();
  const double v = random.Next();
  const Ray ray = this->Common.Caster.Cast(x, y, this->Common.Depths.At(pixel), { u, v });
  const LatticeRay placed{ this->Common.Placement.Place(ray.Origin),
    this->Common.Placement.PlaceVector(ray.Direction) };
  return this->Tracer.Trace(placed, ray, random);
}

void PathFilm::Add(std::size_t pixel, int pass, const Rgba& sample)
{
  Rgba& mean = this->Mean.Pixels[pixel];
  const float before = BrightnessOf(sample) - BrightnessOf(mean);
  for (std::size_t channel = 0; channel < 4; ++channel)
  {
    mean[channel] += (sample[channel] - mean[channel]) / float(pass + 1);
  }
  this->Squares[pixel] += before * (BrightnessOf(sample) - BrightnessOf(mean));
}

} // namespace neuralvolume
