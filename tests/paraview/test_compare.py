# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""Neural Compare: errors of analytic fields, against numpy and scikit-image."""

import numpy as np
import pytest
import scene
from neuralvolume import Model
from paraview import simple
from skimage.metrics import structural_similarity
from vtkmodules.util.numpy_support import numpy_to_vtk, vtk_to_numpy
from vtkmodules.vtkCommonDataModel import vtkImageData

SHAPE = (11, 12, 13)  # z, y, x


def wave():
    z, y, x = np.meshgrid(*[np.arange(n) for n in SHAPE], indexing="ij")
    return np.sin(x / 3.0) * np.cos(y / 4.0) + z / 10.0


def ripple():
    z, y, x = np.meshgrid(*[np.arange(n) for n in SHAPE], indexing="ij")
    return 0.05 * np.cos(x + 2.0 * y + 3.0 * z) + 0.02


def image_of(values, name="wave", association="points", **geometry):
    """An image of (z, y, x) or (z, y, x, component) values."""
    nz, ny, nx = (n - (association == "points") for n in values.shape[:3])
    image = vtkImageData()
    image.SetExtent(2, 2 + nx, -1, ny - 1, 0, nz)
    for setter, value in {"Origin": (3, -1, 2), "Spacing": (0.5, 1, 2), **geometry}.items():
        getattr(image, f"Set{setter}")(value)
    array = numpy_to_vtk(values.reshape(-1, *values.shape[3:]), deep=True)
    array.SetName(name)
    attributes = image.GetPointData() if association == "points" else image.GetCellData()
    attributes.SetScalars(array)
    return image


def source_of(image):
    producer = simple.TrivialProducer()
    producer.GetClientSideObject().SetOutput(image)
    producer.UpdatePipeline()
    return producer


def compared(compressed, original):
    if not hasattr(compressed, "SMProxy"):
        compressed = source_of(compressed)
    original = source_of(original)
    simple.SetActiveSource(compressed)  # ParaView takes the default array from there
    comparison = simple.NeuralCompare(Compressed=compressed, Original=original)
    comparison.UpdatePipeline()
    comparison.UpdatePropertyInformation()
    return comparison


def error_of(comparison, name="wave_error", association="points"):
    image = comparison.GetClientSideObject().GetOutputDataObject(0)
    attributes = image.GetPointData() if association == "points" else image.GetCellData()
    return vtk_to_numpy(attributes.GetArray(name))


def histogram_of(comparison):
    table = comparison.GetClientSideObject().GetOutputDataObject(1)
    assert [table.GetColumnName(i) for i in range(2)] == ["bin_extents", "bin_values"]
    return [vtk_to_numpy(table.GetColumn(i)) for i in range(2)]


def test_errors_are_those_that_numpy_finds():
    for kind, association in (("f4", "points"), ("f8", "cells")):
        original = wave().astype(kind)
        compressed = (wave() + ripple()).astype(kind)
        error = compressed - original
        images = [image_of(values, association=association) for values in (compressed, original)]
        comparison = compared(*images)
        found = error_of(comparison, association=association)
        assert found.dtype == np.dtype(kind)
        np.testing.assert_array_equal(found, error.ravel())
        exact = compressed.astype("f8") - original
        psnr = 20 * np.log10(np.ptp(original.astype("f8")) / np.sqrt(np.mean(exact**2)))
        assert pytest.approx(psnr, abs=1e-6) == comparison.PSNR
        ssim = structural_similarity(
            compressed, original, win_size=7, data_range=float(np.ptp(original))
        )
        assert pytest.approx(ssim, abs=1e-5) == comparison.SSIM
        assert comparison.MaximumError == pytest.approx(np.abs(exact).max(), rel=1e-6)
        assert comparison.MeanError == pytest.approx(exact.mean(), rel=1e-6)
        middles, counts = histogram_of(comparison)
        assert counts.sum() == original.size
        assert np.sum(middles * counts) / original.size == pytest.approx(exact.mean(), abs=1e-3)
        output = comparison.GetClientSideObject().GetOutputDataObject(0)
        assert output.GetExtent() == images[1].GetExtent()
        assert output.GetBounds() == images[1].GetBounds()


