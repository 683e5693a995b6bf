// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "Pace.h"
#include "render/Renderer.h"

#include "vtkType.h"

#include <limits>
#include <vector>

class vtkNeuralVolumeMapper;
class vtkRenderer;
class vtkVolume;

namespace neuralvolume
{

class ModelInput;

/// What is drawn, by whom and for whom.
struct Subject
{
  ModelInput& Input;
  vtkNeuralVolumeMapper* Mapper;
  vtkVolume* Volume;
  vtkRenderer* Renderer;
};

/// What a picture is drawn into: its pixels, and the window depths where their rays end, row 0 at the bottom.
struct Canvas
{
  int Width, Height;
  std::vector<float> Depth;
};

/// Paints pictures, all at once or in slices of time. In slices there is first a draft, as coarse as its time takes;
/// while nothing changes, the following ones refine it to full quality.
class Painter
{
public:
  static constexpr double Unlimited = std::numeric_limits<double>::infinity();

  /// Goes on where all is as it was, or begins anew; shows what there is when the picture, with all else that is in
  /// it, has taken about so many seconds.
  const Image& Paint(const Subject& subject, Canvas canvas, double seconds);

  /// Whether the last picture has come to its end.
  bool IsComplete() const { return this->Stage == Stages::Full && this->StageIsComplete; }

private:
  enum class Stages
  {
    Draft,
    Full
  };

  /// All that a picture depends on.
  struct Scene
  {
    View Sight;
    std::vector<float> Depth;
    vtkMTimeType Time = 0; ///< of the last change of anything else

    bool operator==(const Scene& other) const;
  };

  static Scene MakeScene(const Subject& subject, Canvas canvas);
  double GetShare(vtkRenderer* renderer, double seconds) const;
  void BeginDraft(const Subject& subject, const Scene& scene, double seconds);
  void BeginFull(const Subject& subject, const Scene& scene);
  void Continue(Renderer& renderer, double seconds);
  void Show(const Image& drawn);

  Scene Current;
  Stages Stage = Stages::Full;
  bool StageIsComplete = false;
  double SecondsDrawing = 0.0; ///< of the last picture's, those of the core
  Image Shown;
  Image Backdrop; ///< what is shown where full quality is not there yet

  std::vector<float> DraftDepth;
  double DraftSeconds = 0.0; ///< since it began
  Pace DraftPace;
};

} // namespace neuralvolume
