// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

namespace neuralvolume
{

/// How coarse drafts must be to take a certain time, learnt from how long they took.
class Pace
{
public:
  /// Pixels along the edge of a coarse one. It stays as it is while that fits about, so that neighbouring pictures
  /// are equally coarse.
  double ChooseEdge(double pixels, double seconds);

  void Learn(double rays, double seconds);

private:
  double Edge = 4.0;
  double SecondsPerRay = 0.0; ///< 0 before anything was learnt
};

} // namespace neuralvolume
