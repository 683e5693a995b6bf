// SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "render/Image.h"

namespace neuralvolume
{

/// How coarse drafts must be to take a certain time, or less where finer ones would not look better, learnt from how
/// long they took and what they looked like.
class Pace
{
public:
  /// Pixels along the edge of a coarse one. It stays as it is while that fits about, so that neighbouring pictures
  /// are equally coarse.
  double ChooseEdge(double pixels, double seconds);

  /// From how much a draft left out: where that is little, half of the time does.
  void Judge(const Image& draft);

  /// decodingSeconds: of all, those that were not spent on rays.
  void Learn(double rays, double seconds, double decodingSeconds);

  /// Whether nothing was learnt yet.
  bool IsNew() const { return this->SecondsPerRay == 0.0; }

private:
  double Edge = 3.0;
  double SecondsPerRay = 0.0;
  double Share = 1.0;           ///< of the time there is
  double DecodingSeconds = 0.0; ///< of the next draft, presumably
};

} // namespace neuralvolume
