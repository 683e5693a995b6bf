# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""What a residual will do for a network that still trains, told from its errors at some samples.

A network and its residual are one code of a volume: bytes belong where the last of them lowers the
mean squared error most, which is where both lower it as much.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from neuralvolume.fitting.training import psnr_of

# The last byte of a network lowers the mean squared error by about 1.7 times the weight of its rate
# (measured); the last of a residual of n values, whose quantiser has the step d, by
# 4/3 ln(2) d^2 / n (d^2 / 12 is lost, 6.02 dB are gained a bit). Equal at d / 2 = this times
# the root of weight * n, where a hundredth of the values change. Fewer, and the residual pays for
# saying where; more, and it gains by prediction (measured).
HALF_STEP_SCALE = 0.63
HALF_STEP_EXPONENT = -0.2
LEAST_SHARE, TYPICAL_SHARE = 1e-4, 1e-2

# Where most values change, the residual's quantiser decides on the error and a better network only
# makes its symbols smaller, which is worth the less the more of that prediction does anyway: a
# weight below this times the network's mean squared error / n wastes bytes (measured).
DENSE_WEIGHT = 30.0
DENSE_SHARE = 0.1

CODING_GAIN = 0.7  # of contexts, over the entropy of single symbols; measured


@dataclass(frozen=True)
class ResidualPlan:
    """A residual of a certain quantisation, and what it is expected to bring and cost.

    Attributes
    ----------
    half_step : float
        Of its quantiser, as a fraction of the data range: what errors are rounded to within.
    psnr : float
        dB, of the network with its residual.
    size : float
        Bytes of the residual.
    share : float
        Of the values, those that it changes.
    least_weight : float
        Of the network's rate, so that the network spends no bytes on what the residual does better.
    """

    half_step: float
    psnr: float
    size: float
    share: float
    least_weight: float

    @property
    def is_worthwhile(self) -> bool:
        return self.share > LEAST_SHARE


def matching_half_step(weight: float, values: int, share: float) -> float:
    """Where a residual is worth as much a byte as a network with this weight of its rate.

    `share` is that of the values it changes.
    """
    scale = HALF_STEP_SCALE * (max(share, LEAST_SHARE) / TYPICAL_SHARE) ** HALF_STEP_EXPONENT
    return scale * math.sqrt(weight * values)


def plan_residual(errors: NDArray[np.float32], half_step: float, values: int) -> ResidualPlan:
    """Plan for a volume of so many values, by errors of some as fractions of its range."""
    symbols = np.rint(errors / (2 * half_step))
    left = errors - 2 * half_step * symbols
    share = float(np.mean(symbols != 0))
    density = share / (share + DENSE_SHARE)
    return ResidualPlan(
        half_step=half_step,
        psnr=psnr_of(float(np.mean(np.square(left)))),
        size=CODING_GAIN * values * _entropy(symbols) / 8,
        share=share,
        least_weight=density * DENSE_WEIGHT * float(np.mean(np.square(errors))) / values,
    )


def _entropy(symbols: NDArray[np.float32]) -> float:
    """Bits a symbol, each by itself."""
    _, counts = np.unique(symbols, return_counts=True)
    frequencies = counts / counts.sum()
    return float(-np.sum(frequencies * np.log2(frequencies)))
