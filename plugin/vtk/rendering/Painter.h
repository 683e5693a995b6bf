// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "Drawing.h"
#include "Pace.h"

#include "vtkType.h"

#include <array>
#include <chrono>
#include <vector>

namespace neuralvolume
{

/// What a picture is drawn into: its pixels, and the window depths where their rays end and, if need be, begin, row 0
/// at the bottom.
struct Canvas
{
  int Width, Height;
  std::vector<float> Depth;
  std::vector<float> NearDepth = {};
};

/// Paints pictures, all at once or in slices of time. In slices there is first a draft, as coarse as its time takes;
/// while nothing changes, the following ones refine it to full quality.
class Painter
{
public:
  /// Goes on where all is as it was, or begins anew; shows what there is when the picture, with all else that is in
  /// it, has taken about so many seconds. With mayRefine false nothing is done where all is as it was.
  const Image& Paint(const std::vector<Subject>& subjects, Canvas canvas, double seconds, bool mayRefine);

  /// Whether the last picture has come to its end.
  bool IsComplete() const { return this->Stage == Stages::Full && this->StageIsComplete; }

private:
  enum class Stages
  {
    Draft,
    Full
  };

  using Clock = std::chrono::steady_clock;

  /// The seconds between the drawing of one picture and the next. While a window does nothing but draw, that is what
  /// all else in it takes: its other props, copies of the frame, the event loop. A few are longer, when nothing is to
  /// be drawn, and so their median counts.
  class Pauses
  {
  public:
    void Learn(double seconds);

    /// What they leave of a picture's time.
    double GetShare(double seconds) const;

  private:
    std::array<double, 5> Last = { 0.04, 0.04, 0.04, 0.04, 0.04 };
    std::size_t Next = 0;
  };

  /// All that a picture depends on.
  struct Scene
  {
    std::vector<View> Sights; ///< of each volume
    std::vector<float> Depth;
    std::vector<float> NearDepth;
    vtkMTimeType Time = 0; ///< of the last change of anything else

    bool operator==(const Scene& other) const;
  };

  static Scene MakeScene(const std::vector<Subject>& subjects, Canvas canvas);
  void BeginDraft(const std::vector<Subject>& subjects, const Scene& scene, double seconds);
  void BeginFull(const std::vector<Subject>& subjects, const Scene& scene);
  void Continue(const std::vector<Subject>& subjects, Clock::time_point begun, double seconds);
  double GetDraftShare(vtkRenderer* renderer, double seconds) const;
  void Learn(double part);
  void Show();

  Scene Current;
  Stages Stage = Stages::Full;
  bool StageIsComplete = false;
  Drawing OnItsWay;
  Image Shown; ///< of a full picture that is on its way: over the draft
  Pauses Rest;
  Clock::time_point Ended;     ///< the core, in the last picture
  double SecondsDrawing = 0.0; ///< of the last picture's, those of the core

  std::vector<float> DraftDepth;
  std::vector<float> DraftNearDepth;
  double StageSeconds = 0.0;         ///< since it began
  double StageDecodingSeconds = 0.0; ///< of these
  Pace DraftPace;
};

} // namespace neuralvolume
