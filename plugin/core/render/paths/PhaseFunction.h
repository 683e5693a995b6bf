// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "render/paths/Vector.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace neuralvolume
{

/// How light is scattered: Henyey & Greenstein 1941. Directions are those in which light travels, of length 1.
class PhaseFunction
{
public:
  /// anisotropy: the mean cosine, in (-1, 1); 0 scatters evenly.
  explicit PhaseFunction(float anisotropy)
    : G(anisotropy)
  {
  }

  /// Per steradian, for the cosine between the directions before and after.
  float Evaluate(float cosine) const
  {
    const float squared = 1.0f + this->G * this->G - 2.0f * this->G * cosine;
    return (1.0f - this->G * this->G) / (4.0f * std::numbers::pi_v<float> * squared * std::sqrt(squared));
  }

  /// A direction as likely as Evaluate says, of two numbers in [0, 1).
  Vector3f Sample(const Vector3f& before, float u, float v) const
  {
    const float cosine = this->SampleCosine(u);
    const float sine = std::sqrt(std::max(1.0f - cosine * cosine, 0.0f));
    const float angle = 2.0f * std::numbers::pi_v<float> * v;
    const Vector3f away = std::abs(before[0]) < 0.5f ? Vector3f{ 1, 0, 0 } : Vector3f{ 0, 1, 0 };
    const Vector3f x = Normalise(Cross(before, away));
    const Vector3f y = Cross(before, x);
    return Normalise(MulAdd(x, sine * std::cos(angle), MulAdd(y, sine * std::sin(angle), MulAdd(before, cosine, {}))));
  }

private:
  float SampleCosine(float u) const
  {
    if (std::abs(this->G) < 1e-3f)
    {
      return 1.0f - 2.0f * u;
    }
    const float part = (1.0f - this->G * this->G) / (1.0f - this->G + 2.0f * this->G * u);
    return std::clamp((1.0f + this->G * this->G - part * part) / (2.0f * this->G), -1.0f, 1.0f);
  }

  float G;
};

} // namespace neuralvolume
