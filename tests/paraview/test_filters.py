# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""Neural Compress and Neural Decompress in a pipeline."""

import numpy as np
import pytest
import scene
from paraview import simple
from vtkmodules.util.numpy_support import numpy_to_vtk, vtk_to_numpy
from vtkmodules.vtkCommonDataModel import vtkImageData


def source_of(arrays, dimensions=(20, 24, 18), association="points"):
    """A pipeline source of an image with these arrays, on a shifted grid of unequal spacings."""
    image = vtkImageData()
    image.SetExtent(1, dimensions[0], -2, dimensions[1] - 3, 5, dimensions[2] + 4)
    image.SetOrigin(3.0, -1.0, 2.0)
    image.SetSpacing(0.5, 1.0, 2.0)
    attributes = image.GetPointData() if association == "points" else image.GetCellData()
    for name, values in arrays.items():
        array = numpy_to_vtk(np.ascontiguousarray(values), deep=True)
        array.SetName(name)
        attributes.AddArray(array)
    producer = simple.TrivialProducer()
    producer.GetClientSideObject().SetOutput(image)
    producer.UpdatePipeline()
    return producer


def wave(dimensions=(20, 24, 18)):
    z, y, x = np.meshgrid(*[np.arange(n) for n in dimensions[::-1]], indexing="ij")
    return (np.sin(x / 5.0) * np.cos(y / 6.0) + z / 10.0).astype("f4").ravel()


def compress(source, name, association="POINTS", **options):
    options = {"Ratio": 2, "Steps": 200, **options}
    chosen = {"POINTS": [], "CELLS": [], association: [name]}
    return simple.NeuralCompress(
        Input=source, PointDataArrays=chosen["POINTS"], CellDataArrays=chosen["CELLS"], **options
    )


def output_of(proxy, port=0):
    simple.OutputPort(proxy, port).UpdatePipeline()
    return proxy.GetClientSideObject().GetOutputDataObject(port)


def property_of(proxy, name):
    proxy.UpdatePropertyInformation()
    return proxy.GetPropertyValue(name)


@pytest.mark.parametrize(
    ("association", "dimensions"), [("POINTS", (20, 24, 18)), ("CELLS", (19, 23, 17))]
)
def test_the_output_is_the_input_image_with_the_decoded_array(association, dimensions):
    source = source_of({"wave": wave(dimensions)}, association=association.lower())
    image = output_of(compress(source, "wave", association))
    original = output_of(source)
    assert image.GetExtent() == original.GetExtent()
    assert image.GetOrigin() == original.GetOrigin()
    assert image.GetSpacing() == original.GetSpacing()
    attributes = image.GetPointData() if association == "POINTS" else image.GetCellData()
    decoded = vtk_to_numpy(attributes.GetArray("wave"))
    assert decoded.dtype == np.float32
    error = np.sqrt(np.mean((decoded - wave(dimensions)) ** 2))
    assert error < 0.03 * np.ptp(wave(dimensions))
    assert image.GetFieldData().GetArray("NeuralVolume").GetNumberOfValues() > 0


@pytest.mark.parametrize("bound", [{"MaxError": 0.01}, {"RelativeError": 0.005}])
def test_no_decoded_value_is_farther_off_than_the_bound(bound):
    kind = "Absolute" if "MaxError" in bound else "Relative to the range"
    compressed = compress(source_of({"wave": wave()}), "wave", ErrorBound=kind, **bound)
    largest = bound.get("MaxError") or bound["RelativeError"] * np.ptp(wave())
    for proxy in (compressed, simple.NeuralDecompress(Input=compressed)):
        decoded = vtk_to_numpy(output_of(proxy).GetPointData().GetArray("wave"))
        assert np.abs(decoded - wave()).max() <= largest
    assert property_of(compressed, "ReachedMaximumError") <= largest


