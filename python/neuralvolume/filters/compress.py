# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""Neural Compress: fit networks to the arrays of an image."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from concurrent.futures import CancelledError
from functools import partial
from typing import Any

from vtkmodules.util.vtkAlgorithm import VTKPythonAlgorithmBase
from vtkmodules.vtkCommonCore import vtkInformation, vtkInformationVector
from vtkmodules.vtkCommonDataModel import vtkDataObject, vtkImageData, vtkTable

from neuralvolume.filters.arrays import ArrayLists
from neuralvolume.filters.background import Background, News, is_watched
from neuralvolume.filters.fitted import FittedSteps
from neuralvolume.filters.pipeline import (
    Reached,
    ReportProperties,
    WholeImages,
    reports_errors,
    setter,
    shown_warnings,
    table_of,
)
from neuralvolume.fitting.arrays import fit_arrays
from neuralvolume.fitting.sizing.budget import DEFAULT_RATIO
from neuralvolume.fitting.training import FitProgress
from neuralvolume.model import Model
from neuralvolume.network_options import NETWORK_OPTIONS
from neuralvolume.volume import ArrayKey, as_volume, time_of
from neuralvolume.vtk_image import image_awaiting, image_of

RATIO, PSNR, NETWORK, SIZE, BOUND = range(5)  # targets
UNBOUNDED, ABSOLUTE, RELATIVE = range(3)  # bounds of errors


