# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""Fitting: targets, limits, unusual volumes."""

import time
import warnings

import numpy as np
import pytest
from fields import blob, waves
from neuralvolume import Model, NetworkConfig, fit
from neuralvolume.fitting.training import CHECK_STEPS, SETTLING_SHARE

QUICK = {"steps": 100, "batch_size": 1024}


@pytest.mark.parametrize("ratio", [4, 8])
def test_ratio_is_kept(ratio):
    volume = waves((32, 40, 48))
    model = fit(volume, ratio=ratio, **QUICK)
    assert model.ratio >= ratio
    assert model.report.steps <= 100


def test_psnr_is_reached_and_not_overshot():
    volume = waves((32, 32, 32))
    model = fit(volume, psnr=32, steps=2000)
    assert model.report.stop_reason == "target"
    assert 32 <= model.report.psnr <= 33
    assert model.ratio > 50


def test_psnr_out_of_reach_gives_the_best_and_a_warning():
    noise = np.random.default_rng(0).random((16, 16, 16), dtype=np.float32)
    with pytest.warns(UserWarning, match="60 dB was not reached"):
        model = fit(noise, psnr=60, portable=True, **QUICK)
    assert model.report.stop_reason == "steps"
    assert model.report.psnr < 60


@pytest.mark.parametrize("psnr", [30, 60])
def test_what_a_network_cannot_do_a_residual_does(psnr):
    noise = np.random.default_rng(0).random((24, 24, 24), dtype=np.float32)
    model = fit(noise, psnr=psnr, **QUICK)
    assert psnr <= model.report.psnr <= psnr + 1
    assert model.report.network_psnr < 20
    assert model.report.stop_reason == "target"
    error = np.abs(model.decode().astype("f8") - noise)
    assert -20 * np.log10(np.sqrt(np.mean(error**2)) / np.ptp(noise)) == pytest.approx(
        model.report.psnr, abs=1e-3
    )
    assert error.max() == pytest.approx(model.report.maximum_error)
    assert error.max() <= model.bound


def test_a_psnr_beyond_what_integers_can_be_off_makes_them_exact():
    noise = np.random.default_rng(0).integers(0, 200, (20, 20, 20), dtype=np.uint8)
    model = fit(noise, psnr=90, **QUICK)
    assert model.bound == 0
    np.testing.assert_array_equal(model.decode(), noise)


@pytest.mark.parametrize("dtype", ["float32", "uint8"])
def test_a_size_that_a_network_cannot_use_is_filled(dtype):
    noise = 5 * np.random.default_rng(0).normal(size=(40, 40, 40))
    volume = (128 + 50 * waves((40, 40, 40)) + noise).astype(dtype)
    model = fit(volume, ratio=3, steps=2000, batch_size=1024)
    assert 0.95 * volume.nbytes / 3 <= model.nbytes <= volume.nbytes / 3
    assert model.report.psnr > model.report.network_psnr + 3


@pytest.mark.parametrize("kind", [dict, lambda options: NetworkConfig(**options)])
def test_network_given_is_the_network_trained(kind):
    options = {"levels": 3, "log2_hashmap_size": 10, "width": 16, "hidden_layers": 1}
    model = fit(waves((16, 16, 16)), network=kind(options), **QUICK)
    assert model.network == NetworkConfig(**options)


def test_network_must_have_as_many_outputs_as_components():
    with pytest.raises(ValueError, match="components"):
        fit(waves((8, 8, 8)), network=NetworkConfig(outputs=3), **QUICK)


def test_unknown_network_option_is_refused():
    with pytest.raises(TypeError, match="depth"):
        fit(waves((8, 8, 8)), network={"depth": 3}, **QUICK)


def test_same_seed_gives_the_same_bytes():
    volume = waves((16, 20, 24))
    first, second, other = (fit(volume, seed=seed, **QUICK).to_bytes() for seed in (7, 7, 8))
    assert first == second
    assert first != other


def test_time_limit_is_kept():
    begin = time.perf_counter()
    model = fit(waves((32, 32, 32)), time_limit=0.5, steps=10**6, batch_size=1024)
    assert time.perf_counter() - begin < 3
    assert model.report.stop_reason == "time"


def test_progress_reports_and_stops():
    seen = []

    def progress(state):
        seen.append(state)
        return len(seen) < 3

    model = fit(waves((16, 16, 16)), progress=progress, steps=1000, batch_size=256)
    settling = round(0.8 * 1000 * (1 - SETTLING_SHARE))
    steps = [CHECK_STEPS, settling, settling + CHECK_STEPS]
    assert model.report.stop_reason == "stopped"
    assert [state.step for state in seen] == steps
    assert model.report.steps == steps[-1]
    assert all(np.isfinite((state.loss, state.psnr, state.seconds)).all() for state in seen)
    assert [entry.step for entry in model.history] == steps


def test_exception_in_progress_ends_the_fit():
    def progress(_state):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fit(waves((16, 16, 16)), progress=progress, **QUICK)


