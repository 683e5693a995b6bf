# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""Fits that ParaView's window watches: asked for news as the window does, from no script."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import scene
from neuralvolume import Model
from neuralvolume.filters.background import THREAD_NAME
from paraview import simple
from vtkmodules.util.numpy_support import numpy_to_vtk, vtk_to_numpy
from vtkmodules.vtkCommonDataModel import vtkImageData

SIZE = 40
PATIENCE = 60  # seconds


def compress(**options):
    """Of a wave, until the end of time."""
    z, y, x = np.meshgrid(*3 * [np.arange(SIZE)], indexing="ij")
    values = numpy_to_vtk(
        (np.sin(x / 5.0) * np.cos(y / 6.0) + z / 10.0).astype("f4").ravel(), deep=True
    )
    values.SetName("wave")
    image = vtkImageData()
    image.SetDimensions(SIZE, SIZE, SIZE)
    image.GetPointData().SetScalars(values)
    source = simple.TrivialProducer()
    source.GetClientSideObject().SetOutput(image)
    source.UpdatePipeline()
    return simple.NeuralCompress(Input=source, Ratio=4, Steps=10**8, **options)


def in_window(call, *arguments):
    with ThreadPoolExecutor(1) as window:
        return window.submit(call, *arguments).result()


def needs_update(proxy):
    """What the window asks, and what it does then but for drawing."""
    answer = in_window(proxy.GetClientSideObject().GetNeedsUpdate)
    if answer:
        proxy.SMProxy.MarkModified(proxy.SMProxy)
        in_window(proxy.UpdatePipeline)
    return answer


def watch_until(proxy, is_over):
    end = time.monotonic() + PATIENCE
    while not is_over():
        needs_update(proxy)
        assert time.monotonic() < end, proxy.FitStatus


def output_of(proxy, port=0):
    return proxy.GetClientSideObject().GetOutputDataObject(port)


def model_bytes(proxy):
    return vtk_to_numpy(output_of(proxy).GetFieldData().GetArray("NeuralVolume"))


def fitting_threads():
    return [thread for thread in threading.enumerate() if thread.name == THREAD_NAME]


def test_a_watched_fit_is_stopped_and_its_model_kept():
    compressed = compress()
    begin = time.monotonic()
    in_window(compressed.UpdatePipeline)
    assert time.monotonic() - begin < 5
    assert model_bytes(compressed).size == 0
    wave = vtk_to_numpy(output_of(compressed.Input).GetPointData().GetArray("wave"))
    awaited = output_of(compressed).GetPointData().GetArray("wave")
    np.testing.assert_array_equal(vtk_to_numpy(awaited), wave)

    view = scene.new_view()
    display = simple.Show(compressed, view)
    assert display.Representation == "Neural Volume"
    assert np.ptp(scene.picture(view), axis=(0, 1)).max() == 0
    colours = simple.GetColorTransferFunction("wave")
    assert colours.RGBPoints[0] == pytest.approx(wave.min())

    watch_until(compressed, lambda: compressed.ReachedPSNR > 0)
    assert compressed.FitStatus.startswith("fitting: ")
    compressed.SMProxy.InvokeCommand("Stop")
    watch_until(compressed, lambda: compressed.FitStatus == "stopped")
    model = Model.from_bytes(model_bytes(compressed).tobytes())
    assert model.report.stop_reason == "stopped"
    assert compressed.ReachedRatio == model.ratio >= 4
    assert compressed.ReachedPSNR == model.report.psnr
    assert output_of(compressed, 1).GetNumberOfRows() == len(range(0, model.report.steps, 100))
    assert np.ptp(scene.picture(view), axis=(0, 1)).max() > 0.3
    assert not needs_update(compressed)


def test_what_changes_begins_again_and_errors_are_said():
    compressed = compress()
    in_window(compressed.UpdatePipeline)
    watch_until(compressed, lambda: compressed.FitSteps > 100)
    compressed.Seed, compressed.Steps = 1, 100
    in_window(compressed.UpdatePipeline)
    watch_until(compressed, lambda: compressed.ModelBytes > 0)
    assert Model.from_bytes(model_bytes(compressed).tobytes()).report.seed == 1

    compressed.Backend = "abacus"
    in_window(compressed.UpdatePipeline)
    watch_until(compressed, lambda: output_of(compressed).GetNumberOfPoints() == 0)
    assert scene.messages.take().count("abacus") == 1


def test_a_script_waits_and_deletion_ends_a_fit():
    compressed = compress(Seed=1)
    assert not needs_update(compressed)
    compressed.Steps = 100
    compressed.UpdatePipeline()
    assert model_bytes(compressed).size > 0

    compressed.Steps = 10**8
    in_window(compressed.UpdatePipeline)
    assert fitting_threads()
    simple.Delete(compressed)
    del compressed
    end = time.monotonic() + PATIENCE
    while fitting_threads():
        time.sleep(0.1)
        assert time.monotonic() < end


def test_python_ends_while_a_fit_goes_on():
    compressed = compress()
    in_window(compressed.UpdatePipeline)
    assert fitting_threads()
