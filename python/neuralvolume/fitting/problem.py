# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""One volume to be fitted: networks are trained on it and become models of it."""

from __future__ import annotations

import math
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from neuralvolume import _core, backends
from neuralvolume.fitting.candidate import Candidate
from neuralvolume.fitting.draft import Draft
from neuralvolume.fitting.rate_control import RateControl
from neuralvolume.fitting.sizing import coded_networks, portable_networks
from neuralvolume.fitting.trainees import CodedTrainee, PlainTrainee
from neuralvolume.fitting.training import (
    FitProgress,
    Goals,
    HistoryEntry,
    StopReason,
    Training,
    continuation_share,
    never,
)
from neuralvolume.model import Model
from neuralvolume.volume import Volume

ProgressCallback = Callable[[FitProgress], bool | None]

TRAINING_SAMPLES = 40 << 20
MAX_CORRECTIONS = 4


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
        self._progress = progress
        self._state: FitProgress | None = None
        self._is_stopped = False
        self.begin = begin
        self.bound: float | None = None
        self.start: Model | None = None
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
        network = portable_networks.smallest_network(self.volume.components)
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
        self, network: _core.NetworkConfig, control: RateControl, step: float
    ) -> Candidate:
        """Train a network that is quantised, in view of a residual where a target may have one.

        Where that is not worthwhile, correct the rate until the control is content.
        """
        sampler, trainer = self._make_trainer(network)
        may_have_residual = control.has_target and self.bound is None
        values = self.volume.samples * self.volume.components if may_have_residual else None
        trainee = CodedTrainee(trainer, network, sampler, self.seed, control, step, values)
        training = self._make_training(trainee)
        if (start := self._start_of(network)) is not None:
            trainee.settle()
            control.resume(_network_psnr(start), trainee.size)
        stop_reason = training.run(MAX_CORRECTIONS)
        trainee.settle()
        candidate = self._candidate(trainee, training, stop_reason)
        if stop_reason != "steps" or candidate.residual_half_step is not None:
            return candidate
        return self._correct(trainee, training, control)

    def _correct(
        self, trainee: CodedTrainee, training: Training, control: RateControl
    ) -> Candidate:
        """Correct the rate until the control is content; else the end that it ranks highest."""
        stop_reason: StopReason = "steps"
        ends = list[tuple[float, Candidate]]()
        while True:
            candidate = self._candidate(trainee, training, stop_reason)
            exact = control.judges_quality
            psnr = self.draft(candidate).quality.psnr if exact else candidate.estimated_psnr
            if control.is_met(psnr, trainee.size):
                return replace(candidate, stop_reason="target")
            ends.append((control.rank(psnr, trainee.size), candidate))
            is_over = stop_reason != "steps" or len(ends) > MAX_CORRECTIONS
            if is_over or not control.correct(psnr, trainee.size):
                best = max(ends, key=lambda end: end[0])[1]
                return replace(best, stop_reason=stop_reason)
            stop_reason = training.correct()

    def estimate_residual_bytes(self, bound: float) -> float:
        """About what keeping a bound takes without a network's help."""
        core = self.draft(self.constant_candidate()).core
        return _core.estimate_residual_bytes(core, self.volume.values, bound)

    def draft(self, candidate: Candidate) -> Draft:
        return Draft(candidate, self.volume, self.ranges, self.mask)

    def finish(self, draft: Draft) -> Model:
        """The model of a draft, with the residual of the bound that was asked for."""
        if self.bound is not None and not self.is_constant:
            draft.bound_errors(self.bound)
        draft.finish(self.seed, self.backend)
        return Model(draft.core, draft.candidate.history, time.perf_counter() - self.begin)

    def _make_trainer(self, network: _core.NetworkConfig) -> tuple[_core.Sampler, backends.Trainer]:
        sampler = _core.Sampler(self.volume.values, self.ranges, self.seed, self.mask)
        trainer = backends.make_trainer(self.backend, network, sampler, self.seed)
        if (start := self._start_of(network)) is not None:
            trainer.parameters = start.core.parameters.astype(np.float32)
        return sampler, trainer

    def _start_of(self, network: _core.NetworkConfig) -> Model | None:
        """The model that a network can begin from: one of the same network."""
        return self.start if self.start is not None and self.start.network == network else None

    def _make_training(
        self,
        trainee: PlainTrainee,
        reached: Callable[[float], bool] = never,
    ) -> Training:
        batch_size = self.limits.batch_size or coded_networks.batch_size(trainee.network)
        steps = self.limits.steps or TRAINING_SAMPLES // batch_size
        start = self._start_of(trainee.network)
        if start is not None:
            lost = _lost_psnr(start, trainee.estimate_psnr())
            steps = math.ceil(steps * continuation_share(lost))
        goals = Goals(steps, self.limits.deadline, reached, explores=start is None)
        return Training(trainee, goals, batch_size, self._reporter(trainee), self.begin)

    def goes_on(self) -> bool:
        """Ask whether to look for something better, in what takes long after a training."""
        if self._progress and self._state and not self._is_stopped:
            self._is_stopped = self._progress(self._state) is False
        return not self._is_stopped

    def _reporter(self, trainee: PlainTrainee) -> Callable[[HistoryEntry, float], bool]:
        def report(entry: HistoryEntry, fraction: float) -> bool:
            if self._progress is not None:
                size = trainee.size
                self._state = FitProgress(
                    entry.step, fraction, entry.seconds, entry.loss, entry.psnr, size
                )
            return self.goes_on()

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
            trainee.residual_half_step,
        )


def _lost_psnr(start: Model, psnr: float) -> float:
    """How many dB a start has less on a volume than its training gave, or would have given."""
    is_unfinished = start.report.stop_reason in ("time", "stopped")
    return math.inf if is_unfinished else _network_psnr(start) - psnr


def _network_psnr(model: Model) -> float:
    """In dB, without a residual."""
    report = model.report
    return float(report.psnr if report.network_psnr is None else report.network_psnr)
