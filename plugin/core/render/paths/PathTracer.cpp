// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "render/paths/PathTracer.h"

#include "model/Coordinates.h"
#include "network/Random.h"

#include <tbb/parallel_for.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <numbers>

namespace neuralvolume
{
namespace
{

constexpr float Infinity = std::numeric_limits<float>::infinity();

/// What is opaque lets a bit through, so that majorants are finite.
constexpr float LargestOpacity = 0.9999f;

/// Light that gets no farther than this is no longer followed for sure.
constexpr float UnlikelyTransmittance = 0.25f;

/// Paths of more collisions than this end by chance, the more likely the less light they carry.
constexpr int SureCollisions = 3;

float ExtinctionOf(float opacity, float unitDistance)
{
  return -std::log1p(-std::min(opacity, LargestOpacity)) / unitDistance;
}

std::array<float, 9> Inverse(const std::array<float, 9>& matrix)
{
  AffineMap map{};
  std::ranges::copy(matrix, map.Matrix.begin());
  std::array<float, 9> inverse;
  std::ranges::transform(Invert(map).Matrix, inverse.begin(), [](double value) { return float(value); });
  return inverse;
}

Vector3f Multiply(const Vector3f& a, const Vector3f& b)
{
  return { a[0] * b[0], a[1] * b[1], a[2] * b[2] };
}

} // namespace

RandomSequence::RandomSequence(std::uint64_t stream)
  : Stream(RandomBits(stream, 0))
{
}

float RandomSequence::Next()
{
  return RandomUnit(this->Stream, this->Count++);
}

PathTracer::PathTracer(const MarchScene& scene, const Classification& classification, const PathSettings& settings,
  const RayCaster& cuts, const LatticePlacement& placement)
  : Scene(scene)
  , Settings(settings)
  , Cuts(cuts)
  , Placement(placement)
  , Samples(scene)
  , Phase(settings.Anisotropy)
  , WorldToVector(Inverse(scene.VectorToWorld))
  , Majorants(scene.Bricks.Table->Offsets.size())
{
  std::ranges::transform(scene.Colours.Opacities, std::back_inserter(this->Extinctions),
    [&](float opacity) { return ExtinctionOf(opacity, scene.UnitDistance); });
  tbb::parallel_for(std::size_t(0), this->Majorants.size(),
    [&](std::size_t brick)
    {
      const ValueBounds bounds = scene.Bricks.Source->GetBounds(*scene.Bricks.Table, brick);
      const bool isHidden = scene.Bricks.Table->Offsets[brick] == BrickTable::Hidden;
      const float opacity = isHidden ? 0.0f : ColourTable::MaximumOpacity(classification, bounds);
      this->Majorants[brick] = ExtinctionOf(opacity, scene.UnitDistance);
    });
}

Rgba PathTracer::Trace(const LatticeRay& ray, const Ray& stretches, RandomSequence& random) const
{
  for (int i = 0; i < stretches.Count; ++i)
  {
    const Interval& interval = stretches.Intervals[i];
    const Collision collision = this->FindCollision(ray, float(interval.Begin), float(interval.End), random);
    if (collision.Distance < Infinity)
    {
      const Vector3f direction = Normalise(neuralvolume::Multiply(this->Scene.VectorToWorld, ray.Direction));
      const Vector3f light = this->Scatter(ray.At(collision.Distance), direction, collision.Colour, random);
      return { light[0], light[1], light[2], 1.0f };
    }
  }
  return {};
}

/// The light that comes back along the direction of a path which has collided at a position.
Vector3f PathTracer::Scatter(Vector3f position, Vector3f direction, std::size_t colour, RandomSequence& random) const
{
  Vector3f throughput = { 1.0f, 1.0f, 1.0f };
  Vector3f light = {};
  for (int collisions = 1;; ++collisions)
  {
    throughput = Multiply(throughput, this->Scene.Colours.GetColour(colour));
    const Vector3f direct = this->LightAt(position, direction, random);
    light = MulAdd(Multiply(throughput, direct), 1.0f, light);
    if (collisions >= this->Settings.MaximumCollisions)
    {
      return light;
    }
    if (collisions >= SureCollisions)
    {
      const float survival = std::min(std::ranges::max(throughput), 1.0f);
      if (!(random.Next() < survival))
      {
        return light;
      }
      throughput = MulAdd(throughput, 1.0f / survival, {});
    }
    // Go on in another direction
    const float u = random.Next();
    direction = this->Phase.Sample(direction, u, random.Next());
    const LatticeRay ray = this->RayFrom(position, direction);
    const Collision next = this->FindCollision(ray, 0.0f, this->ExitOfVolume(ray), random);
    if (next.Distance == Infinity)
    {
      return MulAdd(Multiply(throughput, this->Settings.Environment), 1.0f, light);
    }
    position = ray.At(next.Distance);
    colour = next.Colour;
  }
}

/// What arrives from the lights and is scattered back along a direction.
Vector3f PathTracer::LightAt(const Vector3f& position, const Vector3f& direction, RandomSequence& random) const
{
  Vector3f sum = {};
  for (std::size_t i = 0; i < std::size_t(this->Scene.Lighting.Count); ++i)
  {
    const Lighting::Light& light = this->Scene.Lighting.Lights[i];
    const LatticeRay ray = this->RayFrom(position, light.Direction);
    const float passed = this->Transmit(ray, this->ExitOfVolume(ray), random);
    const float scattered = this->Phase.Evaluate(Dot(direction, light.Direction));
    sum = MulAdd(light.Colour, std::numbers::pi_v<float> * passed * scattered, sum);
  }
  return sum;
}

/// Goes from tentative collision to tentative collision; visit(distance, extinction, majorant, colour) says whether to
/// go on.
template <typename Visit>
void PathTracer::Track(const LatticeRay& ray, float begin, float end, RandomSequence& random, const Visit& visit) const
{
  float distance = begin;
  while (distance < end)
  {
    const BrickSampler::Place place = this->Samples.Locate(ray.At(distance));
    // Rounding must neither hold a path at a face nor carry it far beyond
    const float least = std::nextafter(distance + 1e-6f * (std::abs(distance) + this->Scene.StepLength), Infinity);
    const float exit = std::min(std::max(this->ExitOfBrick(ray, place), least), end);
    const float majorant = this->Majorants[place.Brick];
    while (majorant > 0.0f)
    {
      distance -= std::log1p(-random.Next()) / majorant;
      if (distance >= exit)
      {
        break;
      }
      std::size_t colour = 0;
      const float extinction = this->ExtinctionAt(ray.At(distance), colour);
      if (!visit(distance, extinction, majorant, colour))
      {
        return;
      }
    }
    distance = exit;
  }
}

PathTracer::Collision PathTracer::FindCollision(
  const LatticeRay& ray, float begin, float end, RandomSequence& random) const
{
  Collision collision{ Infinity, 0 };
  this->Track(ray, begin, end, random,
    [&](float distance, float extinction, float majorant, std::size_t colour)
    {
      if (extinction <= 0.0f || random.Next() * majorant >= extinction)
      {
        return true;
      }
      collision = { distance, colour };
      return false;
    });
  return collision;
}

float PathTracer::Transmit(const LatticeRay& ray, float end, RandomSequence& random) const
{
  float passed = 1.0f;
  this->Track(ray, 0.0f, end, random,
    [&](float, float extinction, float majorant, std::size_t)
    {
      passed *= std::max(1.0f - extinction / majorant, 0.0f);
      if (passed < UnlikelyTransmittance) // half of them are ended, the others count twice
      {
        passed = random.Next() < 0.5f ? 2.0f * passed : 0.0f;
      }
      return passed > 0.0f;
    });
  return passed;
}

/// 0 where nothing is drawn.
float PathTracer::ExtinctionAt(const Vector3f& position, std::size_t& colour) const
{
  BrickSampler::Codes codes;
  if (!this->Samples.Read(this->Samples.Locate(position), codes) ||
      !this->Cuts.IsDrawn(this->Placement.ToUnit(position)))
  {
    return 0.0f;
  }
  const ColourTable::Entry entry = this->Scene.Colours.EntryOf(codes.First, codes.Second);
  colour = entry.Colour;
  return this->Extinctions[entry.Opacity];
}

float PathTracer::ExitOfBrick(const LatticeRay& ray, const BrickSampler::Place& place) const
{
  float exit = Infinity;
  for (std::size_t axis = 0; axis < 3; ++axis)
  {
    const float rate = ray.Direction[axis];
    const int low = place.Cell[axis] & ~(BrickLattice::Cells - 1);
    const int high = low + BrickLattice::Cells;
    const int last = this->Scene.Bricks.Table->Lattice.Count[axis] - 1;
    // The outermost bricks reach to where the volume ends
    const float begin = low == 0 ? this->Scene.Low[axis] : float(low);
    const float end = high >= last ? this->Scene.High[axis] : float(high);
    const float plane = rate > 0.0f ? end : begin;
    exit = rate == 0.0f ? exit : std::min(exit, (plane - ray.Origin[axis]) / rate);
  }
  return exit;
}

float PathTracer::ExitOfVolume(const LatticeRay& ray) const
{
  float exit = Infinity;
  for (std::size_t axis = 0; axis < 3; ++axis)
  {
    const float rate = ray.Direction[axis];
    const float plane = rate > 0.0f ? this->Scene.High[axis] : this->Scene.Low[axis];
    exit = rate == 0.0f ? exit : std::min(exit, (plane - ray.Origin[axis]) / rate);
  }
  return std::max(exit, 0.0f);
}

/// direction: in the world, of length 1.
LatticeRay PathTracer::RayFrom(const Vector3f& position, const Vector3f& direction) const
{
  return { position, neuralvolume::Multiply(this->WorldToVector, direction) };
}

} // namespace neuralvolume
