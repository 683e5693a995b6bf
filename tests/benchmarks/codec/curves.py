# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""Curves through measured points: a codec's bytes for a PSNR, its PSNR for bytes.

Between neighbours on the front the logarithm of the bytes is linear in dB.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterable

Pair = tuple[float, float]  # PSNR in dB, bytes


def front(points: Iterable[Pair]) -> list[Pair]:
    """The points that no other one beats in both, by rising PSNR."""
    best: list[Pair] = []
    for psnr, size in sorted(points, key=lambda point: (-point[0], point[1])):
        if not best or size < best[-1][1]:
            best.append((psnr, size))
    return best[::-1]


def bytes_at(psnr: float, points: Iterable[Pair]) -> float | None:
    """Bytes for a PSNR; below the front its smallest point has that and more, above it None."""
    curve = front(points)
    if not curve or psnr > curve[-1][0]:
        return None
    right = bisect_left(curve, (psnr, 0.0))
    (above, size) = curve[right]
    if right == 0 or above == psnr:
        return float(size)
    (below, smaller) = curve[right - 1]
    weight = (psnr - below) / (above - below) if math.isfinite(above) else 1.0
    return math.exp((1 - weight) * math.log(smaller) + weight * math.log(size))


def psnr_at(size: float, points: Iterable[Pair]) -> float | None:
    """PSNR within a number of bytes; above the front that of its largest point, below it None."""
    curve = front(points)
    if not curve or size < curve[0][1]:
        return None
    right = bisect_right([point[1] for point in curve], size)
    below, smaller = curve[right - 1]
    if right == len(curve):
        return below
    above, larger = curve[right]
    weight = math.log(size / smaller) / math.log(larger / smaller)
    return below + weight * (above - below) if math.isfinite(above) else below
