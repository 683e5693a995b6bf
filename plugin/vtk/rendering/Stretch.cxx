// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "Stretch.h"

#include "render/RenderSettings.h"

namespace neuralvolume
{

bool Stretch::IsEmpty() const
{
  for (std::size_t i = 0; i < this->Near.size(); ++i)
  {
    if (this->Near[i] < this->Far[i])
    {
      return false;
    }
  }
  return true;
}

bool Stretch::BeginsAtCamera() const
{
  for (std::size_t i = 0; i < this->Near.size(); ++i)
  {
    if (this->Near[i] == 0.0f && this->Far[i] > 0.0f)
    {
      return true;
    }
  }
  return false;
}

void RayProgress::Begin(std::size_t rays)
{
  this->Reached.assign(rays, 0.0f);
  this->Opacity.assign(rays, 0.0f);
}

void RayProgress::Add(const Stretch& stretch, const Image& picture)
{
  for (std::size_t i = 0; i < this->Reached.size(); ++i)
  {
    if (stretch.Near[i] == this->Reached[i] && stretch.Near[i] < stretch.Far[i])
    {
      this->Reached[i] = stretch.Far[i];
      this->Opacity[i] += (1.0f - this->Opacity[i]) * picture.Pixels[i][3];
    }
  }
}

void RayProgress::LeaveOutHidden(Stretch& stretch) const
{
  for (std::size_t i = 0; i < this->Reached.size(); ++i)
  {
    if (this->Opacity[i] >= RenderSettings().OpacityLimit && stretch.Near[i] >= this->Reached[i])
    {
      stretch.Far[i] = stretch.Near[i];
    }
  }
}

} // namespace neuralvolume