def test_all_arrays_are_fitted_unless_some_are_chosen():
    source = source_of({"first": wave(), "second": -wave()})
    compressed = simple.NeuralCompress(Input=source, Ratio=2, Steps=200)
    assert list(compressed.PointDataArrays) == ["first", "second"]
    image = output_of(compressed)
    first, second = (vtk_to_numpy(image.GetPointData().GetArray(i)) for i in range(2))
    np.testing.assert_allclose(first, wave(), atol=0.2)
    np.testing.assert_allclose(second, -wave(), atol=0.2)
    assert image.GetPointData().GetScalars().GetName() == "first"
    log = output_of(compressed, 1)
    assert {log.GetColumn(0).GetValue(i) for i in range(log.GetNumberOfRows())} == {
        "first",
        "second",
    }
    size = image.GetFieldData().GetArray("NeuralVolume").GetNumberOfValues()
    assert property_of(compressed, "ModelBytes") == size
    report = simple.NeuralReport(Input=compressed, Array=["POINTS", "second"])
    bytes_by_part = vtk_to_numpy(output_of(report, 1).GetColumnByName("bytes"))
    assert 0 < bytes_by_part.sum() < size
    decoded = output_of(simple.NeuralDecompress(Input=compressed))
    np.testing.assert_array_equal(vtk_to_numpy(decoded.GetPointData().GetArray("second")), second)

    compressed.PointDataArrays = ["second"]
    image = output_of(compressed)
    assert [image.GetPointData().GetArrayName(i) for i in range(1)] == ["second"]
    assert image.GetPointData().GetNumberOfArrays() == 1


def test_no_array_or_a_missing_one_is_said():
    compressed = compress(source_of({"wave": wave()}), "wave")
    with scene.collected_messages() as messages:
        compressed.PointDataArrays = []
        output_of(compressed)
        assert "no array is chosen" in messages.take()
        compressed.PointDataArrays = ["foam"]
        output_of(compressed)
        assert "no points array 'foam' (wave)" in messages.take()


def test_what_was_reached():
    source = source_of({"wave": wave()})
    compressed = compress(source, "wave", Steps=60)
    image = output_of(compressed)
    decoded = vtk_to_numpy(image.GetPointData().GetArray("wave")).astype("f8")
    mse = np.mean((decoded - wave()) ** 2)
    psnr = 10 * np.log10(np.ptp(wave()).astype("f8") ** 2 / mse)
    size = image.GetFieldData().GetArray("NeuralVolume").GetNumberOfValues()
    assert property_of(compressed, "ReachedPSNR") == pytest.approx(psnr, abs=0.01)
    assert 0 < property_of(compressed, "ReachedPSNRAsDrawn") <= psnr + 0.01
    assert property_of(compressed, "ModelBytes") == size
    assert property_of(compressed, "ReachedRatio") == pytest.approx(wave().nbytes / size)
    assert property_of(compressed, "ReachedRatio") >= 2
    assert property_of(compressed, "BitsPerVoxel") == pytest.approx(8 * size / wave().size)
    errors = np.abs(decoded - wave())
    assert property_of(compressed, "ReachedMaximumError") == pytest.approx(errors.max(), rel=1e-3)
    percentile = property_of(compressed, "Reached999PercentileError")
    assert percentile == pytest.approx(np.percentile(errors, 99.9), rel=0.05)
    assert 0.5 < property_of(compressed, "ReachedSSIM") <= 1
    assert 0 < property_of(compressed, "FitSteps") <= 60
    assert 0 < property_of(compressed, "FitSeconds") < 60


def test_training_log_is_a_table_that_a_chart_plots():
    compressed = compress(source_of({"wave": wave()}), "wave", Steps=600)
    table = output_of(compressed, 1)
    columns = [table.GetColumnName(i) for i in range(table.GetNumberOfColumns())]
    assert columns == ["array", "step", "seconds", "loss", "psnr"]
    steps, seconds, loss, psnr = (vtk_to_numpy(table.GetColumn(i)) for i in range(1, 5))
    assert 0 < steps[-1] <= 600
    assert np.all(np.diff(steps) > 0)
    assert np.all(np.diff(seconds) >= 0)
    assert loss[-1] < loss[0]
    assert psnr[-1] > psnr[0]
    chart = simple.CreateView("XYChartView")
    display = simple.Show(simple.OutputPort(compressed, 1), chart)
    display.XArrayName = "step"
    display.SeriesVisibility = ["psnr"]
    simple.Render(chart)


def test_network_options_and_seed_decide_on_the_model():
    source = source_of({"wave": wave()})
    options = {"Target": "Network options", "Levels": 3, "Log2HashmapSize": 8, "Width": 16}

    def model_bytes(seed):
        compressed = compress(source, "wave", Seed=seed, Steps=40, BaseResolution=4, **options)
        return vtk_to_numpy(output_of(compressed).GetFieldData().GetArray("NeuralVolume"))

    first, same, other = model_bytes(1), model_bytes(1), model_bytes(2)
    np.testing.assert_array_equal(first, same)
    assert first.shape != other.shape or np.any(first != other)


