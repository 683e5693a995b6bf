# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""The filters, reader and writer in a program that has VTK but not ParaView."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from images import ABSOLUTE, add_array, compress, make_image, positions, values_of
from neuralvolume import Model, save_models
from neuralvolume.filters import (
    NeuralCompare,
    NeuralDecompress,
    NeuralReport,
    NeuralVolumeReader,
)
from neuralvolume.filters.pipeline import models_of
from vtkmodules.util.misc import calldata_type
from vtkmodules.vtkCommonCore import vtkOutputWindow, vtkStringOutputWindow
from vtkmodules.vtkCommonDataModel import vtkImageData
from vtkmodules.vtkCommonExecutionModel import vtkStreamingDemandDrivenPipeline
from vtkmodules.vtkFiltersCore import vtkContourFilter
from vtkmodules.vtkImagingCore import vtkExtractVOI


def ball() -> vtkImageData:
    """The distance from the middle of a box of 2 around the origin."""
    image = make_image((21, 21, 21), origin=(-1, -1, -1), spacing=(0.1, 0.1, 0.1))
    return add_array(image, np.linalg.norm(positions(image), axis=1))


def test_a_contour_of_what_was_decoded_lies_where_it_must() -> None:
    fitted, contour = compress(ball(), ErrorBound=ABSOLUTE, MaxError=0.01), vtkContourFilter()
    contour.SetInputConnection(fitted.GetOutputPort())
    contour.SetInputArrayToProcess(0, 0, 0, 0, "field")
    contour.SetValue(0, 0.7)
    contour.Update()
    surface = contour.GetOutput()
    radii = [np.linalg.norm(surface.GetPoint(i)) for i in range(surface.GetNumberOfPoints())]
    assert len(radii) > 500
    np.testing.assert_allclose(radii, 0.7, atol=0.02)


def test_a_part_is_the_part_of_the_whole() -> None:
    fitted, cut = compress(ball()), vtkExtractVOI()
    cut.SetInputConnection(fitted.GetOutputPort())
    cut.SetVOI(3, 9, 2, 20, 10, 10)
    cut.Update()
    assert cut.GetOutput().GetExtent() == (3, 9, 2, 20, 10, 10)
    whole = values_of(fitted.GetOutputDataObject(0)).reshape(21, 21, 21)
    part = values_of(cut.GetOutput()).reshape(1, 19, 7)
    np.testing.assert_array_equal(part, whole[10:11, 2:21, 3:10])


def test_what_a_model_costs_and_misses() -> None:
    fitted, report = compress(ball()), NeuralReport()
    report.SetInputConnection(fitted.GetOutputPort())
    report.Update()
    histogram, parts = (report.GetOutputDataObject(port) for port in range(2))
    counts = [histogram.GetValueByName(i, "bin_values") for i in range(histogram.GetNumberOfRows())]
    assert 0.9 * 21**3 < sum(value.ToDouble() for value in counts) <= 21**3
    sizes = [parts.GetValueByName(i, "bytes") for i in range(parts.GetNumberOfRows())]
    assert sum(value.ToInt() for value in sizes) == fitted.GetModelBytes()
    error = values_of(fitted.GetOutputDataObject(0)) - values_of(ball())
    psnr = 20 * np.log10(np.ptp(values_of(ball())) / np.sqrt(np.mean(error**2)))
    assert fitted.GetReachedPSNR() == pytest.approx(psnr, abs=0.01)
    assert fitted.GetOutputDataObject(1).GetNumberOfRows() > 0


def test_comparison_with_the_original() -> None:
    original = ball()
    fitted, comparison = compress(original), NeuralCompare()
    comparison.SetInputConnection(0, fitted.GetOutputPort())
    comparison.SetInputDataObject(1, original)
    comparison.Update()
    error = values_of(fitted.GetOutputDataObject(0)) - values_of(original)
    compared = values_of(comparison.GetOutputDataObject(0), "field_error")
    np.testing.assert_allclose(compared, error, atol=1e-6)
    assert comparison.GetPSNR() == pytest.approx(fitted.GetReachedPSNR(), abs=0.01)
    assert comparison.GetMaximumError() == pytest.approx(np.abs(error).max())


