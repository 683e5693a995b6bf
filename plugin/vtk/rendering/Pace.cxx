// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "Pace.h"

#include <cmath>

namespace neuralvolume
{
namespace
{

constexpr int CoarsestLevel = 6; // 8 x 8 pixels
constexpr double TooSlow = 1.1;  // times the time there is
constexpr double TooFast = 0.8;

} // namespace

double Pace::ChooseEdge(double pixels, double seconds)
{
  const auto expected = [&](int level) { return this->SecondsPerRay * std::ldexp(pixels, -level) / seconds; };
  if (this->SecondsPerRay > 0.0)
  {
    while (this->Level < CoarsestLevel && expected(this->Level) > TooSlow)
    {
      ++this->Level;
    }
    while (this->Level > 0 && expected(this->Level - 1) < TooFast)
    {
      --this->Level;
    }
  }
  return std::exp2(0.5 * this->Level);
}

/// The geometric mean of old and new lets a single slow picture weigh little.
void Pace::Learn(double rays, double seconds)
{
  const double present = seconds / rays;
  this->SecondsPerRay = this->SecondsPerRay > 0.0 ? std::sqrt(this->SecondsPerRay * present) : present;
}

} // namespace neuralvolume
