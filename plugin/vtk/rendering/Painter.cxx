// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "Painter.h"

#include "Scene.h"
#include "Upscale.h"
#include "backend/Backend.h"
#include "render/Renderer.h"

#include "vtkVolume.h"

#include <algorithm>
#include <chrono>
#include <cmath>

namespace neuralvolume
{
namespace
{

constexpr double StillStepsPerSample = 1.0;
constexpr double MovingStepsPerSample = 0.5;
constexpr int MaximumCoarseness = 8;
constexpr int UnmeasuredCoarseness = 3;

Image Paint(const Subject& subject, int width, int height, const std::vector<float>& depth, double stepsPerSample)
{
  return Render(subject.Model, subject.Evaluator, GetMarcher(),
    MakeView(subject.Model, subject.Renderer, subject.Volume, width, height),
    MakeTransferFunction(subject.Volume->GetProperty()),
    MakeSettings(subject.Model, subject.Mapper, subject.Volume, stepsPerSample), { .Far = depth.data() });
}

} // namespace

Image Painter::PaintStill(const Subject& subject, int width, int height, const std::vector<float>& depth)
{
  return Paint(subject, width, height, depth, StillStepsPerSample);
}

Image Painter::PaintMoving(
  const Subject& subject, int width, int height, const std::vector<float>& depth, double picturesPerSecond)
{
  const int edge = this->ChooseCoarseness(width, height, picturesPerSecond);
  const int coarseWidth = (width + edge - 1) / edge;
  const int coarseHeight = (height + edge - 1) / edge;
  const std::vector<float> coarseDepth = CoarsenDepth(depth, width, height, coarseWidth, coarseHeight);

  const auto start = std::chrono::steady_clock::now();
  const Image coarse = Paint(subject, coarseWidth, coarseHeight, coarseDepth, MovingStepsPerSample);
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  this->SecondsPerMovingRay = seconds.count() / (double(coarseWidth) * coarseHeight);
  return Upscale(coarse, coarseDepth, depth, width, height);
}

/// Pixels along the edge of a coarse one.
int Painter::ChooseCoarseness(int width, int height, double picturesPerSecond) const
{
  if (this->SecondsPerMovingRay == 0.0)
  {
    return UnmeasuredCoarseness;
  }
  const double secondsAtFullSize = this->SecondsPerMovingRay * width * height;
  return std::clamp(int(std::ceil(std::sqrt(secondsAtFullSize * picturesPerSecond))), 1, MaximumCoarseness);
}

} // namespace neuralvolume
