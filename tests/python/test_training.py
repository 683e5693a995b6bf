# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""The training loop, on trainers whose PSNR over steps is known in closed form."""

import math
import time
from itertools import pairwise

import pytest
from neuralvolume.training import (
    CHECK_STEPS,
    FINAL_LEARNING_RATE,
    LEARNING_RATE,
    Goals,
    Schedule,
    Training,
    psnr_of,
)


class Course:
    """A trainer that reaches psnr(steps), each step of which takes some seconds."""

    def __init__(self, psnr, seconds_per_step=0.0):
        self.psnr = psnr
        self.seconds_per_step = seconds_per_step
        self.steps = 0
        self.learning_rates = []

    def run(self, steps, _batch_size, learning_rate):
        time.sleep(steps * self.seconds_per_step)
        self.learning_rates += [learning_rate] * steps
        self.steps += steps
        return 0.1


def train(course, report=lambda _entry, _fraction: True, **goals):
    begin = time.perf_counter()
    if "time_limit" in goals:
        goals["deadline"] = begin + goals.pop("time_limit")
    training = Training(
        course, Goals(**goals), 256, lambda: course.psnr(course.steps), report, begin
    )
    return training.run(), training


def rising(step):
    return 10 * math.log10(1 + step)


def saturating(step):
    return 30 * (1 - math.exp(-step / 50))


def test_learning_rate_is_constant_then_decays_to_its_end():
    schedule = Schedule(1000)
    assert {schedule.learning_rate(step) for step in range(0, 701, 100)} == {LEARNING_RATE}
    rates = [schedule.learning_rate(step) for step in range(700, 1001, 50)]
    assert all(later < earlier for earlier, later in pairwise(rates))
    assert rates[-1] == pytest.approx(FINAL_LEARNING_RATE)


def test_steps_end_a_training_that_keeps_rising():
    course = Course(rising)
    reason, training = train(course, steps=810)
    assert (reason, course.steps) == ("steps", 810)
    assert training.history[-1].step == 810


def test_training_converges_where_the_psnr_saturates():
    course = Course(saturating)
    reason, _ = train(course, steps=100_000)
    assert reason == "converged"
    assert 400 <= course.steps < 5000
    assert course.learning_rates[-1] < 2 * FINAL_LEARNING_RATE


def test_training_stops_at_the_first_check_that_reaches_the_target():
    course = Course(rising)
    reason, training = train(course, steps=10_000, reached=lambda psnr: psnr >= 25)
    assert reason == "target"
    assert rising(course.steps) >= 25 > rising(course.steps - CHECK_STEPS)
    assert len(training.history) == course.steps // CHECK_STEPS


def test_near_target_begins_the_decay():
    course = Course(rising)
    reason, _ = train(
        course, steps=10_000, near=lambda psnr: psnr >= 24.5, reached=lambda psnr: psnr >= 26
    )
    assert reason == "target"
    assert course.learning_rates[0] == LEARNING_RATE > course.learning_rates[-1]


def test_decay_that_misses_a_near_target_is_followed_by_the_whole_schedule():
    course = Course(rising)
    reason, _ = train(
        course, steps=3000, near=lambda psnr: psnr >= 25, reached=lambda psnr: psnr >= 100
    )
    assert (reason, course.steps) == ("steps", 3000)
    rates = course.learning_rates
    bet_end = next(i for i in range(1, 3000) if rates[i] > rates[i - 1])
    assert rates[bet_end - 1] < 0.1 * LEARNING_RATE
    assert rates[bet_end] == LEARNING_RATE
    assert rates[-1] < 0.1 * LEARNING_RATE


def test_hopeless_training_ends_without_decay():
    course = Course(saturating)
    reason, _ = train(course, steps=100_000, hopeless=lambda psnr: psnr < 50)
    assert reason == "converged"
    assert set(course.learning_rates) == {LEARNING_RATE}


def test_time_ends_a_training_after_its_decay():
    course = Course(rising, seconds_per_step=1e-4)
    begin = time.perf_counter()
    reason, _ = train(course, steps=10**6, time_limit=0.5)
    assert reason == "time"
    assert time.perf_counter() - begin < 1.0
    assert course.learning_rates[-1] < 0.2 * LEARNING_RATE


def test_report_cancels_and_sees_the_fraction_rise():
    fractions = []

    def report(_entry, fraction):
        fractions.append(fraction)
        return len(fractions) < 5

    course = Course(rising)
    reason, _ = train(course, report, steps=1000)
    assert (reason, course.steps) == ("cancelled", 5 * CHECK_STEPS)
    assert fractions == sorted(fractions)
    assert fractions[0] > 0
    assert fractions[-1] <= 1


def test_psnr_of_mean_squared_errors():
    assert psnr_of(1e-3) == pytest.approx(30)
    assert psnr_of(0.0) == math.inf
