# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""A model in the making: a candidate's network and, where it gets one, a residual."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from neuralvolume import _core
from neuralvolume.fitting.candidate import Candidate
from neuralvolume.fitting.sizing import budget
from neuralvolume.volume import Volume


class Draft:
    """A candidate as a model of a volume.

    Attributes
    ----------
    core : _core.Model
        The model as far as it is done.
    stop_reason : StopReason
        The candidate's, or "target" where a residual has led there.
    network_psnr : float, optional
        PSNR in dB without the residual, by all values.
    """

    def __init__(
        self,
        candidate: Candidate,
        volume: Volume,
        ranges: NDArray[np.float64],
        mask: NDArray[np.uint8] | None,
    ) -> None:
        array = _core.ArrayInfo(
            name=volume.name,
            type=volume.values.dtype.name,
            association=volume.association,
            ranges=[(low, high) for low, high in ranges],
            component_names=list(volume.component_names),
        )
        self.candidate = candidate
        self.stop_reason = candidate.stop_reason
        self.network_psnr: float | None = None
        self._quality: _core.Quality | None = None
        self.volume = volume
        self.mask = mask
        self.core = _core.Model(
            candidate.network,
            candidate.rounded,
            volume.geometry,
            array,
            invalid=mask,
            quantisation=candidate.quantisation,
        )
        self.core.time = volume.time

    @property
    def quality(self) -> _core.Quality:
        """How near the model is to its volume, by all values."""
        if self._quality is None:
            self._quality = _core.compare(self.core, self.volume.values, self.mask)
        return self._quality

    def bound_errors(self, bound: float) -> None:
        """Let no value be off by more than the bound, in its units, by a residual."""
        self._set_residual(_core.make_residual(self.core, self.volume.values, bound))

    def complete(self, half_step: float) -> None:
        """Round the network's errors to multiples of two half steps, in the array's units."""
        self._set_residual(_core.complete_network(self.core, self.volume.values, half_step))

    def _set_residual(self, residual: _core.Residual) -> None:
        if self.core.residual is None:
            self.network_psnr = self.quality.psnr
        self.core.residual = residual
        self._quality = None

    def drop_residual(self) -> None:
        self.core.residual = None
        self.network_psnr = None
        self._quality = None

    @property
    def residual_bytes(self) -> int:
        """What the residual takes in a file."""
        residual = self.core.residual
        return 0 if residual is None else int(residual.nbytes)

    @property
    def data_range(self) -> float:
        """Between the smallest and the largest value of all components."""
        lows, highs = zip(*self.core.array.ranges, strict=True)
        return float(max(highs) - min(lows))

    def finish(self, seed: int, backend: str) -> None:
        """Measure what was reached, write the report and add the macro cells."""
        quality, residual = self.quality, self.core.residual
        if residual is not None and quality.maximum_error > residual.bound:
            raise RuntimeError(
                f"a decoded value is {quality.maximum_error} off, more than the bound of "
                f"{residual.bound}; please report this"
            )
        self.core.decoded_ranges = quality.decoded_ranges
        self.core.macro_cells = self._macro_cells
        self.core.report = _core.FitReport(
            psnr=quality.psnr,
            network_psnr=self.network_psnr,
            ssim=quality.ssim,
            maximum_error=quality.maximum_error,
            percentile_999_error=quality.percentile_999_error,
            mean_error=quality.mean_error,
            error_histogram=quality.error_histogram,
            steps=self.candidate.steps,
            seed=seed,
            original_bytes=self.volume.original_bytes,
            backend=backend,
            stop_reason=self.stop_reason,
        )
        self.core.macro_cells = _core.coarsen_macro_cells(self.core, self._macro_cell_budget())

    @cached_property
    def _macro_cells(self) -> _core.MacroCells:
        """The finest ones; those of the network, whatever a residual does."""
        return _core.compute_macro_cells(self.core, budget.MACRO_CELL_SIZE)

    def _macro_cell_budget(self) -> int:
        """Bytes that the model may spend on macro cells, by what all else takes."""
        parts = dict(_core.parts(self.core.to_bytes()))
        return budget.macro_cell_budget(sum(parts.values()) - parts["macro_cells"])
