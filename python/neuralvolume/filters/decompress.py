# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""Neural Decompress: from models' bytes to an ordinary image."""

from __future__ import annotations

from typing import Any

from vtkmodules.util.vtkAlgorithm import VTKPythonAlgorithmBase
from vtkmodules.vtkCommonCore import vtkInformationVector
from vtkmodules.vtkCommonDataModel import vtkImageData

from neuralvolume.filters.pipeline import WholeImages, models_of, reports_errors
from neuralvolume.vtk_image import decoded_image_of


class NeuralDecompress(WholeImages, VTKPythonAlgorithmBase):
    """Decodes the models that an image carries; the output is an ordinary image without it."""

    label = "Neural Decompress"

    def __init__(self) -> None:
        super().__init__(
            nInputPorts=1, inputType="vtkImageData", nOutputPorts=1, outputType="vtkImageData"
        )

    @reports_errors
    def RequestData(self, request: Any, inputs: Any, outputs: vtkInformationVector) -> int:
        source = vtkImageData.GetData(inputs[0], 0)
        models = models_of(source)
        extent = tuple(models[0].geometry.extent)
        if extent != source.GetExtent():
            raise ValueError(
                f"the model's extent is {extent}, the data set's {source.GetExtent()}: decompress "
                "first, then cut"
            )
        vtkImageData.GetData(outputs, 0).ShallowCopy(decoded_image_of(models))
        return 1
