# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""How much a quantised parameter may cost: the rate's weight in the loss, steered to a target.

Training minimises distortion + weight * rate. The weight follows what a network in training has
and what it will gain until the end, so that it arrives at the size or the quality asked for.
"""

from __future__ import annotations

import math
from typing import Protocol

MIN_WEIGHT, MAX_WEIGHT = 1e-12, 1e-5
INITIAL_WEIGHT = 1e-8
GENTLE_WEIGHT = 1e-9
# Measured on MRI, CT, flow and cosmology: from the first quantised steps to the last.
SHRINKAGE = 0.15
RISE = 2.5  # dB
DECIBELS_PER_DECADE = 3.5  # of the weight
SIZE_EXPONENT = 0.5  # sizes fall as this power of the weight
WARM_UP = 0.2  # of settling: what a network has just after it was rounded says little
GAIN = 0.1
CORRECTION_GAIN = 2.0  # corrections are short


class RateControl(Protocol):
    """Steers the weight of the rate while a quantised network trains."""

    weight: float
    least_weight: float  # set by whoever knows what else the bytes could do
    has_target: bool  # which a residual may complete
    judges_quality: bool  # so that `is_met` and `correct` need the exact PSNR

    def resume(self, psnr: float, size: int) -> None:
        """Take the weight with which a network came to these, and go on from there."""

    def update(self, progress: float, psnr: float, size: int) -> None:
        """Take note of the PSNR in dB and the coded bytes at `progress`, 0 to 1, to the end."""

    def is_met(self, psnr: float, size: int) -> bool:
        """Whether a network that ends with these has met the target."""

    def rank(self, psnr: float, size: int) -> float:
        """How near an end with these is to the target: the higher the better."""

    def correct(self, psnr: float, size: int) -> bool:
        """Aim anew after an end with these; False where that can change nothing."""


class FixedRate:
    """For networks without a target: hardly any loss of quality."""

    weight = GENTLE_WEIGHT
    least_weight = MIN_WEIGHT
    has_target = False
    judges_quality = False

    def resume(self, psnr: float, size: int) -> None:
        pass

    def update(self, progress: float, psnr: float, size: int) -> None:
        pass

    def is_met(self, psnr: float, size: int) -> bool:
        return False

    def rank(self, psnr: float, size: int) -> float:
        return psnr

    def correct(self, psnr: float, size: int) -> bool:
        return False


class SizeTarget:
    """As good as can be in so many coded bytes."""

    least_weight = MIN_WEIGHT
    has_target = True
    judges_quality = False

    def __init__(self, size: float, tolerance: float = 0.03) -> None:
        self.size = size
        self.tolerance = tolerance
        self.weight = INITIAL_WEIGHT

    def resume(self, psnr: float, size: int) -> None:
        self.weight = _limited(weight_of(psnr, size), self.least_weight)

    def update(self, progress: float, psnr: float, size: int) -> None:
        if progress > WARM_UP:
            self._aim(size * (1 - SHRINKAGE * (1 - progress)), GAIN / SIZE_EXPONENT)

    def is_met(self, psnr: float, size: int) -> bool:
        return abs(size - self.size) <= self.tolerance * self.size

    def rank(self, psnr: float, size: int) -> float:
        return -abs(size - self.size)

    def correct(self, psnr: float, size: int) -> bool:
        before = self.weight
        self._aim(size, CORRECTION_GAIN / SIZE_EXPONENT)
        return self.weight != before

    def _aim(self, size: float, exponent: float) -> None:
        goal = (1 + self.tolerance / 3) * self.size  # what is too much can be left out
        factor = min(max((size / goal) ** exponent, 0.1), 10)
        self.weight = _limited(self.weight * factor, self.least_weight)


class QualityTarget:
    """As small as can be at a PSNR in dB."""

    least_weight = MIN_WEIGHT
    has_target = True
    judges_quality = True

    def __init__(self, psnr: float, tolerance: float = 0.8) -> None:
        self.psnr = psnr
        self.tolerance = tolerance
        self.weight = INITIAL_WEIGHT

    def resume(self, psnr: float, size: int) -> None:
        self.weight = _limited(weight_of(psnr, size), self.least_weight)

    def update(self, progress: float, psnr: float, size: int) -> None:
        if progress > WARM_UP:
            self._aim(psnr + RISE * (1 - progress), GAIN)

    def is_met(self, psnr: float, size: int) -> bool:
        return self.psnr <= psnr <= self.psnr + self.tolerance

    def rank(self, psnr: float, size: int) -> float:
        return 1.0 / size if psnr >= self.psnr else psnr - self.psnr

    def correct(self, psnr: float, size: int) -> bool:
        before = self.weight
        self._aim(psnr, CORRECTION_GAIN)
        return self.weight != before

    def _aim(self, psnr: float, gain: float) -> None:
        excess = min(psnr, 1e3) - (self.psnr + self.tolerance / 2)
        decades = gain * excess / DECIBELS_PER_DECADE
        self.weight = _limited(self.weight * 10 ** min(max(decades, -1), 1), self.least_weight)


def weight_of(psnr: float, size: int) -> float:
    """With which a network came to a PSNR in dB and a coded size.

    Training makes the weight the slope of distortion over rate, of a curve that the measured powers
    of the weight above trace.
    """
    return DECIBELS_PER_DECADE / 10 / SIZE_EXPONENT * 10 ** (-psnr / 10) / size


def _limited(weight: float, least: float) -> float:
    return min(max(weight, least), MAX_WEIGHT) if math.isfinite(weight) else MAX_WEIGHT
