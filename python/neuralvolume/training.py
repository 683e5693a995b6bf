# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""The training loop: when the learning rate decays, when to look, when to stop."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from neuralvolume.backends import Trainer

StopReason = Literal["target", "converged", "steps", "time", "cancelled"]

CHECK_STEPS = 50
LEARNING_RATE = 1e-2
FINAL_LEARNING_RATE = 5e-4
DECAY_SHARE = 0.3
PLATEAU_GAIN = 0.1
PLATEAU_MIN_CHECKS = 20
PLATEAU_WINDOW = 5


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
        Mean L1 loss of the last steps, values normalised to [0, 1].
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
    """The learning rate over steps: constant while it explores, then decaying to a small fraction.

    The decay takes the same share of all steps whenever it begins: with `steps` in view, or
    earlier, once the PSNR stops rising, the target is near or most of the time is over.
    A decay towards a near target is a bet; where it is lost, another schedule goes the whole way.
    """

    def __init__(self, steps: int, checks_before: int = 0) -> None:
        self.end = steps
        self.decay_begin = steps - int(steps * DECAY_SHARE)
        self.reason: StopReason = "steps"
        self.checks_before = checks_before
        self.is_bet = False

    @property
    def may_bet(self) -> bool:
        """Only the first schedule of a training may: who lost a bet goes the whole way."""
        return self.checks_before == 0

    def learning_rate(self, step: int) -> float:
        decayed = (step - self.decay_begin) / max(1, self.end - self.decay_begin)
        return LEARNING_RATE * (FINAL_LEARNING_RATE / LEARNING_RATE) ** min(max(decayed, 0.0), 1.0)

    def is_exploring(self, step: int) -> bool:
        return step < self.decay_begin

    def begin_decay(self, step: int, reason: StopReason = "steps") -> None:
        self.decay_begin, self.reason = step, reason
        self.end = min(self.end, math.ceil(step / (1 - DECAY_SHARE)))

    def bet(self, step: int) -> None:
        self.is_bet = True
        self.begin_decay(step)


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
    near : callable
        Takes the estimated PSNR and says whether the decay may bring it to the target.
    hopeless : callable
        Takes the PSNR where it stopped rising and says whether to give up without the decay.
    """

    steps: int
    deadline: float | None = None
    reached: Callable[[float], bool] = never
    near: Callable[[float], bool] = never
    hopeless: Callable[[float], bool] = never


def has_plateaued(history: list[HistoryEntry]) -> bool:
    """Whether the PSNR has hardly risen since half the steps."""
    if len(history) < PLATEAU_MIN_CHECKS:
        return False
    middle = len(history) // 2
    then = np.mean([entry.psnr for entry in history[middle - PLATEAU_WINDOW : middle]])
    now = np.mean([entry.psnr for entry in history[-PLATEAU_WINDOW:]])
    return bool(now - then < PLATEAU_GAIN)


@dataclass
class Training:
    """A trainer on its way to its goals.

    Attributes
    ----------
    estimate_psnr : callable
        The PSNR in dB that the trainer's parameters give; asked every few steps.
    report : callable
        Called with the newest entry of the log and the fraction done; False cancels.
    history : list of HistoryEntry
        The log; its seconds count from `begin`, in the clock of `time.perf_counter`.
    """

    trainer: Trainer
    goals: Goals
    batch_size: int
    estimate_psnr: Callable[[], float]
    report: Callable[[HistoryEntry, float], bool]
    begin: float
    history: list[HistoryEntry] = field(default_factory=list)

    def run(self) -> StopReason:
        """Train until the first goal; say which."""
        schedule, started = Schedule(self.goals.steps), time.perf_counter()
        while self.trainer.steps < schedule.end:
            entry = self._advance(schedule)
            time_used = self._time_used(started)
            done = max(self.trainer.steps / schedule.end, time_used)
            if not self.report(entry, min(done, 1.0)):
                return "cancelled"
            if self.goals.reached(entry.psnr):
                return "target"
            if time_used >= 1.0:
                return "time"
            if schedule.is_exploring(self.trainer.steps):
                if self._is_hopeless(schedule, entry.psnr):
                    return "converged"
                self._steer(schedule, entry.psnr, time_used)
            elif schedule.is_bet and self.trainer.steps == schedule.end < self.goals.steps:
                schedule = Schedule(self.goals.steps, len(self.history))
        return schedule.reason

    def _is_hopeless(self, schedule: Schedule, psnr: float) -> bool:
        return self._has_plateaued(schedule) and self.goals.hopeless(psnr)

    def _has_plateaued(self, schedule: Schedule) -> bool:
        return has_plateaued(self.history[schedule.checks_before :])

    def _steer(self, schedule: Schedule, psnr: float, time_used: float) -> None:
        """Begin the decay where exploring further brings little."""
        if schedule.may_bet and self.goals.near(psnr):
            schedule.bet(self.trainer.steps)
        elif self._has_plateaued(schedule):
            schedule.begin_decay(self.trainer.steps, "converged")
        elif time_used >= 1 - DECAY_SHARE:
            schedule.begin_decay(self.trainer.steps, "time")

    def _advance(self, schedule: Schedule) -> HistoryEntry:
        """Train until the next check; its entry in the log."""
        steps = min(CHECK_STEPS, schedule.end - self.trainer.steps)
        rate = schedule.learning_rate(self.trainer.steps)
        loss = self.trainer.run(steps, self.batch_size, rate)
        seconds = time.perf_counter() - self.begin
        entry = HistoryEntry(self.trainer.steps, seconds, loss, self.estimate_psnr())
        self.history.append(entry)
        return entry

    def _time_used(self, started: float) -> float:
        """Fraction of the time between `started` and the deadline that is over."""
        if self.goals.deadline is None:
            return 0.0
        return (time.perf_counter() - started) / max(self.goals.deadline - started, 1e-9)


def psnr_of(normalised_mse: float) -> float:
    """PSNR in dB from a mean squared error relative to the squared range; infinite when exact."""
    return math.inf if normalised_mse <= 0.0 else -10.0 * math.log10(normalised_mse)
