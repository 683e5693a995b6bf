# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""Volumes, as every compressor of the comparison is given them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from neuralvolume import io
from neuralvolume.volume import Volume, as_volume
from numpy.typing import NDArray

HALF = 0.4999  # what rounding to an integer forgives


@dataclass(frozen=True)
class Subject:
    """A volume and the name it has in the record."""

    name: str
    volume: Volume

    @cached_property
    def values(self) -> NDArray[Any]:
        """(z, y, x) or (z, y, x, component)."""
        return self.volume.values

    @cached_property
    def invalid(self) -> NDArray[np.bool_]:
        return self.volume.invalid_mask().astype(bool)

    @cached_property
    def samples(self) -> int:
        return int(self.invalid.size - self.invalid.sum())

    @property
    def components(self) -> int:
        return self.volume.components

    @cached_property
    def range(self) -> float:
        """Of all valid values, over all components."""
        valid = self.values[~self.invalid]
        return float(valid.max()) - float(valid.min())

    @property
    def bytes(self) -> int:
        return self.volume.original_bytes

    @cached_property
    def planes(self) -> list[NDArray[Any]]:
        """Each component as the peers take it: floating point, and a number at every sample."""
        stack = self.values[..., None] if self.values.ndim == 3 else self.values
        return [self._floating(stack[..., i]) for i in range(stack.shape[3])]

    def join(self, planes: list[NDArray[Any]]) -> NDArray[Any]:
        """The components, in the volume's own type."""
        joined = planes[0] if self.values.ndim == 3 else np.stack(planes, axis=-1)
        kind = self.values.dtype
        if kind.kind == "f":
            return joined.astype(kind)
        limits = np.iinfo(kind)
        return np.clip(np.rint(joined), limits.min, limits.max).astype(kind)

    def tolerance(self, fraction: float) -> float:
        """The largest error a peer may make before rounding, so that none is beyond the bound."""
        bound = fraction * self.range
        return bound if self.values.dtype.kind == "f" else np.floor(bound) + HALF

    def facts(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "dimensions": list(self.volume.dimensions),
            "components": self.components,
            "type": self.values.dtype.name,
            "range": self.range,
            "bytes": self.bytes,
        }

    def _floating(self, plane: NDArray[Any]) -> NDArray[Any]:
        kind = plane.dtype if plane.dtype.kind == "f" else np.dtype(np.float32)
        plane = np.array(plane, dtype=kind, order="C")
        plane[self.invalid] = plane[~self.invalid].mean(dtype=np.float64)
        return plane


def name_of(path: Path) -> str:
    return path.name.split(".")[0]


def read(path: Path) -> Subject:
    """Read a volume file; ValueError where there is nothing to compress."""
    subject = Subject(name_of(path), as_volume(io.read(path)))
    if subject.samples == 0 or subject.range == 0:
        raise ValueError(f"{path} is constant: no PSNR can be told")
    return subject