@pytest.mark.parametrize(
    "dtype",
    [
        "int8",
        "uint8",
        "int16",
        "uint16",
        "int32",
        "uint32",
        "int64",
        "uint64",
        "float32",
        "float64",
    ],
)
def test_every_type_comes_back_in_its_own_units(dtype):
    volume = waves((16, 16, 16), dtype)
    model = fit(volume, steps=200, batch_size=2048)
    decoded = model.decode()
    assert decoded.dtype == dtype
    assert model.report.psnr > 30
    span = float(volume.max()) - float(volume.min())
    error = np.abs(decoded.astype(np.float64) - volume.astype(np.float64))
    assert np.sqrt(np.mean(error**2)) < 10 ** (-30 / 20) * span


def test_components_have_their_own_ranges():
    values = np.stack(
        [waves((16, 16, 16)), 1000 + 50 * blob((16, 16, 16), (0.5, 0.4, 0.6))], axis=-1
    )
    model = fit(values, ratio=2, steps=300, batch_size=2048)
    decoded = model.decode()
    assert decoded.shape == values.shape
    for component in range(2):
        error = np.abs(decoded[..., component] - values[..., component])
        assert error.mean() < 0.05 * np.ptp(values[..., component])


@pytest.mark.parametrize("value", [0, 7, 255])
def test_constant_volume_is_exact(value):
    volume = np.full((6, 5, 4), value, np.uint8)
    model = fit(volume)
    np.testing.assert_array_equal(model.decode(), volume)
    assert model.report.psnr == np.inf
    assert Model.from_bytes(model.to_bytes()).report.psnr == np.inf


@pytest.mark.parametrize("shape", [(1, 24, 24), (24, 1, 24), (24, 24, 1), (1, 1, 24), (1, 1, 1)])
def test_thin_volumes(shape):
    volume = waves(shape)
    model = fit(volume, steps=500, batch_size=1024)
    assert model.decode().shape == shape
    assert model.report.psnr > 20


def test_values_that_are_not_finite_are_left_out():
    volume = waves((16, 16, 16))
    volume[2, 3, 4], volume[5, 6, 7], volume[8, :4, :] = np.nan, np.inf, np.nan
    missing = ~np.isfinite(volume)
    with pytest.warns(UserWarning, match=f"{missing.sum()} of 4096"):
        model = fit(volume, **QUICK)
    decoded = model.decode()
    np.testing.assert_array_equal(np.isnan(decoded), missing)
    assert np.abs(decoded - volume)[~missing].mean() < 0.1
    assert np.isfinite(model.report.psnr)


def test_volume_without_any_value_is_refused():
    with pytest.raises(ValueError, match=r"finite|valid"):
        fit(np.full((4, 4, 4), np.nan, np.float32))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"ratio": 10, "psnr": 30}, "one target"),
        ({"ratio": 0}, "ratio is 0"),
        ({"ratio": 1e9}, "too few"),
        ({"psnr": -3}, "psnr is -3"),
        ({"psnr": float("nan")}, "psnr is nan"),
        ({"steps": 0}, "steps is 0"),
        ({"time_limit": -1}, "time_limit is -1"),
        ({"batch_size": 1000}, "multiple of 256"),
        ({"backend": "quantum"}, "known are"),
    ],
)
def test_wrong_options_are_refused(options, message):
    with pytest.raises(ValueError, match=message):
        fit(waves((8, 8, 8)), **options)


def test_hidden_samples_decode_to_nan():
    pytest.importorskip("vtkmodules")
    from test_volume import add_array, make_image

    image = make_image((12, 12, 12))
    hidden = np.zeros(12**3, np.uint8)
    hidden[:100] = 2
    add_array(image.GetPointData(), waves((12, 12, 12)).ravel(), "field", active=True)
    add_array(image.GetPointData(), hidden, "vtkGhostType")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = fit(image, **QUICK)
    np.testing.assert_array_equal(np.isnan(model.decode()).ravel(), hidden == 2)


def test_stopped_before_it_settles_a_fit_keeps_its_target():
    volume = waves((24, 24, 24))
    options = {"progress": lambda _state: False, "steps": 5000, "batch_size": 256}
    for target in ({"ratio": 8}, {"psnr": 45}):
        model = fit(volume, **target, **options)
        assert model.report.stop_reason == "stopped"
        assert model.report.steps == CHECK_STEPS
        assert model.ratio >= 8 or model.report.psnr >= 45
        assert Model.from_bytes(model.to_bytes()).decode().shape == (24, 24, 24)
    qualities = [fit(volume, ratio=ratio, **options).report.psnr for ratio in (8, 20)]
    assert qualities[0] > qualities[1]


def test_size_is_kept_and_used():
    rng = np.random.default_rng(0)
    volume = waves((40, 40, 40)) + 0.05 * rng.random((40, 40, 40), dtype=np.float32)
    model = fit(volume, size=6000, steps=2000)
    assert 0.95 * 6000 <= model.nbytes <= 6000
    assert model.report.stop_reason == "target"


def test_portable_model_keeps_half_precision():
    model = fit(waves((16, 16, 16)), ratio=2, portable=True, **QUICK)
    assert not model.core.quantisation
    assert model.nbytes > 2 * model.network.parameter_count
    coded = fit(waves((16, 16, 16)), network=model.network, **QUICK)
    assert coded.core.quantisation
    assert coded.nbytes < model.nbytes
    assert coded.report.psnr > model.report.psnr - 3


def test_low_psnr_target_takes_the_first_network():
    model = fit(waves((24, 24, 24)), psnr=15, steps=1000)
    assert model.report.psnr >= 15
    assert model.report.steps <= 1000
    assert model.nbytes < 2000
