# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""A model in memory and as bytes."""

import errno
import os
from pathlib import Path

import numpy as np
import pytest
from fields import waves
from neuralvolume import Model, compare, fit
from neuralvolume.vtk_image import BYTES_ARRAY


def world_of(model, index):
    """World positions of samples (..., 3), x first, counted from 0."""
    geometry = model.geometry
    matrix = np.reshape(geometry.direction, (3, 3)) * geometry.spacing
    return geometry.origin + (np.asarray(index) + geometry.extent[::2]) @ matrix.T


def test_model_says_what_it_stands_for(model, volume):
    assert model.shape == volume.shape
    assert model.dimensions == volume.shape[::-1]
    assert model.dtype == volume.dtype
    assert (model.name, model.association, model.components) == ("waves", "points", 1)
    assert model.ranges == [(volume.min(), volume.max())]
    assert model.original_bytes == volume.nbytes
    assert model.nbytes == len(model.to_bytes())
    assert model.ratio == pytest.approx(volume.nbytes / model.nbytes)
    assert model.bits_per_voxel == pytest.approx(8 * model.nbytes / volume.size)
    assert model.data_range == np.ptp(volume)
    assert "waves" in repr(model)


def test_the_parts_are_all_there_is(model):
    parts = model.parts
    levels = [f"level {level}" for level in range(model.network.levels)]
    assert list(parts) == ["header", "mlp", *levels, "macro_cells", "checksum"]
    assert sum(parts.values()) == model.nbytes
    assert all(size > 0 for size in parts.values())


def test_a_residual_is_a_part(volume):
    model = fit(volume, psnr=60, steps=100, batch_size=1024)
    assert list(model.parts)[-2:] == ["residual", "checksum"]
    assert model.parts["residual"] > 0
    assert sum(model.parts.values()) == model.nbytes


def test_decoded_values_are_near_and_in_the_range(model, volume):
    decoded = model.decode()
    assert decoded.dtype == volume.dtype
    assert decoded.min() >= volume.min()
    assert decoded.max() <= volume.max()
    error = np.sqrt(np.mean((decoded - volume) ** 2))
    psnr = 20 * np.log10(np.ptp(volume) / error)
    assert psnr > 35
    assert model.report.psnr == pytest.approx(psnr, abs=1e-3)
    assert model.report.maximum_error == pytest.approx(np.abs(decoded - volume).max(), rel=1e-5)


def test_the_report_tells_how_errors_are_distributed(model, volume):
    errors = (model.decode().astype("f8") - volume).ravel()
    report, histogram = model.report, model.report.error_histogram
    percentile = np.percentile(np.abs(errors), 99.9)
    assert report.mean_error == pytest.approx(errors.mean(), abs=1e-3 * errors.std())
    assert report.percentile_999_error == pytest.approx(percentile, rel=0.01)
    edges = (np.arange(len(histogram.counts) + 1) - len(histogram.counts) / 2) * histogram.bin_width
    counts, _ = np.histogram(errors, edges)
    np.testing.assert_allclose(histogram.counts, counts, rtol=0.05, atol=0.005 * errors.size)
    assert sum(histogram.counts) == pytest.approx(errors.size, rel=0.05)


def test_samples_lie_where_the_geometry_says(model):
    rng = np.random.default_rng(0)
    index = rng.integers(0, model.dimensions, (50, 3))
    decoded = model.decode()[index[:, 2], index[:, 1], index[:, 0]]
    np.testing.assert_allclose(model.evaluate(world_of(model, index)), decoded, atol=2e-3)


def test_evaluate_keeps_the_shape_of_points(model):
    points = world_of(model, np.ones((4, 5, 3)))
    assert model.evaluate(points).shape == (4, 5)
    assert model.evaluate(points[0, 0]).shape == ()
    with pytest.raises(ValueError, match="last axis"):
        model.evaluate(np.zeros((3, 2)))


def test_evaluate_outside_is_nan(model):
    assert np.isnan(model.evaluate(world_of(model, [[-5, 0, 0], [0, 0, 100]]))).all()


def test_parts_and_strides_are_parts_of_the_whole(model):
    whole = model.decode()
    x, y, z = model.geometry.extent[::2]
    part = model.decode(extent=(x + 2, x + 9, y + 1, y + 1, z + 3, z + 7))
    np.testing.assert_array_equal(part, whole[3:8, 1:2, 2:10])
    np.testing.assert_array_equal(model.decode(stride=3), whole[::3, ::3, ::3])
    with pytest.raises(ValueError, match="extent"):
        model.decode(extent=(x - 1, x, y, y, z, z))


