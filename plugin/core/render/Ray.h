// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <array>

namespace neuralvolume
{

/// A stretch of a ray, as distances in world units from where it enters the volume's bounds.
struct Interval
{
  double Begin = 0.0;
  double End = 0.0;

  double GetMiddle() const { return 0.5 * (this->Begin + this->End); }
};

/// A ray through a volume. Its steps are counted from where it enters the bounds, so that where a step lies does not
/// depend on what was cut off or skipped before it.
struct Ray
{
  static constexpr int MaximumIntervals = 7; ///< six cropping planes cut a ray into as many pieces at most

  std::array<double, 3> Origin = {};                ///< where it enters the volume's bounds, in unit coordinates
  std::array<double, 3> Direction = {};             ///< unit coordinates per world unit
  double Shift = 0.0;                               ///< the first step begins so many steps, 0 to 1, before the bounds
  std::array<Interval, MaximumIntervals> Intervals; ///< that are drawn, in ascending order
  int Count = 0;

  void Append(const Interval& interval)
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
};

} // namespace neuralvolume
