// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "Pace.h"

#include "Detail.h"

#include <algorithm>
#include <cmath>

namespace neuralvolume
{
namespace
{

constexpr double CoarsestEdge = 8.0;
constexpr double LeastForRays = 0.4; // of the time, however long decoding takes
constexpr double TooSlow = 1.15;     // times the time there is
constexpr double TooFast = 0.8;
constexpr double MuchDetail = 0.06; // for which all of the time is taken
constexpr double LeastShare = 0.5;

} // namespace

double Pace::ChooseEdge(double pixels, double seconds)
{
  if (this->IsNew())
  {
    return this->Edge;
  }
  const double there = this->Share * seconds;
  const double secondsForRays = std::max(there - this->DecodingSeconds, LeastForRays * there);
  const double fittingEdge = std::clamp(std::sqrt(this->SecondsPerRay * pixels / secondsForRays), 1.0, CoarsestEdge);
  const double expected = std::pow(fittingEdge / this->Edge, 2.0); // times the time there is
  if (expected > TooSlow || expected < TooFast || fittingEdge == 1.0)
  {
    this->Edge = fittingEdge;
  }
  return this->Edge;
}

void Pace::Judge(const Image& draft)
{
  this->Share = std::clamp(MeasureDetail(draft) / MuchDetail, LeastShare, 1.0);
}

/// The geometric mean of old and new lets a single slow picture weigh little.
void Pace::Learn(double rays, double seconds, double decodingSeconds)
{
  const double present = std::max(seconds - decodingSeconds, LeastForRays * seconds) / rays;
  this->SecondsPerRay = this->IsNew() ? present : std::sqrt(this->SecondsPerRay * present);
  this->DecodingSeconds = 0.5 * (this->DecodingSeconds + decodingSeconds); // the first draft of a move decodes most
}

} // namespace neuralvolume
