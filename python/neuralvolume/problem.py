# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""One volume to be fitted: networks are trained on it and become models of it."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from neuralvolume import _core, backends, sizing
from neuralvolume.model import Model
from neuralvolume.training import (
    FitProgress,
    Goals,
    HistoryEntry,
    StopReason,
    Training,
    psnr_of,
)
from neuralvolume.volume import Volume

ProgressCallback = Callable[[FitProgress], bool | None]

ESTIMATE_SAMPLES = 1 << 17
DECAY_GAIN = 1.0  # dB: what the decay of the learning rate brings at least, mostly
HOPELESS_SHORTFALL = 3.0  # dB: more than it brings where the PSNR has stopped rising
ESTIMATE_TOLERANCE = 0.01  # dB


@dataclass(frozen=True)
class Candidate:
    """A network that was trained, and why it was not trained further."""

    network: _core.NetworkConfig
    parameters: NDArray[np.float32]
    stop_reason: StopReason
    steps: int = 0
    history: list[HistoryEntry] = field(default_factory=list)

    @property
    def estimated_psnr(self) -> float:
        return self.history[-1].psnr


class Problem:
    """A volume, its value ranges and what is the same for all networks that are tried on it."""

    def __init__(
        self,
        volume: Volume,
        seed: int,
        backend: str,
        batch_size: int,
        progress: ProgressCallback | None,
        begin: float,
    ) -> None:
        self.volume = volume
        self.seed = seed
        self.backend = backend
        self.batch_size = batch_size
        self.progress = progress
        self.begin = begin
        self.bound: float | None = None
        self.ranges, invalid = _core.data_range(volume.values, volume.invalid)
        if invalid == volume.samples:
            raise ValueError("the volume has no valid sample: all are NaN, infinite or hidden")
        self.mask = volume.invalid_mask() if invalid else None
        if invalid:
            warnings.warn(
                f"{invalid} of {volume.samples} samples are hidden or not finite; "
                "they are left out and decode to NaN (integers: to the minimum)",
                stacklevel=3,
            )

    @property
    def data_range(self) -> float:
        """Between the smallest and the largest value of all components."""
        return float(self.ranges[:, 1].max() - self.ranges[:, 0].min())

    @property
    def is_constant(self) -> bool:
        return bool(np.all(self.ranges[:, 0] == self.ranges[:, 1]))

    def constant_candidate(self) -> Candidate:
        """The smallest network, untrained: values clamped to an empty range are exact."""
        network = sizing.smallest_network(self.volume.components)
        return Candidate(network, np.zeros(network.parameter_count, np.float32), "target")

    def train(self, network: _core.NetworkConfig, goals: Goals) -> Candidate:
        """Train a network until the first goal."""
        return self._run(self._training(network, goals), network)

    def train_to_psnr(
        self, network: _core.NetworkConfig, target: float, goals: Goals, may_give_up: bool
    ) -> Candidate:
        """Train a network until its exact PSNR reaches the target; see `Goals` for other ends."""
        training = self._training(network, goals)
        margin = 0.0

        def reached(estimate: float) -> bool:
            nonlocal margin
            if estimate < target + margin:
                return False
            core = self._core_model(network, training.trainer.parameters)
            exact = self._quality(core).psnr
            margin = estimate - exact + ESTIMATE_TOLERANCE
            return exact >= target

        def hopeless(estimate: float) -> bool:
            return may_give_up and estimate < target - HOPELESS_SHORTFALL

        training.goals = Goals(
            goals.steps,
            goals.deadline,
            reached=reached,
            near=lambda estimate: estimate >= target - DECAY_GAIN,
            hopeless=hopeless,
        )
        return self._run(training, network)

    def estimate_residual_bytes(self, bound: float) -> float:
        """About what keeping a bound takes without a network's help."""
        candidate = self.constant_candidate()
        core = self._core_model(candidate.network, candidate.parameters)
        return _core.estimate_residual_bytes(core, self.volume.values, bound)

    def assemble(self, candidate: Candidate) -> Model:
        """The model of a candidate, with its residual where errors are bounded and exact report."""
        core = self._core_model(candidate.network, candidate.parameters)
        if self.bound is not None and not self.is_constant:
            core.residual = _core.make_residual(core, self.volume.values, self.bound)
        quality = self._quality(core)
        if self.bound is not None and quality.maximum_error > self.bound:
            raise RuntimeError(
                f"a decoded value is {quality.maximum_error} off, more than the {self.bound} asked "
                "for; please report this"
            )
        core.macro_cells = _core.compute_macro_cells(core, sizing.MACRO_CELL_SIZE)
        core.report = _core.FitReport(
            psnr=quality.psnr,
            ssim=quality.ssim,
            maximum_error=quality.maximum_error,
            percentile_999_error=quality.percentile_999_error,
            mean_error=quality.mean_error,
            error_histogram=quality.error_histogram,
            steps=candidate.steps,
            seed=self.seed,
            original_bytes=self.volume.original_bytes,
            backend=self.backend,
            stop_reason=candidate.stop_reason,
        )
        core.macro_cells = _core.coarsen_macro_cells(core, _macro_cell_budget(core))
        return Model(core, candidate.history, time.perf_counter() - self.begin)

    def _training(self, network: _core.NetworkConfig, goals: Goals) -> Training:
        sampler = _core.Sampler(self.volume.values, self.ranges, self.seed, self.mask)
        trainer = backends.make_trainer(self.backend, network, sampler, self.seed)

        def estimate_psnr() -> float:
            return psnr_of(
                _core.estimate_mse(
                    network, trainer.parameters, sampler, ESTIMATE_SAMPLES, self.seed
                )
            )

        def report(entry: HistoryEntry, fraction: float) -> bool:
            if self.progress is None:
                return True
            size = sizing.network_bytes(network)
            state = FitProgress(entry.step, fraction, entry.seconds, entry.loss, entry.psnr, size)
            return self.progress(state) is not False

        return Training(trainer, goals, self.batch_size, estimate_psnr, report, self.begin)

    def _run(self, training: Training, network: _core.NetworkConfig) -> Candidate:
        stop_reason = training.run()
        trainer = training.trainer
        return Candidate(network, trainer.parameters, stop_reason, trainer.steps, training.history)

    def _core_model(
        self, network: _core.NetworkConfig, parameters: NDArray[np.float32]
    ) -> _core.Model:
        volume = self.volume
        array = _core.ArrayInfo(
            name=volume.name,
            type=volume.values.dtype.name,
            association=volume.association,
            ranges=[(low, high) for low, high in self.ranges],
        )
        return _core.Model(network, parameters, volume.geometry, array, invalid=self.mask)

    def _quality(self, core: _core.Model) -> _core.Quality:
        return _core.compare(core, self.volume.values, self.mask)


def _macro_cell_budget(core: _core.Model) -> int:
    """Bytes that a model may spend on macro cells, by what all else takes."""
    parts = dict(_core.parts(core.to_bytes()))
    return sizing.macro_cell_budget(sum(parts.values()) - parts["macro_cells"])
