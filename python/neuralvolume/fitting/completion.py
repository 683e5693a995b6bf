# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""The residual that takes a draft to its target: which quantisation it needs.

Half steps are in the array's units: what errors of real numbers are rounded to within. A search
that shall not go on ends after a few tries, as soon as one meets the target.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from neuralvolume.fitting.draft import Draft

TRIES = 8
FEW_TRIES = 3
OF_RANGE, OF_MAGNITUDE = 5.5e-6, 3e-7  # single precision allows no smaller half step
EXACT_INTEGERS = 0.5

# What an octave of the step is worth; measured, and only where the search begins from.
DECIBELS = 4.0
SIZE_OCTAVES = 1.3
LARGEST_MOVE = 3.0  # octaves

PSNR_MARGIN = 0.4  # dB that are not worth another try
SIZE_MARGIN = 0.02


def complete_to_psnr(
    draft: Draft, psnr: float, first_half_step: float, goes_on: Callable[[], bool]
) -> None:
    """Give a draft the smallest residual with which it has a PSNR in dB, if any does."""

    def spare_octaves() -> float:
        excess = draft.quality.psnr - psnr
        return 0.0 if 0.0 <= excess <= PSNR_MARGIN else (excess - PSNR_MARGIN / 2) / DECIBELS

    tried = _search(
        draft, first_half_step, spare_octaves, lambda octaves: octaves < 0.0 or goes_on()
    )
    enough = [half_step for half_step, octaves in tried.items() if octaves >= 0.0]
    _settle(draft, max(enough) if enough else min(tried), tried)


def complete_to_size(
    draft: Draft, size: int, first_half_step: float, goes_on: Callable[[], bool]
) -> None:
    """Give a draft the best residual of at most `size` bytes; none where all tried are larger."""

    def missing_octaves() -> float:
        share = draft.residual_bytes / size
        is_full = 1.0 - SIZE_MARGIN <= share <= 1.0
        return 0.0 if is_full else math.log2(share / (1.0 - SIZE_MARGIN / 2)) / SIZE_OCTAVES

    tried = _search(
        draft, first_half_step, missing_octaves, lambda octaves: octaves > 0.0 or goes_on()
    )
    fitting = [half_step for half_step, octaves in tried.items() if octaves <= 0.0]
    if fitting:
        _settle(draft, min(fitting), tried)
    else:
        draft.drop_residual()


def _search(
    draft: Draft,
    first_half_step: float,
    octaves_to_widen: Callable[[], float],
    goes_on: Callable[[float], bool],
) -> dict[float, float]:
    """Try half steps until one is content with its draft; by how much each was to be wider."""
    tried: dict[float, float] = {}
    smallest = _smallest_half_step(draft)
    half_step = max(first_half_step, smallest)
    while half_step not in tried and len(tried) < TRIES:
        draft.complete(half_step)
        tried[half_step] = octaves_to_widen()
        is_enough = len(tried) >= FEW_TRIES and not goes_on(tried[half_step])
        if tried[half_step] == 0.0 or is_enough:
            break
        half_step = max(_next_half_step(tried), smallest)
    return tried


def _smallest_half_step(draft: Draft) -> float:
    largest = max(abs(value) for bounds in draft.core.array.ranges for value in bounds)
    smallest = OF_RANGE * draft.data_range + OF_MAGNITUDE * largest
    is_integer = np.issubdtype(draft.volume.values.dtype, np.integer)
    return max(smallest, EXACT_INTEGERS) if is_integer else smallest


def _next_half_step(tried: dict[float, float]) -> float:
    """By the secant through the last two, within what proved too tight and too wide."""
    at, octaves = [math.log2(half_step) for half_step in tried], list(tried.values())
    move = octaves[-1]
    if len(at) > 1 and (slope := (octaves[-1] - octaves[-2]) / (at[-1] - at[-2])) < 0.0:
        move = -octaves[-1] / slope
    tight = max((x for x, o in zip(at, octaves, strict=True) if o > 0.0), default=-math.inf)
    wide = min((x for x, o in zip(at, octaves, strict=True) if o < 0.0), default=math.inf)
    proposed = at[-1] + min(max(move, -LARGEST_MOVE), LARGEST_MOVE)
    return float(2.0 ** (proposed if tight < proposed < wide else (tight + wide) / 2))


def _settle(draft: Draft, half_step: float, tried: dict[float, float]) -> None:
    if half_step != list(tried)[-1]:
        draft.complete(half_step)
    if draft.stop_reason == "steps":
        draft.stop_reason = "target"
