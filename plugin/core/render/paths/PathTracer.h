// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "render/Classification.h"
#include "render/Image.h"
#include "render/LatticePlacement.h"
#include "render/Marcher.h"
#include "render/RayCaster.h"
#include "render/paths/BrickSampler.h"
#include "render/paths/PhaseFunction.h"

#include <array>
#include <cstdint>
#include <vector>

namespace neuralvolume
{

/// Numbers in [0, 1), one after the other.
class RandomSequence
{
public:
  explicit RandomSequence(std::uint64_t stream);
  float Next();

private:
  std::uint64_t Stream;
  std::uint64_t Count = 0;
};

/// Positions in samples of the lattice.
struct LatticeRay
{
  Vector3f Origin;
  Vector3f Direction; ///< per world unit

  Vector3f At(float distance) const { return MulAdd(this->Direction, distance, this->Origin); }
};

/// Follows light through a volume that scatters it, colours being albedos: delta tracking (Woodcock et al. 1965) finds
/// collisions, within majorants brick by brick, ratio tracking (Novák et al. 2014) what reaches them of the lights.
class PathTracer
{
public:
  /// The scene must outlive this one. Lights give white surfaces that face them their colours.
  PathTracer(const MarchScene& scene, const Classification& classification, const PathSettings& settings,
    const RayCaster& cuts, const LatticePlacement& placement);

  /// An estimate of the light along the stretches of a ray, premultiplied: one that collides with nothing is
  /// transparent.
  Rgba Trace(const LatticeRay& ray, const Ray& stretches, RandomSequence& random) const;

private:
  struct Collision
  {
    float Distance;     ///< infinite where there is none
    std::size_t Colour; ///< its entry in the table
  };

  Collision FindCollision(const LatticeRay& ray, float begin, float end, RandomSequence& random) const;
  float Transmit(const LatticeRay& ray, float end, RandomSequence& random) const;
  Vector3f LightAt(const Vector3f& position, const Vector3f& direction, RandomSequence& random) const;
  Vector3f Scatter(Vector3f position, Vector3f direction, std::size_t colour, RandomSequence& random) const;

  template <typename Visit>
  void Track(const LatticeRay& ray, float begin, float end, RandomSequence& random, const Visit& visit) const;

  float ExtinctionAt(const Vector3f& position, std::size_t& colour) const;
  float ExitOfBrick(const LatticeRay& ray, const BrickSampler::Place& place) const;
  float ExitOfVolume(const LatticeRay& ray) const;
  LatticeRay RayFrom(const Vector3f& position, const Vector3f& direction) const;

  const MarchScene& Scene;
  const PathSettings Settings;
  const RayCaster& Cuts;
  const LatticePlacement Placement;
  const BrickSampler Samples;
  const PhaseFunction Phase;
  std::array<float, 9> WorldToVector;
  std::vector<float> Extinctions; ///< per world unit, of the entries of the table of colours
  std::vector<float> Majorants;   ///< of each brick's extinctions, per world unit
};

} // namespace neuralvolume
