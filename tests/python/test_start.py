# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""Fits that begin from a model, as the time steps of a series do."""

import numpy as np
import pytest
from fields import unit_grid
from neuralvolume import Model, fit

TARGETS = [{"ratio": 40}, {"psnr": 36}, {"ratio": 40, "portable": True}]
NAMES = ["ratio", "psnr", "portable"]


def moving(time):
    """Random plane waves that move along x by half a voxel from one time to the next."""
    random = np.random.default_rng(0)
    z, y, x = unit_grid((32, 32, 32))
    field = np.zeros((32, 32, 32))
    for kx, ky, kz in random.integers(-3, 4, (40, 3)):
        phase = 2 * np.pi * (kx * (x - time / 64) + ky * y + kz * z + random.uniform())
        field += np.cos(phase) / (1 + np.linalg.norm([kx, ky, kz]))
    return field.astype(np.float32)


@pytest.mark.parametrize("target", TARGETS, ids=NAMES)
def test_a_time_step_is_as_good_in_a_fraction_of_the_steps(target):
    first = fit(moving(0), **target, steps=3000)
    fresh = fit(moving(1), **target, steps=3000)
    continued = fit(moving(1), start=first, **target, steps=3000)
    assert continued.network == first.network
    assert continued.report.steps < 0.25 * fresh.report.steps
    assert continued.report.psnr > fresh.report.psnr - 0.5
    assert continued.nbytes < 1.05 * fresh.nbytes


def test_a_start_from_a_file_is_as_good_as_one_from_memory(tmp_path):
    first = fit(moving(0), steps=300)
    first.save(tmp_path / "first.nvol")
    for start in (first, Model.load(tmp_path / "first.nvol")):
        continued = fit(moving(1), start=start, steps=300)
        assert continued.to_bytes() == fit(moving(1), start=first, steps=300).to_bytes()


def test_a_start_whose_network_does_not_suit_is_left_aside():
    vectors = np.stack([moving(0), moving(1)], axis=-1)
    start = fit(vectors, steps=200)
    fresh = fit(moving(1), steps=200)
    assert fit(moving(1), start=start, steps=200).to_bytes() == fresh.to_bytes()


def test_what_stopped_early_is_made_up_for():
    stopped = fit(moving(0), steps=1000, progress=lambda progress: progress.step < 100)
    finished = fit(moving(0), start=stopped, steps=1000)
    assert stopped.report.stop_reason == "stopped"
    assert finished.report.steps >= 400
    assert finished.report.psnr > stopped.report.psnr + 3
