// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "render/paths/PathFilm.h"

#include "network/Random.h"

#include <algorithm>
#include <array>
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
  const int width = std::min(RayTile::Size, this->Mean.Width - x);
  const int height = std::min(RayTile::Size, this->Mean.Height - y);
  // Trace all before anything is added: missing bricks may end this
  std::array<Rgba, std::size_t(RayTile::Size) * RayTile::Size> samples;
  for (int i = 0; i < width * height; ++i)
  {
    samples[std::size_t(i)] = this->Trace(x + i % width, y + i / width, pass);
  }
  float squares = 0.0f;
  for (int i = 0; i < width * height; ++i)
  {
    const std::size_t pixel = std::size_t(y + i / width) * this->Mean.Width + x + i % width;
    this->Add(pixel, pass, samples[std::size_t(i)]);
    squares += this->Squares[pixel];
  }
  const float paths = float(pass + 1);
  const float meanError = std::sqrt(squares / (float(width * height) * paths * std::max(paths - 1.0f, 1.0f)));
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
