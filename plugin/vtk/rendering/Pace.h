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

  /// decodingSeconds: of all, those that were not spent on rays.
  void Learn(double rays, double seconds, double decodingSeconds);

  /// Whether nothing was learnt yet.
  bool IsNew() const { return this->SecondsPerRay == 0.0; }

private:
  double Edge = 3.0;
  double SecondsPerRay = 0.0;
  double DecodingSeconds = 0.0; ///< of the next draft, presumably
};

} // namespace neuralvolume
