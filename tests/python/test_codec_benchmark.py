# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""What the codec benchmark computes from its measurements; the other codecs are not needed."""

import math

import numpy as np
import pytest
from neuralvolume.volume import as_volume

from tests.benchmarks.codec import summary
from tests.benchmarks.codec.curves import bytes_at, front, psnr_at
from tests.benchmarks.codec.points import OURS, Point, measure
from tests.benchmarks.codec.record import Record
from tests.benchmarks.codec.subjects import Subject

EXPONENTIAL = [(psnr, 100 * 2 ** (psnr / 5)) for psnr in (25.0, 30.0, 37.0, 45.0)]


def point(codec, psnr, size, volume="v", task="curve", setting=30.0, seed=None):
    return Point(task, volume, codec, "", setting, size, 1e6 / size, psnr, 0.01, 1.0, 0.1, seed)


@pytest.mark.parametrize("psnr", [25, 28.3, 37, 44.9])
def test_exponential_curve_is_interpolated_exactly(psnr):
    size = 100 * 2 ** (psnr / 5)
    assert bytes_at(psnr, EXPONENTIAL) == pytest.approx(size)
    assert psnr_at(size, EXPONENTIAL) == pytest.approx(psnr)


def test_beaten_points_do_not_count():
    assert front([(30, 500), (28, 900), (35, 800), (35, 700)]) == [(30, 500), (35, 700)]


def test_outside_the_curve_the_smallest_point_serves_and_nothing_is_extrapolated():
    assert bytes_at(10, EXPONENTIAL) == EXPONENTIAL[0][1]
    assert bytes_at(46, EXPONENTIAL) is None
    assert psnr_at(EXPONENTIAL[0][1] - 1, EXPONENTIAL) is None
    assert psnr_at(1e9, EXPONENTIAL) == 45
    assert bytes_at(30, []) is None


def test_lossless_point_ends_a_curve():
    curve = [(40.0, 1000), (math.inf, 4000)]
    assert bytes_at(41, curve) == pytest.approx(4000)
    assert psnr_at(3999, curve) == 40


def test_equal_psnr_takes_the_median_over_seeds_and_counts_wins():
    points = [point("SZ3", 20, 1000), point("SZ3", 40, 1000 * 2**4)]
    points += [point(OURS, 30, size, seed=seed) for seed, size in enumerate((2000, 1000, 8000))]
    points += [point(OURS, 40, 32000, setting=40.0, seed=0)]
    rows = summary.at_equal_psnr(points)
    assert [row["SZ3"] for row in rows] == pytest.approx([0.5, 2])
    assert summary.medians(rows)[-1] == {"asked": "all", "SZ3": 1.25, "wins: SZ3": "1/2"}


def test_equal_bound_takes_the_smaller_binding_of_the_same_bound():
    points = [point("SZ3", 50, size, task="bound", setting=0.01) for size in (4000, 3000)]
    points += [point("SZ3", 70, 9000, task="bound", setting=0.001)]
    points += [point(OURS, 50, 1500, task="bound", setting=0.01, seed=0)]
    assert [row["SZ3"] for row in summary.at_equal_bound(points)] == [0.5]


def test_quality_is_by_the_range_of_the_valid_samples_of_all_components():
    values = np.zeros((4, 5, 6, 2), np.float32)
    values[0, 0, 0, 1] = 10.0
    values[3, 4, 5, 0] = np.nan
    subject = Subject("v", as_volume(values))
    psnr, max_error = measure(subject, np.nan_to_num(values, nan=1e6) + 0.1)
    assert psnr == pytest.approx(40.0, abs=1e-4)
    assert max_error == pytest.approx(0.01, rel=1e-4)


@pytest.mark.parametrize("fraction", [0.001, 0.01, 0.05])
def test_errors_within_the_tolerance_keep_the_bound_after_rounding(fraction):
    values = np.arange(4 * 5 * 6).reshape(4, 5, 6).astype(np.uint8) * 2
    subject = Subject("v", as_volume(values))
    error = subject.tolerance(fraction)
    for sign in (-1, 1):
        joined = subject.join([plane + np.float32(sign * error) for plane in subject.planes])
        assert joined.dtype == values.dtype
        assert measure(subject, joined)[1] <= fraction


def test_record_gives_peers_of_the_same_volume_only(tmp_path):
    subject = Subject("v", as_volume(np.arange(24.0).reshape(2, 3, 4)))
    points = [point("SZ3", 30, 100), point("SZ3", math.inf, 900)]
    others = [point(OURS, 30, 100), point("SZ3", 30, 100, volume="w")]
    Record([subject.facts()], points + others).save(tmp_path / "record.json", {})
    found = Record.load(tmp_path / "record.json")
    assert found.peers_of(subject) == points
    other = Subject("v", as_volume(np.arange(48.0).reshape(4, 3, 4)))
    assert found.peers_of(other) == []
