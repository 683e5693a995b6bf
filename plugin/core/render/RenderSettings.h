// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "render/ScalarSource.h"

#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

namespace neuralvolume
{

/// Two planes across each axis divide the volume into 27 regions; each is drawn or not, as vtkVolumeMapper does it.
struct Cropping
{
  std::array<double, 6> Planes = { 0.0, 1.0, 0.0, 1.0, 0.0, 1.0 }; ///< low and high x, y, z in unit coordinates
  std::uint32_t Regions = 0x7ffffff; ///< bit x + 3 y + 9 z draws that region; 0 below, 1 between, 2 above the planes
};

/// Keeps unit coordinates p where dot(Normal, p) + Offset >= 0.
struct ClippingPlane
{
  std::array<double, 3> Normal;
  double Offset;
};

/// What is made of the values along a ray, as vtkVolumeMapper has it.
enum class BlendMode
{
  Composite,        ///< emission and absorption
  MaximumIntensity, ///< the colour and opacity of the largest value
  MinimumIntensity,
  Average,    ///< of values times opacities, in grey
  Additive,   ///< the integral of values times opacities over unit distances, in grey
  Isosurface, ///< the colour and opacity of each value of IsoValues where a ray passes it
  Slice       ///< where a ray passes SlicePlane
};

enum class Shadows
{
  None,
  Single, ///< one for each ray, from the sample that contributes most to it
  Full    ///< for each sample
};

/// How light falls on a sample: Phong 1975, with lights at infinity.
struct Lighting
{
  static constexpr int MaximumLights = 8;

  struct Light
  {
    std::array<float, 3> Direction; ///< to the light, in the world, of length 1
    std::array<float, 3> Colour;
  };

  bool IsOn = false;
  float Ambient = 0.0f;
  float Diffuse = 1.0f;
  float Specular = 0.0f;
  float SpecularPower = 10.0f;
  std::array<Light, MaximumLights> Lights = {};
  int Count = 0;
  neuralvolume::Shadows Shadows = Shadows::None; ///< that the volume throws on itself
};

/// How paths of light are followed.
struct PathSettings
{
  bool AreTraced = false;                         ///< instead of marching; BlendMode then does not matter
  int Passes = 128;                               ///< paths for each pixel, at most
  float Noise = 1.0f / 256.0f;                    ///< standard error of its pixels at which a tile is good enough
  int MaximumCollisions = 64;                     ///< of a path
  float Anisotropy = 0.0f;                        ///< mean cosine of scattering, in (-1, 1)
  std::array<float, 3> Environment = { 1, 1, 1 }; ///< light from all around
};

/// How a volume is drawn, apart from its classification. Distances are in world units.
struct RenderSettings
{
  double SampleDistance = 1.0;
  double LongestStep = 1.0; ///< where nearly nothing shows, in SampleDistances; at 1 all steps are equal
  int MostDecodedBricks = std::numeric_limits<int>::max(); ///< others are magnified from a coarse level
  double OpacityUnitDistance = 1.0;                        ///< the length that opacities are given for
  int Component = 0;                                       ///< of the array, or Magnitude
  std::optional<ScalarSource> Second; ///< where the classification needs another value; of as many samples
  float OpacityLimit = 0.996f;        ///< a ray ends where it has become this opaque
  bool Jitter = false;        ///< shifts the steps of each ray by a part of a step, so that they do not show as rings
  bool SkipEmptySpace = true; ///< by macro cells; changes the time a picture takes, not the picture
  neuralvolume::BlendMode BlendMode = BlendMode::Composite;
  std::vector<double> IsoValues = {};   ///< in the array's units
  ClippingPlane SlicePlane = { {}, 0 }; ///< the slice is where it is 0
  neuralvolume::Lighting Lighting = {};
  PathSettings Paths = {};
  neuralvolume::Cropping Cropping = {};
  std::vector<ClippingPlane> ClippingPlanes = {};
};

} // namespace neuralvolume
