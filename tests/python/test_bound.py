# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""Bounds of errors: no decoded value is farther from the original than was asked for."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import neuralvolume
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from neuralvolume import Model, cli
from numpy.typing import NDArray

NETWORK = {"levels": 4, "features_per_level": 2, "log2_hashmap_size": 8, "width": 16}
DTYPES = ("int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "float32", "float64")


def noisy_waves(shape: tuple[int, ...], seed: int = 0) -> NDArray[np.float64]:
    """Values in [0, 1] that a network fits in part."""
    rng = np.random.default_rng(seed)
    axes = np.meshgrid(*(np.linspace(0, 5, n) for n in shape), indexing="ij")
    waves = np.prod([np.cos(axis + i) for i, axis in enumerate(axes)], axis=0)
    return np.clip(0.5 + 0.4 * waves + 0.05 * rng.standard_normal(shape), 0, 1)


def volume_of(dtype: str, shape: tuple[int, ...] = (19, 34, 40)) -> NDArray[Any]:
    top = 100.0 if np.dtype(dtype).kind == "f" else min(np.iinfo(dtype).max, 20000)
    return (top * noisy_waves(shape)).astype(dtype)


def bounded(volume: Any, **options: Any) -> Model:
    return neuralvolume.fit(volume, **{"network": NETWORK, "steps": 20, **options})


def largest_error(model: Model, volume: NDArray[Any]) -> float:
    return float(np.nanmax(np.abs(model.decode().astype(np.float64) - volume)))


@pytest.mark.parametrize("dtype", DTYPES)
def test_no_decoded_value_is_farther_off_than_the_bound(dtype: str) -> None:
    volume = volume_of(dtype)
    model = bounded(volume, max_error=2.0)
    assert largest_error(model, volume) <= 2.0
    assert model.report.maximum_error == pytest.approx(largest_error(model, volume), rel=1e-9)
    assert model.bound == 2.0
    again = Model.from_bytes(model.to_bytes())
    np.testing.assert_array_equal(again.decode(), model.decode())
    assert again.bound == 2.0


@pytest.mark.parametrize("dtype", [name for name in DTYPES if "int" in name])
def test_a_bound_of_zero_keeps_integers_exact(dtype: str) -> None:
    volume = volume_of(dtype)
    model = bounded(volume, max_error=0)
    np.testing.assert_array_equal(model.decode(), volume)
    assert math.isinf(model.report.psnr)


def test_a_relative_bound_is_one_of_the_range_over_all_components() -> None:
    volume = np.stack([noisy_waves((12, 20, 33), seed) for seed in range(3)], axis=-1)
    volume[..., 2] *= 10
    model = bounded(volume.astype(np.float32), relative_error=0.01)
    assert model.bound == pytest.approx(0.01 * (volume.max() - volume.min()), rel=1e-6)
    assert model.bound is not None
    assert largest_error(model, volume.astype(np.float32)) <= model.bound


def test_samples_without_a_value_stay_so_and_do_no_harm() -> None:
    volume = volume_of("float32")
    volume[3:9, 5:, ::3] = np.nan
    with pytest.warns(UserWarning, match="not finite"):
        model = bounded(volume, max_error=0.5)
    assert largest_error(model, volume) <= 0.5
    np.testing.assert_array_equal(np.isnan(model.decode()), np.isnan(volume))


def test_cell_data_are_bounded_as_well() -> None:
    volume = volume_of("int16", (6, 33, 20))
    model = bounded(volume, max_error=3.0, association="cells")
    assert largest_error(model, volume) <= 3.0


def test_a_constant_volume_needs_no_residual() -> None:
    volume = np.full((9, 9, 9), 7.25, np.float32)
    for bound in ({"max_error": 0.1}, {"relative_error": 0.01}, {"max_error": 0.0}):
        model = bounded(volume, **bound)
        np.testing.assert_array_equal(model.decode(), volume)


def test_a_bound_alone_chooses_the_network_and_is_small() -> None:
    volume = volume_of("uint8", (40, 40, 40))
    tight = neuralvolume.fit(volume, max_error=0, steps=20)
    loose = neuralvolume.fit(volume, relative_error=0.05, steps=20)
    assert largest_error(tight, volume) == 0.0
    assert largest_error(loose, volume) <= 0.05 * (int(volume.max()) - int(volume.min()))
    assert loose.nbytes < tight.nbytes < volume.nbytes
    assert tight.parts["residual"] > 0.5 * tight.nbytes


def test_a_bound_comes_on_top_of_a_target() -> None:
    volume = volume_of("float32")
    without = neuralvolume.fit(volume, ratio=8, steps=20)
    model = neuralvolume.fit(volume, ratio=8, max_error=1.0, steps=20)
    assert model.network.parameter_count == without.network.parameter_count
    assert largest_error(model, volume) <= 1.0


def test_evaluation_is_the_networks_own() -> None:
    volume = volume_of("float32")
    centre = [[20.0, 17.0, 9.0]]
    bare, model = bounded(volume), bounded(volume, max_error=0.1)
    assert model.evaluate(centre) == bare.evaluate(centre)


@pytest.fixture(scope="module")
def model() -> Model:
    return bounded(volume_of("float32"), max_error=1.0)


@given(
    extent=st.tuples(*(st.integers(0, n - 1) for n in (40, 40, 34, 34, 19, 19))),
    stride=st.integers(1, 50),
)
@settings(max_examples=40, deadline=None)
def test_parts_decode_as_the_whole_does(model: Model, extent: tuple[int, ...], stride: int) -> None:
    x0, x1, y0, y1, z0, z1 = (
        bound for axis in range(3) for bound in sorted(extent[2 * axis :][:2])
    )
    part = model.decode((x0, x1, y0, y1, z0, z1), stride)
    whole = model.decode()[z0 : z1 + 1 : stride, y0 : y1 + 1 : stride, x0 : x1 + 1 : stride]
    np.testing.assert_array_equal(part, whole)


@pytest.mark.parametrize(
    "options",
    [
        {"max_error": -1.0},
        {"max_error": math.nan},
        {"max_error": math.inf},
        {"max_error": 0.0},
        {"max_error": 1e-7},
        {"relative_error": -0.1},
        {"max_error": 1.0, "relative_error": 0.1},
    ],
)
def test_a_bound_that_is_none_or_cannot_be_kept_is_refused(options: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="error"):
        bounded(volume_of("float32"), **options)


def test_the_command_line_bounds_errors(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    volume = volume_of("uint8")
    np.save(tmp_path / "in.npy", volume)
    target, output = tmp_path / "out.nvol", tmp_path / "out.npy"
    steps = ["--steps", "20", "--json"]
    compress = ["compress", str(tmp_path / "in.npy"), "-o", str(target), *steps]
    assert cli.main([*compress, "--max-error", "0"]) == 0
    assert cli.main(["decompress", str(target), "-o", str(output)]) == 0
    np.testing.assert_array_equal(np.load(output), volume)
    capsys.readouterr()
    assert cli.main([*compress, "--relative-error", "0.02"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert facts["max_error"] <= facts["error_bound"] == pytest.approx(0.02 * np.ptp(volume))
