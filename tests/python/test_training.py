# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""The training loop, on trainers whose PSNR over steps is known in closed form."""

import math
import time
from itertools import pairwise

import pytest
from neuralvolume.fitting.training import (
    CHECK_STEPS,
    CONTINUATION_RATE,
    FINAL_LEARNING_RATE,
    LEARNING_RATE,
    SETTLING_HOLD,
    SETTLING_SHARE,
    Goals,
    Schedule,
    Training,
    continuation_share,
    psnr_of,
)


class Course:
    """A trainee that reaches psnr(steps), each step of which takes some seconds."""

    def __init__(self, psnr, seconds_per_step=0.0):
        self.psnr = psnr
        self.seconds_per_step = seconds_per_step
        self.steps = 0
        self.learning_rates = []
        self.settled = []
        self.observed = []

    def run(self, steps, _batch_size, learning_rate):
        time.sleep(steps * self.seconds_per_step)
        self.learning_rates += [learning_rate] * steps
        self.steps += steps
        return 0.1

    def estimate_psnr(self):
        return self.psnr(self.steps)

    def settle(self):
        self.settled.append(self.steps)

    def observe(self, progress, _psnr):
        self.observed.append(progress)


def make(course, report=lambda _entry, _fraction: True, **goals):
    begin = time.perf_counter()
    if "time_limit" in goals:
        goals["deadline"] = begin + goals.pop("time_limit")
    return Training(course, Goals(**goals), 256, report, begin)


def train(course, report=lambda _entry, _fraction: True, **goals):
    training = make(course, report, **goals)
    return training.run(), training


def rising(step):
    return 10 * math.log10(1 + step)


def test_learning_rate_is_constant_then_decays_to_its_end():
    schedule = Schedule(1000)
    hold = int(1000 * (1 - SETTLING_SHARE + SETTLING_HOLD * SETTLING_SHARE))
    assert {schedule.learning_rate(step) for step in range(0, hold, 50)} == {LEARNING_RATE}
    rates = [schedule.learning_rate(step) for step in range(hold + 10, 1001, 50)]
    assert all(later < earlier for earlier, later in pairwise(rates))
    assert schedule.learning_rate(1000) == pytest.approx(FINAL_LEARNING_RATE)


def test_network_settles_once_and_is_observed_from_there_on():
    course = Course(rising)
    train(course, steps=1000)
    assert course.settled == [1000 - int(1000 * SETTLING_SHARE)]
    assert course.observed == sorted(course.observed)
    assert course.observed[-1] == 1


def test_corrections_go_on_at_a_lower_rate_within_the_steps():
    course = Course(rising)
    training = make(course, steps=1000)
    assert training.run(corrections=2) == "steps"
    before = course.steps
    assert training.correct() == training.correct() == "steps"
    assert before < course.steps <= 1000
    assert course.learning_rates[before] < LEARNING_RATE
    assert course.learning_rates[-1] < LEARNING_RATE / 2
    assert [entry.step for entry in training.history][-1] == course.steps


def test_a_continuation_is_settled_from_the_first_step():
    course = Course(rising)
    train(course, steps=1000, explores=False)
    assert course.settled == [0]
    hold = int(1000 * SETTLING_HOLD)
    assert set(course.learning_rates[:hold]) == {CONTINUATION_RATE}
    assert course.learning_rates[-1] < CONTINUATION_RATE / 5


def test_a_continuation_takes_more_steps_the_more_its_start_has_lost():
    least, largest = continuation_share(0), continuation_share(100)
    assert least == continuation_share(-1) < largest < 1
    assert continuation_share(math.inf) == largest
    assert continuation_share(6) == 2 * least


@pytest.mark.parametrize("explores", [True, False])
def test_a_training_whose_time_is_short_decays_in_it(explores):
    course = Course(rising, seconds_per_step=1e-4)
    train(course, steps=100_000, time_limit=0.5, explores=explores)
    assert course.learning_rates[-1] < course.learning_rates[0] / 2
    assert course.observed[-1] > 0.5


def test_steps_end_a_training_that_keeps_rising():
    course = Course(rising)
    reason, training = train(course, steps=810)
    assert (reason, course.steps) == ("steps", 810)
    assert training.history[-1].step == 810


def test_training_stops_at_the_first_check_that_reaches_the_target():
    course = Course(rising)
    reason, training = train(course, steps=10_000, reached=lambda psnr: psnr >= 25)
    assert reason == "target"
    assert rising(course.steps) >= 25 > rising(course.steps - CHECK_STEPS)
    assert training.history[-1].step == course.steps


def test_time_ends_a_training_after_its_decay():
    course = Course(rising, seconds_per_step=1e-4)
    begin = time.perf_counter()
    reason, _ = train(course, steps=10**6, time_limit=0.5)
    assert reason == "time"
    assert time.perf_counter() - begin < 1.0
    assert course.learning_rates[-1] < 0.2 * LEARNING_RATE


def test_report_stops_and_sees_the_fraction_rise():
    fractions = []

    def report(_entry, fraction):
        fractions.append(fraction)
        return len(fractions) < 5

    course = Course(rising)
    reason, _ = train(course, report, steps=1000)
    assert (reason, len(fractions)) == ("stopped", 5)
    assert course.steps < 1000
    assert fractions == sorted(fractions)
    assert fractions[0] > 0
    assert fractions[-1] <= 1


def test_psnr_of_mean_squared_errors():
    assert psnr_of(1e-3) == pytest.approx(30)
    assert psnr_of(0.0) == math.inf
