// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#include "render/Ray.h"

namespace neuralvolume
{

void Ray::Append(const Interval& interval)
{
  if (this->Count > 0 && this->Intervals[this->Count - 1].End == interval.Begin)
  {
    this->Intervals[this->Count - 1].End = interval.End;
  }
  else
  {
    this->Intervals[this->Count++] = interval;
  }
}

void Ray::Start(double stepLength, double shift)
{
  this->StepLength = stepLength;
  this->Shift = shift;
  this->Current = 0;
  this->EnterInterval();
}

void Ray::EnterInterval()
{
  if (!this->IsAtEnd())
  {
    this->Step = this->StepAt(this->Intervals[this->Current].Begin);
  }
}

void Ray::AdvanceTo(double distance)
{
  const double end = this->Intervals[this->Current].End;
  this->MoveTo(std::max(this->Step + 1, this->StepAt(std::min(distance, end))));
}

} // namespace neuralvolume
