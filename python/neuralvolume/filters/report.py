# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""Neural Report: a model's errors and bytes as tables that charts plot."""

from __future__ import annotations

from typing import Any

import numpy as np
from vtkmodules.util.vtkAlgorithm import VTKPythonAlgorithmBase
from vtkmodules.vtkCommonCore import vtkInformationVector
from vtkmodules.vtkCommonDataModel import vtkImageData, vtkTable

from neuralvolume import _core
from neuralvolume.filters.arrays import model_to_process
from neuralvolume.filters.pipeline import models_of, reports_errors, table_of
from neuralvolume.model import Model


class NeuralReport(VTKPythonAlgorithmBase):
    """Says what the model of an array that an image carries reached and costs.

    Output 0 is the histogram of its errors, a vtkTable with the columns of ParaView's Histogram:
    bin_extents, here the middle of the bin, and bin_values. Output 1 are its bytes by part, a
    vtkTable with columns part and bytes.
    """

    label = "Neural Report"

    def __init__(self) -> None:
        super().__init__(
            nInputPorts=1, inputType="vtkImageData", nOutputPorts=2, outputType="vtkTable"
        )

    @reports_errors
    def RequestData(self, request: Any, inputs: Any, outputs: vtkInformationVector) -> int:
        models = models_of(vtkImageData.GetData(inputs[0], 0))
        model = model_to_process(self, models).open()
        histogram = histogram_table(model.report.error_histogram)
        vtkTable.GetData(outputs, 0).ShallowCopy(histogram)
        vtkTable.GetData(outputs, 1).ShallowCopy(bytes_by_part(model))
        return 1


def histogram_table(histogram: _core.ErrorHistogram) -> vtkTable:
    """Lay out a histogram of errors, a row a bin; none where it was not measured."""
    edges = np.array(histogram.edges)
    return table_of(bin_extents=(edges[1:] + edges[:-1]) / 2, bin_values=histogram.counts)


def bytes_by_part(model: Model) -> vtkTable:
    """Lay out what the parts of a model's bytes cost, a row a part."""
    parts = model.parts
    return table_of(part=list(parts), bytes=list(parts.values()))
