# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""The training loop: when the learning rate decays, when to look, when to stop."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal, Protocol

StopReason = Literal["target", "steps", "time", "stopped"]

CHECK_STEPS = 100
LEARNING_RATE = 2e-2
CORRECTION_RATE = 2e-3
CONTINUATION_RATE = 1e-2
# Measured on fMRI and on waves that move by up to 4 voxels in a time step: such a share of a
# training is as good as all of one from scratch, where the start has lost nothing; twice that for
# each 6 dB.
LEAST_CONTINUATION_SHARE, LARGEST_CONTINUATION_SHARE = 0.1, 0.5
DECIBELS_PER_OCTAVE = 6.0
FINAL_LEARNING_RATE = 5e-4
SETTLING_SHARE = 0.85
SETTLING_HOLD = 0.3
CORRECTION_SHARE = 0.05


@dataclass(frozen=True)
class HistoryEntry:
    """One line of the training log: `loss` is the mean over the steps since the last one."""

    step: int
    seconds: float
    loss: float
    psnr: float


@dataclass(frozen=True)
class FitProgress:
    """Where a fit stands, as its progress callback sees it.

    Attributes
    ----------
    step : int
        Optimiser steps of the network now in training.
    fraction : float
        Of the longest that this network may still train, 0 to 1.
    seconds : float
        Since the fit began.
    loss : float
        Mean squared difference of the last steps, values normalised to [0, 1].
    psnr : float
        Estimate in dB at random samples; the report of the model has the exact value.
    network_bytes : int
        Size of the network now in training; grows where a PSNR target asks for it.
    """

    step: int
    fraction: float
    seconds: float
    loss: float
    psnr: float
    network_bytes: int


class Schedule:
    """The learning rate over steps: constant while the network explores, then it settles.

    Settling takes the same share of all steps whenever it begins: with `steps` in view, or earlier,
    once its share of the time is left. Its first part keeps the rate, so that a network that is
    quantised there can move on; then the rate decays to a small fraction.
    """

    def __init__(self, steps: int) -> None:
        self.end = steps
        self.settling_begin = steps - int(steps * SETTLING_SHARE)
        self.decay_begin = self.settling_begin + int(SETTLING_HOLD * steps * SETTLING_SHARE)
        self.rate = LEARNING_RATE
        self.reason: StopReason = "steps"

    @classmethod
    def correction(cls, begin: int, steps: int) -> Schedule:
        """More of what comes last: the decay from a lower rate."""
        schedule = cls(begin + steps)
        schedule.settling_begin = schedule.decay_begin = begin
        schedule.rate = CORRECTION_RATE
        return schedule

    @classmethod
    def continuation(cls, steps: int) -> Schedule:
        """For a network that begins from what another one has learned: nothing to explore."""
        schedule = cls(steps)
        schedule.settling_begin = 0
        schedule.decay_begin = int(SETTLING_HOLD * steps)
        schedule.rate = CONTINUATION_RATE
        return schedule

    def learning_rate(self, step: int) -> float:
        decayed = (step - self.decay_begin) / max(1, self.end - self.decay_begin)
        return self.rate * (FINAL_LEARNING_RATE / self.rate) ** min(max(decayed, 0.0), 1.0)

    def is_exploring(self, step: int) -> bool:
        return step < self.settling_begin

    def progress(self, step: int) -> float:
        """Of settling, from 0 to 1."""
        return (step - self.settling_begin) / max(1, self.end - self.settling_begin)

    def steps_from(self, step: int) -> int:
        """Until the next check."""
        end = self.settling_begin if self.is_exploring(step) else self.end
        return min(CHECK_STEPS, end - step)

    def begin_settling(self, step: int, reason: StopReason) -> None:
        self.end = min(self.end, math.ceil(step / (1 - SETTLING_SHARE)))
        self.settling_begin = step
        self.decay_begin = step + int(SETTLING_HOLD * (self.end - step))
        self.reason = reason


def continuation_share(lost: float) -> float:
    """Of a training's steps, where a start has lost so many dB since it was trained."""
    octaves = max(lost, 0.0) / DECIBELS_PER_OCTAVE
    return min(LEAST_CONTINUATION_SHARE * 2.0**octaves, LARGEST_CONTINUATION_SHARE)


def never(_psnr: float) -> bool:
    """For a goal that is not set."""
    return False


