# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""Neural Compress: fit a network to an array of an image."""

from __future__ import annotations

from typing import Any

from vtkmodules.util.vtkAlgorithm import VTKPythonAlgorithmBase
from vtkmodules.vtkCommonCore import vtkInformation, vtkInformationVector
from vtkmodules.vtkCommonDataModel import vtkDataObject, vtkImageData, vtkTable
from vtkmodules.vtkCommonExecutionModel import vtkAlgorithm, vtkStreamingDemandDrivenPipeline

from neuralvolume.filters.pipeline import (
    Reached,
    ReportProperties,
    clear,
    reports_errors,
    setter,
    table_of,
)
from neuralvolume.fitting import fit
from neuralvolume.fitting.sizing.budget import DEFAULT_RATIO
from neuralvolume.fitting.training import FitProgress, HistoryEntry
from neuralvolume.network_options import NETWORK_OPTIONS
from neuralvolume.volume import Association

RATIO, PSNR, NETWORK, SIZE, BOUND = range(5)  # targets
UNBOUNDED, ABSOLUTE, RELATIVE = range(3)  # bounds of errors


class NeuralCompress(ReportProperties, VTKPythonAlgorithmBase):
    """Fits a model to the chosen array of a vtkImageData.

    Output 0 is the image: the decoded array under its own name, and in field data the model's
    bytes. Output 1 is the training log, a vtkTable with columns step, seconds, loss and psnr.
    Aborting leaves both empty.
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

    def RequestInformation(self, request: Any, inputs: Any, outputs: vtkInformationVector) -> int:
        outputs.GetInformationObject(0).Set(vtkAlgorithm.CAN_PRODUCE_SUB_EXTENT(), 1)
        return 1

    def RequestUpdateExtent(self, request: Any, inputs: Any, outputs: Any) -> int:
        info = inputs[0].GetInformationObject(0)
        whole = info.Get(vtkStreamingDemandDrivenPipeline.WHOLE_EXTENT())
        info.Set(vtkStreamingDemandDrivenPipeline.UPDATE_EXTENT(), whole, 6)
        return 1

    @reports_errors
    def RequestData(self, request: Any, inputs: Any, outputs: vtkInformationVector) -> int:
        self.reached = Reached()
        name, association = self._chosen_array()
        model = fit(
            vtkImageData.GetData(inputs[0], 0),
            array=name,
            association=association,
            progress=self._progress,
            **self._fit_options(),
        )
        if model.report.stop_reason == "cancelled":
            clear(outputs)
            return 1
        self.reached = Reached.by(model)
        vtkImageData.GetData(outputs, 0).ShallowCopy(model.to_vtk())
        vtkTable.GetData(outputs, 1).ShallowCopy(training_log(model.history))
        return 1

    def _chosen_array(self) -> tuple[str | None, Association | None]:
        """Name and association; None each where the first is to be taken."""
        info = self.GetInputArrayInformation(0)
        name = info.Get(vtkDataObject.FIELD_NAME())
        if not name:
            return None, None
        cells = info.Get(vtkDataObject.FIELD_ASSOCIATION()) == vtkDataObject.FIELD_ASSOCIATION_CELLS
        return name, "cells" if cells else "points"

    def _fit_options(self) -> dict[str, Any]:
        options = self.options
        ratio = options["ratio"]
        targets = {
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

    def _progress(self, progress: FitProgress) -> bool:
        self.SetProgressText(f"Fitting: step {progress.step}, {progress.psnr:.1f} dB")
        self.UpdateProgress(progress.fraction)
        return not (self.CheckAbort() or self.GetAbortExecute())


def training_log(history: list[HistoryEntry]) -> vtkTable:
    """Lay out a training log as a table, a row an entry."""
    columns = ("step", "seconds", "loss", "psnr")
    return table_of(**{name: [getattr(entry, name) for entry in history] for name in columns})