def test_steps_in_time(tmp_path: Path) -> None:
    """A file of three steps, out of order, is read at the times that the pipeline asks for."""
    models = list[Model]()
    for time in (2.5, 0.5, 1.5):
        image = add_array(make_image((4, 4, 4)), np.full(64, time))
        image.GetInformation().Set(image.DATA_TIME_STEP(), time)
        fitted = compress(image)
        fitted.Update()
        models += [stored.open() for stored in models_of(fitted.GetOutputDataObject(0))]
    save_models(models, tmp_path / "series.nvol")
    reader = NeuralVolumeReader()
    reader.SetFileName(str(tmp_path / "series.nvol"))
    reader.UpdateInformation()
    steps = vtkStreamingDemandDrivenPipeline.TIME_STEPS()
    assert reader.GetOutputInformation(0).Get(steps) == (0.5, 1.5, 2.5)
    for time, shown in ((0.5, 0.5), (2.5, 2.5), (2.0, 1.5)):
        reader.UpdateTimeStep(time)
        assert values_of(reader.GetOutputDataObject(0)).max() == shown


def test_aborting_leaves_nothing_and_the_next_fit_is_whole() -> None:
    fitted = compress(ball(), Steps=2000)
    observer = fitted.AddObserver("ProgressEvent", lambda *_: fitted.SetAbortExecute(1))
    fitted.Update()
    assert fitted.GetOutputDataObject(0).GetNumberOfPoints() == 0
    fitted.RemoveObserver(observer)
    fitted.SetAbortExecute(0)
    fitted.SetSteps(20)
    fitted.Update()
    assert fitted.GetOutputDataObject(0).GetNumberOfPoints() == 21**3


@contextmanager
def collected_messages() -> Iterator[vtkStringOutputWindow]:
    said, previous = vtkStringOutputWindow(), vtkOutputWindow.GetInstance()
    vtkOutputWindow.SetInstance(said)
    try:
        yield said
    finally:
        vtkOutputWindow.SetInstance(previous)


def test_an_error_is_said_once_until_something_changes() -> None:
    with collected_messages() as said:
        fitted = compress(ball(), "absent")
        fitted.Update()
        fitted.Update()
    assert said.GetOutput().count("ERROR: ") == 1
    assert "array 'absent'" in said.GetOutput()
    assert fitted.GetOutputDataObject(0).GetNumberOfPoints() == 0
    with collected_messages() as said:
        fitted.SetSteps(21)
        fitted.Update()
    assert said.GetOutput().count("ERROR: ") == 1


def test_a_program_can_listen_for_errors() -> None:
    heard = list[str]()

    @calldata_type("string0")
    def listen(_: object, event: str, message: str) -> None:
        heard.append(message)

    fitted = compress(ball(), "absent")
    fitted.AddObserver("ErrorEvent", listen)
    with collected_messages() as said:
        fitted.Update()
    assert len(heard) == 1
    assert "array 'absent'" in heard[0]
    assert said.GetOutput() == ""


def test_what_is_missing_is_said() -> None:
    with collected_messages() as said:
        NeuralVolumeReader().Update()
        decoded = NeuralDecompress()
        decoded.SetInputDataObject(ball())
        decoded.Update()
    assert "Reader: no file name" in said.GetOutput()
    assert "Decompress: the data set carries no model" in said.GetOutput()


def test_errors_are_seen_on_stderr(tmp_path: Path) -> None:
    program = f"""
from neuralvolume.filters import NeuralVolumeReader
reader = NeuralVolumeReader()
reader.SetFileName({str(tmp_path / "absent.nvol")!r})
reader.Update()
print(reader.GetOutputDataObject(0).GetNumberOfPoints(), "points")
"""
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert ran.stdout == "0 points\n"
    assert ran.stderr.count("ERROR: Neural Volume Reader: ") == 1
    assert "absent.nvol': No such file" in ran.stderr
    assert ran.returncode == 0
