# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""What a model reached and costs: the panels' figures, and Neural Report's tables in charts."""

import os

import numpy as np
import pytest
import scene
from neuralvolume import Model
from paraview import simple
from vtkmodules.util.numpy_support import vtk_to_numpy


def table_of(report, port):
    simple.OutputPort(report, port).UpdatePipeline()
    table = report.GetClientSideObject().GetOutputDataObject(port)
    return {table.GetColumnName(i): table.GetColumn(i) for i in range(table.GetNumberOfColumns())}


def report_on(model_path):
    return simple.NeuralReport(Input=simple.OpenDataFile(model_path))


def test_the_reader_shows_what_the_fit_reached(model_path):
    reader = simple.OpenDataFile(model_path)
    reader.UpdatePipelineInformation()
    reader.UpdatePropertyInformation()
    model = Model.load(model_path)
    assert reader.ReachedPSNR == model.report.psnr
    assert reader.ReachedSSIM == model.report.ssim > 0.9
    assert reader.ReachedMaximumError == model.report.maximum_error
    assert 0 < reader.Reached999PercentileError <= reader.ReachedMaximumError
    assert reader.BitsPerVoxel == pytest.approx(8 * os.path.getsize(model_path) / 48**3)


def test_the_histogram_of_errors_is_what_a_bar_chart_plots(model_path):
    report = report_on(model_path)
    columns = table_of(report, 0)
    assert list(columns) == ["bin_extents", "bin_values"]
    errors, counts = (vtk_to_numpy(column) for column in columns.values())
    assert counts.sum() == pytest.approx(48**3, rel=0.05)
    np.testing.assert_allclose(errors, -errors[::-1])
    view = simple.CreateView("XYBarChartView")
    view.ViewSize = [600, 600]
    display = simple.Show(simple.OutputPort(report, 0), view)
    assert display.XArrayName == "bin_extents"
    assert list(display.SeriesVisibility) == ["bin_values"]
    display.SeriesColor = ["bin_values", "1", "0", "0"]
    view.LeftAxisUseCustomRange = 1
    view.LeftAxisRangeMinimum, view.LeftAxisRangeMaximum = 0.5, 2.0 * counts.max()
    view.LeftAxisLogScale = 1
    picture = scene.picture(view)
    red = (picture[..., 0] > 0.9) & (picture[..., 1] < 0.2)
    assert red.mean() > 0.03
    assert red.any(axis=1).mean() > 0.6  # the bar in the middle, nearly as high as the view


def test_the_parts_are_a_table_of_all_bytes(model_path):
    columns = table_of(report_on(model_path), 1)
    assert list(columns) == ["part", "bytes"]
    names = [columns["part"].GetValue(i) for i in range(columns["part"].GetNumberOfValues())]
    assert names[:3] == ["header", "mlp", "level 0"]
    assert vtk_to_numpy(columns["bytes"]).sum() == os.path.getsize(model_path)


def test_no_model_to_report_on():
    report = simple.NeuralReport(Input=simple.Wavelet())
    assert table_of(report, 0) == {}
    assert "ERROR: Neural Report" in scene.messages.take()