def test_bytes_bring_the_model_back(model):
    again = Model.from_bytes(model.to_bytes())
    assert again.to_bytes() == model.to_bytes()
    for name in ("psnr", "ssim", "maximum_error", "percentile_999_error", "mean_error"):
        assert getattr(again.report, name) == getattr(model.report, name)
    assert again.report.error_histogram.counts == model.report.error_histogram.counts
    np.testing.assert_array_equal(again.decode(), model.decode())


def test_golden_file_with_coded_parameters_and_residual_opens():
    path = Path(__file__).parents[1] / "golden" / "version-2-coded.nvol"
    golden = Model.load(path)
    assert golden.core.quantisation
    assert golden.bound == 0.01
    np.testing.assert_allclose(golden.decode(), waves((20, 24, 28)), rtol=0, atol=0.01)
    assert golden.to_bytes() == path.read_bytes()


def test_file_brings_the_model_back(model, tmp_path):
    model.save(tmp_path / "a.nvol")
    assert (tmp_path / "a.nvol").read_bytes() == model.to_bytes()
    assert Model.load(tmp_path / "a.nvol").to_bytes() == model.to_bytes()
    assert os.listdir(tmp_path) == ["a.nvol"]


def test_saving_where_nothing_can_be_written(model, tmp_path):
    with pytest.raises(FileNotFoundError, match="nowhere"):
        model.save(tmp_path / "nowhere" / "a.nvol")
    with pytest.raises(OSError, match="regular file") as caught:
        model.save("/dev/full")
    assert caught.value.errno == errno.EEXIST


def test_loading_what_is_no_model(tmp_path):
    with pytest.raises(FileNotFoundError):
        Model.load(tmp_path / "missing.nvol")
    (tmp_path / "text.nvol").write_text("hello")
    with pytest.raises(ValueError, match=r"text\.nvol"):
        Model.load(tmp_path / "text.nvol")


@pytest.fixture(scope="module")
def tiny():
    return fit(waves((6, 6, 6)), steps=20, batch_size=256).to_bytes()


def test_each_byte_flipped_is_an_error(tiny):
    for position in range(len(tiny)):
        damaged = bytearray(tiny)
        damaged[position] ^= 0xFF
        with pytest.raises(ValueError):  # noqa: PT011 - the core's tests check the messages
            Model.from_bytes(bytes(damaged))


def test_each_length_cut_is_an_error(tiny):
    for length in range(len(tiny)):
        with pytest.raises(ValueError):  # noqa: PT011 - the core's tests check the messages
            Model.from_bytes(tiny[:length])


def test_comparison_is_that_of_the_decoded_values(model, volume):
    metrics = pytest.importorskip("skimage.metrics")
    comparison = compare(model, volume)
    decoded, span = model.decode(), np.ptp(volume)
    assert comparison.psnr == pytest.approx(
        metrics.peak_signal_noise_ratio(volume, decoded, data_range=span), abs=1e-3
    )
    assert comparison.ssim == pytest.approx(
        metrics.structural_similarity(volume, decoded, win_size=7, data_range=span), abs=1e-5
    )
    assert comparison.max_error == pytest.approx(np.abs(decoded - volume).max(), rel=1e-5)
    assert comparison.bytes == model.nbytes
    assert comparison.ratio == volume.nbytes / model.nbytes


def test_comparison_refuses_another_volume(model, volume):
    with pytest.raises(ValueError, match="cannot be compared"):
        compare(model, volume[:-1])


def test_image_has_geometry_values_and_bytes(model):
    pytest.importorskip("vtkmodules")
    from neuralvolume.volume import as_volume
    from vtkmodules.util.numpy_support import vtk_to_numpy

    image = model.to_vtk()
    volume = as_volume(image)
    assert volume.name == "waves"
    for part in ("extent", "origin", "spacing", "direction"):
        assert list(getattr(volume.geometry, part)) == list(getattr(model.geometry, part))
    np.testing.assert_array_equal(volume.values, model.decode())
    data = vtk_to_numpy(image.GetFieldData().GetArray(BYTES_ARRAY))
    assert data.tobytes() == model.to_bytes()
    assert compare(model, image).psnr == pytest.approx(np.inf) or compare(model, image).psnr > 100
