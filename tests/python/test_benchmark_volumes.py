# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""The synthetic volumes of the benchmarks."""

from itertools import product

import numpy as np
import pytest

from tests.benchmarks.volumes import BLOCK, NOISE, SOFTNESS, THICKNESS, WALL, seed_of, write


def test_waves_are_their_formula(tmp_path):
    volume = write(tmp_path / "waves.npy", "waves", 50, "float32")
    assert volume.shape == (50, 50, 50)
    z, y, x = np.array([0, 13, 49]) / 49, np.array([5, 40, 49]) / 49, np.array([25, 41, 0]) / 49
    r2 = (x - 0.5) ** 2 + (y - 0.5) ** 2 + (z - 0.5) ** 2
    expected = np.exp(-8 * r2) * (1 + np.sin(11 * x + 3 * y) * np.cos(9 * y - 4 * z) / 2)
    assert volume[[0, 13, 49], [5, 40, 49], [25, 41, 0]] == pytest.approx(expected, rel=1e-5)


def test_foam_is_walls_half_way_between_the_nearest_centres_of_all(tmp_path):
    volume = write(tmp_path / "foam.npy", "foam", 3 * BLOCK, "float32", seed=3)
    cells = [seed_of(cell, 3) for cell in product(range(-1, 4), repeat=3)]
    centres = np.array([centre for centre, _ in cells])
    differences = []
    for sample in np.random.default_rng(0).integers(0, 3 * BLOCK, (500, 3)):
        distances = np.linalg.norm(centres - sample, axis=1)
        first, second = np.argsort(distances)[:2]
        gap = distances[second] - distances[first]
        wall = 1 / (1 + np.exp((gap - THICKNESS) / SOFTNESS))
        expected = cells[first][1] * (1 - wall) + WALL * wall
        differences.append(volume[tuple(sample)] - expected)
    assert np.abs(differences).max() < 5 * NOISE
    assert np.std(differences) == pytest.approx(NOISE, rel=0.15)


def test_foam_goes_on_across_blocks_and_is_the_same_each_time(tmp_path):
    large = write(tmp_path / "a.npy", "foam", 100, "uint8", seed=1)
    small = write(tmp_path / "b.npy", "foam", 80, "uint8", seed=1)
    other = write(tmp_path / "c.npy", "foam", 80, "uint8", seed=2)
    assert np.array_equal(large[:80, :80, :80], small)
    assert not np.array_equal(small, other)
    values = small.astype(float)
    for axis in range(3):
        jumps = np.abs(np.diff(values, axis=axis)).mean(axis=tuple({0, 1, 2} - {axis}))
        assert jumps[BLOCK - 1] < 1.3 * np.median(jumps)


@pytest.mark.parametrize("dtype", ["uint8", "uint16"])
def test_integers_span_their_range(tmp_path, dtype):
    volume = write(tmp_path / "waves.npy", "waves", 41, dtype)
    assert volume.dtype == dtype
    assert 0.6 * np.iinfo(dtype).max < volume.max() <= np.iinfo(dtype).max
