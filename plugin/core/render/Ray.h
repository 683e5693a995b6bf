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

  double GetLength() const { return std::max(this->End - this->Begin, 0.0); }
  double GetMiddle() const { return 0.5 * (this->Begin + this->End); }
};

/// A ray on its way through a volume, step by step. Steps are counted from where it enters the bounds, so
/// that where a step lies does not depend on what was cut off or skipped before it.
class Ray
{
public:
  std::array<double, 3> Origin = {};    ///< where it enters the volume's bounds, in unit coordinates
  std::array<double, 3> Direction = {}; ///< unit coordinates per world unit

  /// Adds a stretch that is to be drawn, in ascending order.
  void Append(const Interval& interval);

  /// To the first step. Steps have this length, in world units; the first of them begins shift steps, 0 to 1,
  /// before the ray enters the bounds.
  void Start(double stepLength, double shift);

  bool IsAtEnd() const { return this->Current == this->Count; }

  /// The part of the current step that is to be drawn.
  Interval GetStep() const
  {
    const Interval& interval = this->Intervals[this->Current];
    return { std::max(interval.Begin, this->BeginOf(this->Step)),
      std::min(interval.End, this->BeginOf(this->Step + 1)) };
  }

  /// To the next step.
  void Advance() { this->MoveTo(this->Step + 1); }

  /// To the step that holds a distance, to the next one at least.
  void AdvanceTo(double distance);

private:
  void EnterInterval();
  double BeginOf(int step) const { return (step - this->Shift) * this->StepLength; }
  int StepAt(double distance) const { return int(distance / this->StepLength + this->Shift); }

  void MoveTo(int step)
  {
    this->Step = step;
    if (this->BeginOf(step) >= this->Intervals[this->Current].End)
    {
      ++this->Current;
      this->EnterInterval();
    }
  }

  static constexpr int MaxIntervals = 7; // six cropping planes cut a ray into as many pieces at most
  std::array<Interval, MaxIntervals> Intervals;
  int Count = 0;
  int Current = 0;
  int Step = 0;
  double StepLength = 1.0;
  double Shift = 0.0;
};

} // namespace neuralvolume