class NeuralCompress(WholeImages, ArrayLists, ReportProperties, VTKPythonAlgorithmBase):
    """Fits a model to each of the chosen arrays of a vtkImageData.

    Output 0 is the image: the arrays as their models give them, under their own names, and in field
    data the models' bytes. Output 1 is the training log, a vtkTable with columns array, step,
    seconds, loss and psnr. Aborting leaves both empty.

    Steps in time are fitted as they are asked for, each from the nearest one that was fitted
    before, and kept until the input or an option changes.

    Where ParaView's window watches, the fit goes on in the background: until it is done, the arrays
    are the input's own, and the array of the models' bytes is empty.
    """

    label = "Neural Compress"

    def __init__(self) -> None:
        super().__init__(nInputPorts=1, inputType="vtkImageData", nOutputPorts=2)
        self.options: dict[str, Any] = {
            "target": RATIO,
            "ratio": DEFAULT_RATIO,
            "size": 100_000,
            "psnr": 40.0,
            "error_bound": UNBOUNDED,
            "max_error": 1.0,
            "relative_error": 0.01,
            "portable": False,
            "steps": 0,
            "time_limit": 0.0,
            "seed": 0,
            "backend": "auto",
            "levels": 8,
            "features_per_level": 4,
            "log2_hashmap_size": 16,
            "base_resolution": 16,
            "per_level_scale": 2.0,
            "width": 64,
            "hidden_layers": 2,
        }
        self._fitted = FittedSteps()
        self._background = Background(self)

    SetTarget = setter("target")
    SetRatio = setter("ratio")
    SetSize = setter("size")
    SetPSNR = setter("psnr")
    SetErrorBound = setter("error_bound")
    SetMaxError = setter("max_error")
    SetRelativeError = setter("relative_error")
    SetPortable = setter("portable")
    SetSteps = setter("steps")
    SetTimeLimit = setter("time_limit")
    SetSeed = setter("seed")
    SetBackend = setter("backend")
    SetLevels = setter("levels")
    SetFeaturesPerLevel = setter("features_per_level")
    SetLog2HashmapSize = setter("log2_hashmap_size")
    SetBaseResolution = setter("base_resolution")
    SetPerLevelScale = setter("per_level_scale")
    SetWidth = setter("width")
    SetHiddenLayers = setter("hidden_layers")

    def FillOutputPortInformation(self, port: int, info: vtkInformation) -> int:
        info.Set(vtkDataObject.DATA_TYPE_NAME(), ("vtkImageData", "vtkTable")[port])
        return 1

    @reports_errors
    def RequestData(self, request: Any, inputs: Any, outputs: vtkInformationVector) -> int:
        self.reached = Reached()
        image = vtkImageData.GetData(inputs[0], 0)
        keys = self.arrays_of(image)
        self._fitted.serve(self._purpose())
        models = self._fitted.at(time_of(image)) or self._fit(image, keys)
        if models is None:
            vtkImageData.GetData(outputs, 0).ShallowCopy(image_awaiting(image, keys))
            return 1
        self._fitted.keep(time_of(image), models)
        self.reached = Reached.by(models, sum(model.seconds or 0.0 for model in models))
        vtkImageData.GetData(outputs, 0).ShallowCopy(image_of(models))
        vtkTable.GetData(outputs, 1).ShallowCopy(training_log(models))
        return 1

    def GetNeedsUpdate(self) -> bool:
        """ParaView's window asks so several times a second, and shows the fit's progress."""
        with shown_warnings(self):
            news = self._background.news()
        if news is News.DONE:
            self.Modified()
        elif progress := self._background.progress:
            self.reached = Reached(
                psnr=progress.psnr, seconds=progress.seconds, steps=progress.step
            )
        return news is not News.NONE

    def Stop(self) -> None:
        """End a training that is watched: the models so far are finished."""
        self._background.stop()

    def GetFitStatus(self) -> str:
        return self._background.status or self.reached.stop_reason

    def _purpose(self) -> Hashable:
        """What models are fitted for: options, arrays, and the input but for its time."""
        modified = self.GetInputExecutive(0, 0).GetPipelineMTime()
        return tuple(self.options.items()), self.chosen_arrays, modified

    def _fit(self, image: vtkImageData, keys: Sequence[ArrayKey]) -> list[Model] | None:
        """A model for each array, or None while they are fitted in the background.

        Of steps in time that is the first one: an animation waits for those that follow.
        """
        volumes = [as_volume(image, array=name, association=kind) for kind, name in keys]
        starts = self._fitted.nearest(time_of(image))
        fit_all = partial(fit_arrays, volumes, starts=starts, **self._fit_options())
        if is_watched(self._background) and not self._fitted:
            return self._background.models((self._purpose(), time_of(image)), fit_all)
        self._background.cancel()
        return fit_all(progress=self._report)

    def _fit_options(self) -> dict[str, Any]:
        options = self.options
        ratio = options["ratio"]
        targets: dict[int, dict[str, Any]] = {
            RATIO: {"ratio": None if ratio == DEFAULT_RATIO else ratio},
            SIZE: {"size": options["size"]},
            PSNR: {"psnr": options["psnr"]},
            BOUND: {},
            NETWORK: {"network": {name: options[name] for name in NETWORK_OPTIONS}},
        }
        bounds = {
            UNBOUNDED: {},
            ABSOLUTE: {"max_error": options["max_error"]},
            RELATIVE: {"relative_error": options["relative_error"]},
        }
        if options["target"] == BOUND and options["error_bound"] == UNBOUNDED:
            raise ValueError("the target is an error bound, but there is none: choose one")
        return {
            **targets[options["target"]],
            **bounds[options["error_bound"]],
            "portable": bool(options["portable"]),
            "steps": options["steps"] or None,
            "time_limit": options["time_limit"] or None,
            "seed": options["seed"],
            "backend": options["backend"],
        }

    def _report(self, progress: FitProgress) -> bool:
        self.SetProgressText(f"Fitting: step {progress.step}, {progress.psnr:.1f} dB")
        self.UpdateProgress(progress.fraction)
        if self.CheckAbort() or self.GetAbortExecute():
            raise CancelledError
        return True


def training_log(models: list[Model]) -> vtkTable:
    """Lay out the training logs as a table, a row an entry."""
    rows = [(model.name, entry) for model in models for entry in model.history]
    columns = {
        column: [getattr(entry, column) for _, entry in rows]
        for column in ("step", "seconds", "loss", "psnr")
    }
    return table_of(array=[name for name, _ in rows], **columns)
