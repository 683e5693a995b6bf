# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""Analytic fields to be fitted."""

from __future__ import annotations

from typing import Any

import numpy as np
from neuralvolume import _core
from numpy.typing import NDArray


def unit_grid(shape: tuple[int, int, int]) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    """z, y, x of the samples of a (z, y, x) grid in the unit cube: i of n at (i + 0.5) / n."""
    axes = [(np.arange(n) + 0.5) / n for n in shape]
    z, y, x = np.meshgrid(*axes, indexing="ij")
    return z, y, x


def waves(shape: tuple[int, int, int], dtype: str = "float32") -> NDArray[Any]:
    """A smooth field over the whole range of an integer type, or in [-1, 1]."""
    z, y, x = unit_grid(shape)
    field = np.sin(5 * x + 1) * np.cos(4 * y) * np.sin(3 * z + 0.5)
    kind = np.dtype(dtype)
    if kind.kind == "f":
        return field.astype(kind)
    limits = np.iinfo(kind)
    return np.round((field + 1) / 2 * (limits.max - limits.min) + limits.min).astype(kind)


def blob(shape: tuple[int, int, int], center: tuple[float, float, float]) -> NDArray[Any]:
    """A Gaussian around center (z, y, x) in unit coordinates, 1 at its top."""
    z, y, x = unit_grid(shape)
    squared = (z - center[0]) ** 2 + (y - center[1]) ** 2 + (x - center[2]) ** 2
    return np.exp(-squared / 0.02).astype(np.float32)


def make_sampler(components: int, seed: int = 0) -> _core.Sampler:
    """Draws from waves, each component larger than the one before."""
    values = np.stack([waves((12, 10, 8)) * (c + 1) for c in range(components)], axis=-1)
    ranges, _ = _core.data_range(values)
    return _core.Sampler(values, ranges, seed)