@dataclass(frozen=True)
class Goals:
    """What ends a training: whichever comes first.

    Attributes
    ----------
    steps : int
        The longest schedule.
    deadline : float, optional
        In the clock of `time.perf_counter`.
    reached : callable
        Takes the estimated PSNR and says whether the target is met.
    explores : bool
        Whether there is something to explore: not where the network has learned elsewhere.
    """

    steps: int
    deadline: float | None = None
    reached: Callable[[float], bool] = never
    explores: bool = True


class Trainee(Protocol):
    """What a training moves towards its goals."""

    @property
    def steps(self) -> int:
        """Optimiser steps done so far."""

    def run(self, steps: int, batch_size: int, learning_rate: float) -> float:
        """Take optimiser steps; the mean of their losses."""

    def estimate_psnr(self) -> float:
        """What the network now reaches, in dB."""

    def settle(self) -> None:
        """Take note that exploring is over."""

    def observe(self, progress: float, psnr: float) -> None:
        """Take note of the PSNR in dB, at `progress` of settling, 0 to 1."""


@dataclass
class Training:
    """A network on its way to its goals.

    Attributes
    ----------
    report : callable
        Called with the newest entry of the log and the fraction done; False stops.
    history : list of HistoryEntry
        The log; its seconds count from `begin`, in the clock of `time.perf_counter`.
    """

    trainee: Trainee
    goals: Goals
    batch_size: int
    report: Callable[[HistoryEntry, float], bool]
    begin: float
    history: list[HistoryEntry] = field(default_factory=list)

    def run(self, corrections: int = 0) -> StopReason:
        """Train until the first goal, leaving steps for so many corrections; say which."""
        steps = self.goals.steps - corrections * self._correction_steps
        schedule = Schedule if self.goals.explores else Schedule.continuation
        return self._follow(schedule(steps))

    def correct(self) -> StopReason:
        """Train some more, settled; say what ended it."""
        return self._follow(Schedule.correction(self.trainee.steps, self._correction_steps))

    @property
    def _correction_steps(self) -> int:
        return int(self.goals.steps * CORRECTION_SHARE)

    def _follow(self, schedule: Schedule) -> StopReason:
        started, is_settled = time.perf_counter(), False
        while self.trainee.steps < schedule.end:
            if not is_settled and not schedule.is_exploring(self.trainee.steps):
                self.trainee.settle()
                is_settled = True
            entry = self._advance(schedule, started)
            time_used = self._time_used(started)
            done = max(self.trainee.steps / schedule.end, time_used)
            if not self.report(entry, min(done, 1.0)):
                return "stopped"
            if self.goals.reached(entry.psnr):
                return "target"
            if time_used >= 1.0:
                return "time"
            self._steer(schedule, entry, started)
        return schedule.reason

    def _steer(self, schedule: Schedule, entry: HistoryEntry, started: float) -> None:
        """Let the network follow its target, and settle in time."""
        if not schedule.is_exploring(entry.step):
            progress = schedule.progress(self._position(schedule, started))
            self.trainee.observe(progress, entry.psnr)
        elif self._time_used(started) >= 1 - SETTLING_SHARE:
            schedule.begin_settling(entry.step, "time")

    def _advance(self, schedule: Schedule, started: float) -> HistoryEntry:
        """Train until the next check; its entry in the log."""
        steps = schedule.steps_from(self.trainee.steps)
        rate = schedule.learning_rate(self._position(schedule, started))
        loss = self.trainee.run(steps, self.batch_size, rate)
        seconds = time.perf_counter() - self.begin
        entry = HistoryEntry(self.trainee.steps, seconds, loss, self.trainee.estimate_psnr())
        self.history.append(entry)
        return entry

    def _position(self, schedule: Schedule, started: float) -> int:
        """Within the schedule, by steps or by time, whichever is farther."""
        return max(self.trainee.steps, int(min(self._time_used(started), 1.0) * schedule.end))

    def _time_used(self, started: float) -> float:
        """Fraction of the time between `started` and the deadline that is over."""
        if self.goals.deadline is None:
            return 0.0
        return (time.perf_counter() - started) / max(self.goals.deadline - started, 1e-9)


def psnr_of(normalised_mse: float) -> float:
    """PSNR in dB from a mean squared error relative to the squared range; infinite when exact."""
    return math.inf if normalised_mse <= 0.0 else -10.0 * math.log10(normalised_mse)
