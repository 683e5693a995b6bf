# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""One volume to be fitted: networks are trained on it and become models of it."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from neuralvolume import _core, backends, sizing
from neuralvolume.model import Model
from neuralvolume.rate_control import RateControl
from neuralvolume.trainees import CodedTrainee, PlainTrainee
from neuralvolume.training import (
    FitProgress,
    Goals,
    HistoryEntry,
    StopReason,
    Training,
    never,
)
from neuralvolume.volume import Volume

ProgressCallback = Callable[[FitProgress], bool | None]

TRAINING_SAMPLES = 40 << 20
MAX_CORRECTIONS = 4
LARGEST_DEAD_ZONE = 1024.0  # steps: nothing is left
DEAD_ZONE_TOLERANCE = 1e-5


@dataclass(frozen=True)
class Candidate:
    """A network that was trained, and why it was not trained further.

    `parameters` are not rounded yet: what is below `dead_zone` steps will be 0.
    """

    network: _core.NetworkConfig
    parameters: NDArray[np.float32]
    quantisation: _core.Quantisation
    stop_reason: StopReason
    steps: int = 0
    history: list[HistoryEntry] = field(default_factory=list)
    dead_zone: float = 0.5

    @property
    def estimated_psnr(self) -> float:
        return self.history[-1].psnr

    @property
    def rounded(self) -> NDArray[np.float32]:
        return _core.round_parameters(
            self.network, self.quantisation, self.parameters, self.dead_zone
        )

    @property
    def size(self) -> int:
        """Bytes of the parameters in a file."""
        return _core.coded_size(self.network, self.quantisation, self.rounded)

    def within(self, size: int) -> Candidate:
        """The candidate without its smallest parameters, so that the rest take `size` bytes."""
        low, high = 0.5, LARGEST_DEAD_ZONE
        if self.size <= size:
            return self
        while high - low > DEAD_ZONE_TOLERANCE:
            middle = (low + high) / 2
            if replace(self, dead_zone=middle).size <= size:
                high = middle
            else:
                low = middle
        return replace(self, dead_zone=high)


@dataclass(frozen=True)
class Limits:
    """How long a network may train; None leaves it to the network's size."""

    steps: int | None = None
    deadline: float | None = None  # in the clock of time.perf_counter
    batch_size: int | None = None


class Problem:
    """A volume, its value ranges and what is the same for all networks that are tried on it."""

    def __init__(
        self,
        volume: Volume,
        seed: int,
        backend: str,
        limits: Limits,
        progress: ProgressCallback | None,
        begin: float,
    ) -> None:
        self.volume = volume
        self.seed = seed
        self.backend = backend
        self.limits = limits
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

    def constant_candidate(self, portable: bool = False) -> Candidate:
        """The smallest network, untrained: values clamped to an empty range are exact."""
        network = sizing.smallest_network(self.volume.components)
        parameters = np.zeros(network.parameter_count, np.float32)
        quantisation = _core.Quantisation()
        if not portable:
            steps = [1.0] * (network.hidden_layers + 1), [1.0] * network.levels
            quantisation = _core.Quantisation(*steps)
        return Candidate(network, parameters, quantisation, "target")

    def train_plain(
        self, network: _core.NetworkConfig, reached: Callable[[float], bool] = never
    ) -> Candidate:
        """Train a network whose parameters stay in half precision, at most until `reached`."""
        sampler, trainer = self._make_trainer(network)
        trainee = PlainTrainee(trainer, network, sampler, self.seed)
        training = self._make_training(trainee, reached=reached)
        return self._candidate(trainee, training, training.run())

    def train_coded(
        self,
        network: _core.NetworkConfig,
        control: RateControl,
        step: float,
        hopeless: Callable[[float], bool] = never,
    ) -> Candidate:
        """Train a network that is quantised, and correct its rate until the control is content.

        Where `hopeless` says so of the PSNR that it explored, it is not even quantised, and the
        stop reason is "converged".
        """
        sampler, trainer = self._make_trainer(network)
        trainee = CodedTrainee(trainer, network, sampler, self.seed, control, step)
        training = self._make_training(trainee, hopeless=hopeless)
        stop_reason = training.run(MAX_CORRECTIONS)
        if stop_reason != "converged":
            trainee.settle()
        for corrections in range(MAX_CORRECTIONS + 1):
            candidate = self._candidate(trainee, training, stop_reason)
            if stop_reason != "steps":
                break
            exact = control.judges_quality
            psnr = self._exact_psnr(candidate) if exact else candidate.estimated_psnr
            if control.is_met(psnr, trainee.size):
                return replace(candidate, stop_reason="target")
            if corrections == MAX_CORRECTIONS or not control.correct(psnr, trainee.size):
                break
            stop_reason = training.correct()
        return candidate

    def estimate_residual_bytes(self, bound: float) -> float:
        """About what keeping a bound takes without a network's help."""
        candidate = self.constant_candidate()
        core = self._core_model(candidate)
        return _core.estimate_residual_bytes(core, self.volume.values, bound)

    def assemble(self, candidate: Candidate) -> Model:
        """The model of a candidate, with its residual where errors are bounded and exact report."""
        core = self._core_model(candidate)
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

    def _make_trainer(self, network: _core.NetworkConfig) -> tuple[_core.Sampler, backends.Trainer]:
        sampler = _core.Sampler(self.volume.values, self.ranges, self.seed, self.mask)
        return sampler, backends.make_trainer(self.backend, network, sampler, self.seed)

    def _make_training(
        self,
        trainee: PlainTrainee,
        reached: Callable[[float], bool] = never,
        hopeless: Callable[[float], bool] = never,
    ) -> Training:
        batch_size = self.limits.batch_size or sizing.batch_size(trainee.network)
        steps = self.limits.steps or TRAINING_SAMPLES // batch_size
        goals = Goals(steps, self.limits.deadline, reached, hopeless)
        return Training(trainee, goals, batch_size, self._reporter(trainee), self.begin)

    def _reporter(self, trainee: PlainTrainee) -> Callable[[HistoryEntry, float], bool]:
        def report(entry: HistoryEntry, fraction: float) -> bool:
            if self.progress is None:
                return True
            size = trainee.size
            state = FitProgress(entry.step, fraction, entry.seconds, entry.loss, entry.psnr, size)
            return self.progress(state) is not False

        return report

    def _candidate(
        self, trainee: PlainTrainee, training: Training, stop_reason: StopReason
    ) -> Candidate:
        return Candidate(
            trainee.network,
            trainee.trainer.parameters,
            trainee.quantisation,
            stop_reason,
            trainee.steps,
            training.history,
        )

    def _exact_psnr(self, candidate: Candidate) -> float:
        return self._quality(self._core_model(candidate)).psnr

    def _core_model(self, candidate: Candidate) -> _core.Model:
        volume = self.volume
        array = _core.ArrayInfo(
            name=volume.name,
            type=volume.values.dtype.name,
            association=volume.association,
            ranges=[(low, high) for low, high in self.ranges],
        )
        return _core.Model(
            candidate.network,
            candidate.rounded,
            volume.geometry,
            array,
            invalid=self.mask,
            quantisation=candidate.quantisation,
        )

    def _quality(self, core: _core.Model) -> _core.Quality:
        return _core.compare(core, self.volume.values, self.mask)


def _macro_cell_budget(core: _core.Model) -> int:
    """Bytes that a model may spend on macro cells, by what all else takes."""
    parts = dict(_core.parts(core.to_bytes()))
    return sizing.macro_cell_budget(sum(parts.values()) - parts["macro_cells"])
