# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""Reader and writer of .nvol files."""

from __future__ import annotations

from typing import Any

from vtkmodules.util.vtkAlgorithm import VTKPythonAlgorithmBase
from vtkmodules.vtkCommonCore import vtkInformationVector
from vtkmodules.vtkCommonDataModel import vtkImageData

from neuralvolume.filters.pipeline import (
    Reached,
    ReportProperties,
    announce_image,
    models_of,
    reports_errors,
    setter,
)
from neuralvolume.stored import load_models, save_models
from neuralvolume.vtk_image import image_of


class NeuralVolumeReader(ReportProperties, VTKPythonAlgorithmBase):
    """Reads a .nvol file: the decoded image, and in field data the models' bytes."""

    label = "Neural Volume Reader"

    def __init__(self) -> None:
        super().__init__(nInputPorts=0, nOutputPorts=1, outputType="vtkImageData")
        self.options: dict[str, Any] = {"file_name": None}

    SetFileName = setter("file_name")

    @reports_errors
    def RequestInformation(self, request: Any, inputs: Any, outputs: vtkInformationVector) -> int:
        self.reached = Reached()
        models = load_models(file_name_of(self))
        announce_image(outputs.GetInformationObject(0), models[0].geometry)
        self.reached = Reached.by(models)
        return 1

    @reports_errors
    def RequestData(self, request: Any, inputs: Any, outputs: vtkInformationVector) -> int:
        if self.reached.bytes:  # otherwise the error has been reported with the information
            models = load_models(self.options["file_name"])
            vtkImageData.GetData(outputs, 0).ShallowCopy(image_of(models))
        return 1


class NeuralVolumeWriter(VTKPythonAlgorithmBase):
    """Writes the models that an image carries as a .nvol file, whole or not at all."""

    label = "Neural Volume Writer"

    def __init__(self) -> None:
        super().__init__(nInputPorts=1, inputType="vtkImageData", nOutputPorts=0)
        self.options: dict[str, Any] = {"file_name": None}

    SetFileName = setter("file_name")

    @reports_errors
    def RequestData(self, request: Any, inputs: Any, outputs: vtkInformationVector) -> int:
        save_models(models_of(vtkImageData.GetData(inputs[0], 0)), file_name_of(self))
        return 1

    def Write(self) -> None:
        """Write the file now."""
        self.Modified()
        self.Update()


def file_name_of(algorithm: Any) -> str:
    """The file name; ValueError where none was given."""
    name = algorithm.options["file_name"]
    if not name:
        raise ValueError("no file name was given")
    return str(name)
