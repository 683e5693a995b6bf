// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "render/ColourTable.h"
#include "render/RenderSettings.h"
#include "render/bricks/DecodeAllowance.h"
#include "render/bricks/ScalarBricks.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace neuralvolume
{

/// Bricks of a coarser level, and which of them may be decoded.
struct CoarseBricks
{
  BrickTable* Table;
  DecodeAllowance* Allowance;
};

/// Bricks of one level as a marcher reads them.
struct BrickReader
{
  ScalarBricks* Source = nullptr; ///< decodes missing ones
  const std::uint8_t* Memory = nullptr;
  int BytesPerSample = 2;
  int LargestCode = 1;
  bool HasInvalid = false;
  int SecondScalar = 0; ///< bytes from a sample of the first scalar to that of the second
  BrickTable* Table = nullptr;
  DecodeAllowance* Allowance = nullptr; ///< without it, all may be decoded
  std::vector<CoarseBricks> Coarse;     ///< from which others are magnified, from fine to coarse
  std::uint32_t Tick = 0;               ///< goes into Table->LastUses

  /// Decodes or magnifies a missing brick; safe to call from many threads. Throws ScalarBricks::PoolIsFull, and
  /// IsNotDecoded where neither may be done.
  void Decode(std::size_t brick) const
  {
    if (!this->Allowance || this->Allowance->Take())
    {
      this->Source->Decode(*this->Table, brick);
      return;
    }
    const auto isReady = [&](const CoarseBricks& coarse)
    { return this->Source->IsReady(*this->Table, brick, *coarse.Table) || coarse.Allowance->Take(); };
    const auto coarse = std::ranges::find_if(this->Coarse, isReady);
    if (coarse == this->Coarse.end())
    {
      throw IsNotDecoded();
    }
    this->Source->StandIn(*this->Table, brick, *coarse->Table);
  }
};

/// What all rays of a picture have in common. Positions are in samples of the bricks' level, distances in world units.
struct MarchScene
{
  BrickReader Bricks;
  ColourTable Colours;
  neuralvolume::BlendMode BlendMode = BlendMode::Composite;
  float StepLength = 1.0f;
  float LongestStep = 1.0f; ///< where nearly nothing shows, in steps
  float OpacityLimit = 0.996f;
  float UnitDistance = 1.0f; ///< that opacities are given for
  neuralvolume::Lighting Lighting;
  std::array<std::array<float, 3>, Lighting::MaximumLights> LightDirections; ///< to the lights, per world unit
  std::vector<float> IsoCodes;                                               ///< of isosurfaces, ascending
  std::array<float, 4> SlicePlane;                                           ///< normal and offset
  std::array<float, 3> Low;                                                  ///< where the volume begins and ends
  std::array<float, 3> High;
  std::array<float, 9> VectorToWorld;   ///< row-major: a difference of positions
  std::array<float, 9> GradientToWorld; ///< row-major: what changes by a sample
  std::array<float, 3> GradientScale;   ///< makes central differences changes over the mean spacing of the volume
};

/// Neighbouring rays, as a structure of arrays: one stretch of each, and its colour so far.
struct RayBatch
{
  static constexpr std::size_t Capacity = 256;
  using Values = std::array<float, Capacity>;

  std::size_t Count = 0;
  alignas(64) std::array<Values, 3> Origins;    ///< where the distance is 0
  alignas(64) std::array<Values, 3> Directions; ///< per world unit
  alignas(64) Values Begins;
  alignas(64) Values Ends;
  alignas(64) Values Shifts;                 ///< of the steps, in [0, 1) steps towards the eye
  alignas(64) std::array<Values, 4> Colours; ///< red, green, blue, premultiplied; transmittance; or see March
  std::uint64_t Samples = 0;                 ///< that were read so far
};

/// Marches rays: what a backend implements, and all that drawing knows of it.
class Marcher
{
public:
  virtual ~Marcher() = default;

  /// Marches all rays of the batch through their stretches. Colours of BlendModes that do not composite are: the
  /// extreme code (MaximumIntensity, MinimumIntensity), the sum of values in [0, 1] times opacities times lengths
  /// (Average, Additive); then the length so far and, of an extreme, the code of the second coordinate. Safe to call from many threads.
  virtual void March(const MarchScene& scene, RayBatch& rays) const = 0;
};

} // namespace neuralvolume
