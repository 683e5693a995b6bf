# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""Writer of .nvol files."""

from __future__ import annotations

from concurrent.futures import CancelledError
from pathlib import Path
from typing import Any

from vtkmodules.util.vtkAlgorithm import VTKPythonAlgorithmBase
from vtkmodules.vtkCommonCore import vtkInformationVector
from vtkmodules.vtkCommonDataModel import vtkImageData
from vtkmodules.vtkCommonExecutionModel import vtkStreamingDemandDrivenPipeline

from neuralvolume.filters.pipeline import models_of, reports_errors, setter
from neuralvolume.io import check_writable
from neuralvolume.series import require_one_grid
from neuralvolume.stored import joined_bytes, save_models, stored_models


class NeuralVolumeWriter(VTKPythonAlgorithmBase):
    """Writes the models that an image carries, of now or of chosen steps in time.

    Steps go into one .nvol file or, with a suffix for file names, into one for each of them. A file
    appears whole or not at all.
    """

    label = "Neural Volume Writer"

    def __init__(self) -> None:
        super().__init__(nInputPorts=1, inputType="vtkImageData", nOutputPorts=0)
        self.options: dict[str, Any] = {
            "file_name": None,
            "file_name_suffix": "",
            "write_time_steps": False,
            "min_time_step": 0,
            "max_time_step": -1,
            "time_step_stride": 1,
        }
        self._steps: list[tuple[int, float]] = []  # index and time of each that is chosen
        self._written: list[bytes] = []

    SetFileName = setter("file_name")
    SetFileNameSuffix = setter("file_name_suffix")
    SetWriteTimeSteps = setter("write_time_steps")
    SetMinTimeStep = setter("min_time_step")
    SetMaxTimeStep = setter("max_time_step")
    SetTimeStepStride = setter("time_step_stride")

    def RequestInformation(self, request: Any, inputs: Any, outputs: Any) -> int:
        self._steps, self._written = self._chosen_steps(inputs[0]), []
        return 1

    def RequestUpdateExtent(self, request: Any, inputs: Any, outputs: Any) -> int:
        if self._steps:
            key = vtkStreamingDemandDrivenPipeline.UPDATE_TIME_STEP()
            inputs[0].GetInformationObject(0).Set(key, self._steps[len(self._written)][1])
        return 1

    @reports_errors
    def RequestData(self, request: Any, inputs: Any, outputs: vtkInformationVector) -> int:
        more = vtkStreamingDemandDrivenPipeline.CONTINUE_EXECUTING()
        request.Remove(more)  # an error ends it
        paths = self._paths()
        try:
            models = models_of(vtkImageData.GetData(inputs[0], 0))
        except CancelledError as error:
            raise ValueError("a fit is still under way: wait for it, or press Stop") from error
        if self._steps:
            _, time = self._steps[len(self._written)]
            models = [model.at(time) for model in models]
        self._written.append(joined_bytes(models))
        if len(self._written) < len(paths):
            request.Set(more, 1)
            return 1
        for path in dict.fromkeys(paths):
            self._save(path, [i for i, other in enumerate(paths) if other == path])
        self._written = []
        return 1

    def _paths(self) -> list[Path]:
        """The file of each step; ValueError or OSError where it cannot be."""
        if not self.options["file_name"]:
            raise ValueError("no file name was given")
        path, suffix = Path(self.options["file_name"]), self.options["file_name_suffix"]
        check_writable(path, (".nvol",))
        if not self._steps or not suffix:
            return [path] * max(len(self._steps), 1)
        try:
            names = [path.stem + suffix % index + path.suffix for index, _ in self._steps]
        except (TypeError, ValueError):
            raise ValueError(f"the suffix '{suffix}' must hold one number, as _%d does") from None
        return [path.with_name(name) for name in names]

    def _save(self, path: Path, steps: list[int]) -> None:
        models = stored_models(b"".join(self._written[step] for step in steps))
        require_one_grid(models)
        save_models(models, path)

    def _chosen_steps(self, inputs: vtkInformationVector) -> list[tuple[int, float]]:
        """Index and time of each step; none where there is no time, or now is what is wanted."""
        key = vtkStreamingDemandDrivenPipeline.TIME_STEPS()
        times = inputs.GetInformationObject(0).Get(key) or ()
        if not self.options["write_time_steps"]:
            return []
        first, last = self.options["min_time_step"], self.options["max_time_step"]
        end = last + 1 if last >= first else len(times)
        return list(enumerate(times))[first : end : self.options["time_step_stride"]]

    def Write(self) -> None:
        """Write now."""
        self.Modified()
        self.Update()
