# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""What one compressor did to one volume at one setting."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from .subjects import Subject

OURS = "NeuralVolume"
Task = Literal["curve", "bound", "ratio"]


@dataclass(frozen=True)
class Point:
    """One row of the record.

    Attributes
    ----------
    task : {"curve", "bound", "ratio"}
    codec : str
        Whose curve the point lies on.
    mode : str
        What the codec was asked for.
    setting : float
        How much of it: dB, a ratio, bits of a value, or a fraction of the range.
    psnr : float
        In dB, by the range of all valid values.
    max_error : float
        As a fraction of that range.
    note : str
        Why a fit stopped.
    """

    task: Task
    volume: str
    codec: str
    mode: str
    setting: float
    bytes: int
    ratio: float
    psnr: float
    max_error: float
    compress_seconds: float
    decompress_seconds: float
    seed: int | None = None
    note: str = ""

    def describe(self) -> str:
        return (
            f"{self.volume}: {self.codec}, {self.mode} {self.setting:.4g}: {self.bytes} bytes, "
            f"{self.psnr:.2f} dB, {self.compress_seconds:.1f} s {self.note}"
        )


def measure(subject: Subject, decoded: NDArray[np.generic]) -> tuple[float, float]:
    """PSNR in dB and the largest error as a fraction of the range, over the valid samples."""
    squares, largest = 0.0, 0.0
    for original, values, invalid in zip(subject.values, decoded, subject.invalid, strict=True):
        errors = original[~invalid].astype(np.float64) - values[~invalid].astype(np.float64)
        squares += float(np.square(errors).sum())
        largest = max(largest, float(np.abs(errors).max(initial=0.0)))
    mean = squares / (subject.samples * subject.components)
    psnr = 10 * np.log10(subject.range**2 / mean) if mean > 0 else float("inf")
    return float(psnr), largest / subject.range
