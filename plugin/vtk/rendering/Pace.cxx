// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "Pace.h"

#include <algorithm>
#include <cmath>

namespace neuralvolume
{
namespace
{

constexpr double CoarsestEdge = 8.0;
constexpr double TooSlow = 1.1; // times the time there is
constexpr double TooFast = 0.8;

} // namespace

/// What does not depend on the rays, decoding first of all, makes steps towards the time smaller, but they go on.
double Pace::ChooseEdge(double pixels, double seconds)
{
  const double fittingEdge = std::clamp(std::sqrt(this->SecondsPerRay * pixels / seconds), 1.0, CoarsestEdge);
  const double expected = std::pow(fittingEdge / this->Edge, 2.0); // times the time there is
  if (this->SecondsPerRay > 0.0 && (expected > TooSlow || expected < TooFast || fittingEdge == 1.0))
  {
    this->Edge = fittingEdge;
  }
  return this->Edge;
}

/// The geometric mean of old and new lets a single slow picture weigh little.
void Pace::Learn(double rays, double seconds)
{
  const double present = seconds / rays;
  this->SecondsPerRay = this->SecondsPerRay > 0.0 ? std::sqrt(this->SecondsPerRay * present) : present;
}

} // namespace neuralvolume