def test_a_model_is_as_far_off_as_its_report_says(model_path):
    reader = simple.OpenDataFile(model_path)
    reader.UpdatePipeline()
    report = Model.load(model_path).report
    values = Model.load(model_path).decode()
    image = vtkImageData()
    image.CopyStructure(reader.GetClientSideObject().GetOutputDataObject(0))
    shifted = numpy_to_vtk((values - np.float32(0.125)).ravel(), deep=True)
    shifted.SetName("density")
    image.GetPointData().SetScalars(shifted)
    comparison = compared(reader, image)
    np.testing.assert_allclose(error_of(comparison, "density_error"), 0.125, atol=1e-6)
    assert comparison.MeanError == pytest.approx(0.125, abs=1e-6)
    assert report.psnr > comparison.PSNR
    view = scene.new_view()
    display = simple.Show(comparison, view)
    assert display.Representation == "Slice"
    assert display.ColorArrayName[1] == "density_error"


def test_integers_vectors_and_samples_without_a_value():
    original = (1000 * wave()).astype("i2")
    comparison = compared(image_of(original + np.int16(300)), image_of(original))
    np.testing.assert_array_equal(error_of(comparison), 300)
    assert error_of(comparison).dtype == np.float32
    assert comparison.MaximumError == 300
    assert comparison.MeanError == pytest.approx(300)
    assert histogram_of(comparison)[1].sum() == original.size

    extremes = np.array([0, 255, 7, 255] * 8, "u1").reshape(2, 4, 4)
    comparison = compared(image_of(extremes[::-1, :, ::-1].copy()), image_of(extremes))
    np.testing.assert_array_equal(
        error_of(comparison), (extremes[::-1, :, ::-1].astype(int) - extremes).ravel()
    )

    vectors = np.stack([wave(), ripple(), -wave()], axis=-1)
    comparison = compared(image_of(vectors + np.array([0.0, 0.5, -0.25])), image_of(vectors))
    np.testing.assert_allclose(
        error_of(comparison), np.tile([0.0, 0.5, -0.25], (wave().size, 1)), atol=1e-12
    )

    holed, other = wave(), wave() + 0.5
    holed[0, 0, :3] = np.nan, np.inf, -np.inf
    other[5, 5, 5] = np.nan
    comparison = compared(image_of(other), image_of(holed))
    missing = ~(np.isfinite(holed) & np.isfinite(other)).ravel()
    np.testing.assert_array_equal(np.isnan(error_of(comparison)), missing)
    np.testing.assert_allclose(error_of(comparison)[~missing], 0.5)
    assert comparison.MeanError == pytest.approx(0.5)


def test_what_cannot_be_compared_is_said():
    original = image_of(wave())
    for other, message in (
        (image_of(wave()[:, :, :-1].copy()), "12, 12, 11) and (13, 12, 11) points"),
        (image_of(wave(), Origin=(3, -1, 2.1)), "origin, spacing or direction differ"),
        (image_of(wave(), Spacing=(0.5, 1.01, 2)), "origin, spacing or direction differ"),
        (
            image_of(wave(), DirectionMatrix=(0, 1, 0, 1, 0, 0, 0, 0, 1)),
            "origin, spacing or direction differ",
        ),
        (image_of(wave().astype("f4")), "float32 cannot be compared with"),
        (image_of(wave(), name="heat"), "original image cannot be compared: the image has no"),
        (vtkImageData(), "compressed image cannot be compared: the image is empty"),
    ):
        comparison = compared(other, original)
        said = scene.messages.take()
        assert said.startswith("ERROR: Neural Compare: "), said
        assert message in said, said
        assert said.count("ERROR") == 1
        assert comparison.GetClientSideObject().GetOutputDataObject(0).GetNumberOfPoints() == 0
        assert comparison.PSNR == 0


def test_equal_images_are_infinitely_good_however_their_grid_is_told():
    comparison = compared(image_of(wave()), image_of(wave()))
    assert np.isposinf(comparison.PSNR)
    assert pytest.approx(1) == comparison.SSIM
    assert comparison.MaximumError == comparison.MeanError == 0

    other = image_of(wave())
    other.SetOrigin(3 + 2 * 0.5, -1 - 1 * 1, 2)
    other.SetExtent(0, SHAPE[2] - 1, 0, SHAPE[1] - 1, 0, SHAPE[0] - 1)
    assert np.isposinf(compared(other, image_of(wave())).PSNR)
