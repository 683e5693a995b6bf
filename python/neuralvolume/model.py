# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""The fitted volume, as Python sees it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from neuralvolume import _core

if TYPE_CHECKING:
    from vtkmodules.vtkCommonDataModel import vtkImageData

    from neuralvolume.fitting.training import HistoryEntry
    from neuralvolume.volume import Association


class Model:
    """A fitted neural volume: made by `neuralvolume.fit` or read by `Model.load`.

    Attributes
    ----------
    core : _core.Model
        The compiled model that this one wraps; it does not change any more.
    history : list of HistoryEntry
        The training log; empty in a model that was read.
    seconds : float, optional
        What the fit took. Files do not hold it, so that a seed gives the same bytes.
    """

    def __init__(
        self,
        core: _core.Model,
        history: Sequence[HistoryEntry] = (),
        seconds: float | None = None,
    ) -> None:
        self.core = core
        self.history = list(history)
        self.seconds = seconds

    @classmethod
    def load(cls, path: str | Path) -> Model:
        """Read an .nvol file of one model; `neuralvolume.load_models` reads several.

        Raises
        ------
        OSError
            The file is not there or may not be read.
        ValueError
            The file is no model, or damaged, or holds several; the message says what is wrong.
        """
        from neuralvolume.stored import load_stored

        stored = load_stored(path)
        if len(stored) > 1:
            raise ValueError(
                f"'{path}' holds {len(stored)} models: open it with neuralvolume.load_models"
            )
        return stored[0].open()

    @classmethod
    def from_bytes(cls, data: bytes) -> Model:
        """The model that `to_bytes` made `data` of; ValueError where it is damaged."""
        return cls(_core.Model.from_bytes(data))

    def to_bytes(self) -> bytes:
        """The content of an .nvol file; the same for the same volume, options and seed."""
        return self._bytes

    @cached_property
    def _bytes(self) -> bytes:
        return self.core.to_bytes()

    def save(self, path: str | Path) -> None:
        """Write an .nvol file, which appears whole or not at all; OSError where it cannot."""
        _core.write_file(self.to_bytes(), str(path))

    def evaluate(self, points: ArrayLike) -> NDArray[np.float32]:
        """Values at world positions.

        Parameters
        ----------
        points : (..., 3) array_like
            x, y, z in the units of the volume's origin and spacing.

        Returns
        -------
        (...) or (..., component) array
            In the array's units, not rounded; NaN outside the volume. The network's own: a bound of
            errors holds for `decode` alone.
        """
        points = np.asarray(points, dtype=np.float64)
        if points.ndim == 0 or points.shape[-1] != 3:
            raise ValueError(f"points have shape {points.shape}; the last axis must be x, y, z")
        values = self.core.evaluate(points.reshape(-1, 3))
        return values.reshape(points.shape[:-1] + self.shape[3:])

    def decode(self, extent: Sequence[int] | None = None, stride: int = 1) -> NDArray[Any]:
        """Values on the volume's own grid.

        Parameters
        ----------
        extent : (xmin, xmax, ymin, ymax, zmin, zmax), optional
            First and last sample along each axis, in the indices of `geometry.extent`; default all.
        stride : int
            Take every stride-th sample along each axis, from the first.

        Returns
        -------
        (z, y, x) or (z, y, x, component) array of `dtype`
        """
        return self.core.decode(None if extent is None else tuple(extent), stride)

    def to_vtk(self) -> vtkImageData:
        """A vtkImageData of the decoded array that carries the model's bytes in its field data."""
        from neuralvolume.vtk_image import image_of

        return image_of([self])

    @property
    def shape(self) -> tuple[int, ...]:
        """(z, y, x), or (z, y, x, component) where there are several."""
        grid = self.dimensions[::-1]
        return (*grid, self.components) if self.components > 1 else grid

    @property
    def dimensions(self) -> tuple[int, int, int]:
        """Samples along x, y, z."""
        nx, ny, nz = self.core.dimensions
        return nx, ny, nz

    @property
    def components(self) -> int:
        return len(self.ranges)

    @property
    def dtype(self) -> np.dtype[Any]:
        """Type of the original's and of decoded values."""
        return np.dtype(self.core.array.type)

    @property
    def name(self) -> str:
        """Name of the array."""
        return str(self.core.array.name)

    @property
    def association(self) -> Association:
        """Whether samples are the image's "points" or "cells"."""
        return "cells" if self.core.array.association == "cells" else "points"

    @property
    def time(self) -> float | None:
        """Of a series' step; None in what is no series."""
        return self.core.time

    @property
    def ranges(self) -> list[tuple[float, float]]:
        """Smallest and largest finite value of each component."""
        return list(self.core.array.ranges)

    @property
    def data_range(self) -> float:
        """Largest minus smallest value of all components: what PSNR refers to."""
        lows, highs = zip(*self.ranges, strict=True)
        return float(max(highs) - min(lows))

    @property
    def network(self) -> _core.NetworkConfig:
        return self.core.network

    @property
    def bound(self) -> float | None:
        """What no decoded value is farther from the original, in its units; None: unbounded."""
        residual = self.core.residual
        return None if residual is None else float(residual.bound)

    @property
    def geometry(self) -> _core.Geometry:
        return self.core.geometry

    @property
    def report(self) -> _core.FitReport:
        """What the fit reached."""
        return self.core.report

    @property
    def nbytes(self) -> int:
        """Size as a file."""
        return len(self.to_bytes())

    @property
    def original_bytes(self) -> int:
        """Size of the original's values."""
        return int(self.report.original_bytes)

    @property
    def ratio(self) -> float:
        """How many times smaller than the original."""
        return self.original_bytes / self.nbytes

    @property
    def bits_per_voxel(self) -> float:
        """Bits of the file for each sample, all its components together."""
        return 8 * self.nbytes / math.prod(self.dimensions)

    @property
    def parts(self) -> dict[str, int]:
        """Bytes of the file by part, in order: header, mlp, level 0, ...; they sum to `nbytes`."""
        return dict(_core.parts(self.to_bytes()))

    def __repr__(self) -> str:
        grid = "x".join(map(str, self.dimensions))
        return (
            f"<neuralvolume.Model '{self.name}' {grid}x{self.components} {self.dtype}, "
            f"{self.nbytes} bytes ({self.ratio:.1f}x smaller), {self.report.psnr:.2f} dB>"
        )
