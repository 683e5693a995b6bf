# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""Reader of .nvol files."""

from __future__ import annotations

from typing import Any

from vtkmodules.util.vtkAlgorithm import VTKPythonAlgorithmBase
from vtkmodules.vtkCommonCore import vtkInformationVector
from vtkmodules.vtkCommonDataModel import vtkImageData

from neuralvolume.filters.pipeline import (
    Reached,
    ReportProperties,
    announce_image,
    announce_times,
    reports_errors,
    requested_time,
)
from neuralvolume.series import load_series, step_at
from neuralvolume.stored import joined_bytes, stored_models
from neuralvolume.vtk_image import image_of


class NeuralVolumeReader(ReportProperties, VTKPythonAlgorithmBase):
    """Reads .nvol files: the decoded image, and in field data the models' bytes.

    A file, or a series of them, may hold several steps in time. All are read at once, as bytes; the
    step that is asked for is opened.
    """

    label = "Neural Volume Reader"

    def __init__(self) -> None:
        super().__init__(nInputPorts=0, nOutputPorts=1, outputType="vtkImageData")
        self.file_names: list[str] = []
        self._times: list[float] = []
        self._steps: list[bytes] = []

    def SetFileName(self, name: str) -> None:
        """Read this one file."""
        self.file_names[:] = [name]
        self.Modified()

    def AddFileName(self, name: str) -> None:
        self.file_names.append(name)
        self.Modified()

    def RemoveAllFileNames(self) -> None:
        self.file_names.clear()
        self.Modified()

    @reports_errors
    def RequestInformation(self, request: Any, inputs: Any, outputs: vtkInformationVector) -> int:
        self.reached, self._times, self._steps = Reached(), [], []
        steps = load_series(self.file_names)
        models = [model for step in steps for model in step.models]
        self.reached = Reached.by(models)
        self._times = [step.time for step in steps if step.time is not None]
        self._steps = [joined_bytes(step.models) for step in steps]
        info = outputs.GetInformationObject(0)
        announce_image(info, models[0].geometry)
        announce_times(info, self._times)
        return 1

    @reports_errors
    def RequestData(self, request: Any, inputs: Any, outputs: vtkInformationVector) -> int:
        if self._steps:  # otherwise the error has been reported with the information
            index = step_at(self._times, requested_time(outputs.GetInformationObject(0)))
            image = vtkImageData.GetData(outputs, 0)
            image.ShallowCopy(image_of(stored_models(self._steps[index])))
            if self._times:
                image.GetInformation().Set(image.DATA_TIME_STEP(), self._times[index])
        return 1
