// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "Slabs.h"
#include "render/Classification.h"
#include "render/Image.h"
#include "render/RenderSettings.h"
#include "render/View.h"

#include <chrono>
#include <limits>
#include <optional>
#include <vector>

class vtkNeuralVolumeMapper;
class vtkRenderer;
class vtkVolume;

namespace neuralvolume
{

class ModelInput;
class Renderer;

/// A volume that is drawn, by whom and for whom.
struct Subject
{
  ModelInput* Input;
  vtkNeuralVolumeMapper* Mapper;
  vtkVolume* Volume;
  vtkRenderer* Renderer;
};

/// One picture on its way, in slices of time: of one volume, by its renderer; of several that may overlap, slab by slab
/// from the near plane on.
///
/// In a slab the volumes are blended as if one lay behind the other. Which one comes first changes from slab to slab,
/// so that what this gets wrong nearly cancels out.
class Drawing
{
public:
  static constexpr double Unlimited = std::numeric_limits<double>::infinity();

  enum class Qualities
  {
    Draft,
    Full
  };

  /// views: of each subject. depths are needed until the picture is complete.
  void Begin(const std::vector<Subject>& subjects, std::vector<View> views, const RayDepths& depths, Qualities quality);

  /// Draws on, with the same subjects; true where the picture is complete.
  bool Continue(const std::vector<Subject>& subjects, double seconds);

  /// What there is to be shown so far: of several volumes nothing before it is complete.
  const Image& GetImage() const;

  /// Copies the pixels that are drawn so far over those of an image of the same size.
  void CopyDrawn(Image& target) const;

private:
  using Clock = std::chrono::steady_clock;

  bool IsComplete() const { return this->Slab == this->Count; }
  std::size_t GetVolume() const;
  RayDepths GetDepths() const;
  RenderSettings MakeSettings(const Subject& subject) const;
  void BeginPart(const Subject& subject);
  bool ContinuePart(const Subject& subject, Clock::time_point start, double seconds);
  void EndPart();
  void CutSlab();

  struct Appearance
  {
    neuralvolume::Classification Classification;
    RenderSettings Settings;
  };

  std::vector<View> Views;
  std::vector<Appearance> Appearances;
  RayDepths Depths;
  Qualities Quality = Qualities::Full;
  std::optional<Slabs> Parts;     ///< of several volumes
  std::vector<Stretch> Stretches; ///< of them in the present slab
  int Count = 0;
  int Slab = 0;
  bool IsPartBegun = false;
  std::size_t Turn = 0; ///< of the volumes in a slab
  Image Composite, Nothing;
  const neuralvolume::Renderer* Last = nullptr; ///< that has drawn
};

} // namespace neuralvolume