def test_psnr_target():
    compressed = compress(source_of({"wave": wave()}), "wave", Target="PSNR", PSNR=30, Steps=400)
    output_of(compressed)
    assert property_of(compressed, "ReachedPSNR") >= 30


def test_time_limit():
    compressed = compress(source_of({"wave": wave()}), "wave", Steps=10_000_000, TimeLimit=1.0)
    output_of(compressed)
    assert property_of(compressed, "FitSeconds") < 5


def test_decompress_gives_an_ordinary_image():
    compressed = compress(source_of({"wave": wave()}), "wave")
    ordinary = scene.decompressed(compressed)
    image = output_of(ordinary)
    assert image.GetFieldData().GetNumberOfArrays() == 0
    assert image.GetExtent() == output_of(compressed).GetExtent()
    np.testing.assert_array_equal(
        vtk_to_numpy(image.GetPointData().GetArray("wave")),
        vtk_to_numpy(output_of(compressed).GetPointData().GetArray("wave")),
    )


def test_progress_is_shown():
    compressed = compress(source_of({"wave": wave()}), "wave")
    seen = []
    algorithm = compressed.GetClientSideObject()

    def observe(*_):
        seen.append((algorithm.GetProgress(), algorithm.GetProgressText()))

    algorithm.AddObserver("ProgressEvent", observe)
    output_of(compressed)
    fitting = [fraction for fraction, text in seen if text and text.startswith("Fitting: step")]
    assert len(fitting) > 3
    assert fitting == sorted(fitting)


def test_cancelling_leaves_nothing_and_the_next_fit_is_whole():
    compressed = compress(source_of({"wave": wave()}), "wave")
    algorithm = compressed.GetClientSideObject()
    observer = algorithm.AddObserver("ProgressEvent", lambda *_: algorithm.SetAbortExecute(1))
    image = output_of(compressed)
    assert image.GetNumberOfPoints() == 0
    assert image.GetFieldData().GetNumberOfArrays() == 0
    assert output_of(compressed, 1).GetNumberOfRows() == 0
    assert property_of(compressed, "ModelBytes") == 0
    algorithm.RemoveObserver(observer)
    algorithm.SetAbortExecute(0)
    compressed.Seed = 1
    assert output_of(compressed).GetNumberOfPoints() == 20 * 24 * 18
    scene.messages.take()


def test_an_option_out_of_its_limits():
    require_error(compress(source_of({"wave": wave()}), "wave", Backend="abacus"), "abacus")


def test_no_model_to_decompress():
    require_error(scene.decompressed(source_of({"wave": wave()})), "carries no model")


def require_error(proxy, message):
    image = output_of(proxy)
    said = scene.messages.take()
    assert said.startswith("ERROR: Neural"), said
    assert message in said
    assert image.GetNumberOfPoints() == 0
    assert image.GetFieldData().GetNumberOfArrays() == 0


def test_a_surface_is_no_input():
    compressed = simple.NeuralCompress(Input=simple.Sphere())
    assert not compressed.GetProperty("Input").SMProperty.IsInDomains()
    scene.messages.take()


def test_constant_thin_and_invalid_values():
    constant = output_of(compress(source_of({"c": np.full(20 * 24 * 18, 7, "u2")}), "c"))
    np.testing.assert_array_equal(vtk_to_numpy(constant.GetPointData().GetArray("c")), 7)

    thin = (20, 24, 1)
    slab = output_of(compress(source_of({"wave": wave(thin)}, thin), "wave", Ratio=20))
    decoded = vtk_to_numpy(slab.GetPointData().GetArray("wave"))
    assert np.sqrt(np.mean((decoded - wave(thin)) ** 2)) < 0.1 * np.ptp(wave(thin))

    values = wave()
    values[::7], values[3] = np.nan, np.inf
    holed = output_of(compress(source_of({"holes": values}), "holes"))
    decoded = vtk_to_numpy(holed.GetPointData().GetArray("holes"))
    np.testing.assert_array_equal(np.isnan(decoded), ~np.isfinite(values))
    assert "not finite" in scene.messages.take()
