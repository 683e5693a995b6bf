# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""What the algorithms share: options, messages, and the fit's report as information properties."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from vtkmodules.util.numpy_support import numpy_to_vtk
from vtkmodules.util.vtkAlgorithm import VTKPythonAlgorithmBase
from vtkmodules.vtkCommonCore import (
    vtkAbstractArray,
    vtkInformation,
    vtkInformationVector,
    vtkOutputWindow,
    vtkStringArray,
)
from vtkmodules.vtkCommonDataModel import vtkDataObject, vtkImageData, vtkTable
from vtkmodules.vtkCommonExecutionModel import vtkAlgorithm, vtkStreamingDemandDrivenPipeline

from neuralvolume import Geometry
from neuralvolume.model import Model
from neuralvolume.stored import StoredModel, stored_models
from neuralvolume.vtk_image import BYTES_ARRAY

Request = Callable[[Any, vtkInformation, Any, vtkInformationVector], int]


def setter(name: str) -> Callable[[VTKPythonAlgorithmBase, Any], None]:
    """Make a VTK setter of the entry `name` of the algorithm's `options`."""

    def set_option(self: Any, value: Any) -> None:
        if self.options[name] != value:
            self.options[name] = value
            self.Modified()

    return set_option


def reports_errors(request: Request) -> Request:
    """Turn an exception that bad input raises into a VTK error, and leave the outputs empty.

    What is cancelled leaves them empty, too. The request counts as done. Where the pipeline tries
    again, as VTK does at each picture while an output is empty, the same error is not said again
    before an option has changed.
    """

    @wraps(request)
    def guarded(self: Any, info: vtkInformation, inputs: Any, outputs: vtkInformationVector) -> int:
        try:
            with shown_warnings(self):
                done = request(self, info, inputs, outputs)
        except CancelledError:
            clear(outputs)
            return 1
        except (OSError, MemoryError, TypeError, ValueError) as error:
            clear(outputs)
            show_error(self, str(error) or type(error).__name__)
            return 1
        self.shown_error = None
        return done

    return guarded


def show_error(algorithm: Any, message: str) -> None:
    """Show an error where VTK's errors go, once for each state of the algorithm.

    As with vtkErrorMacro that is an observer of its ErrorEvent, or else the output window.
    """
    error = message, algorithm.GetMTime()
    if getattr(algorithm, "shown_error", None) == error:
        return
    algorithm.shown_error = error
    text = f"ERROR: {algorithm.label}: {message}\n"
    if algorithm.HasObserver("ErrorEvent"):
        algorithm.InvokeEvent("ErrorEvent", text)
    else:
        vtkOutputWindow.GetInstance().DisplayErrorText(text)


@contextmanager
def shown_warnings(algorithm: Any) -> Iterator[None]:
    """Show what the package warns of where VTK's warnings go."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", UserWarning)
        yield
    for warning in caught:
        vtkOutputWindow.GetInstance().DisplayWarningText(
            f"Warning: {algorithm.label}: {warning.message}\n"
        )


def clear(outputs: vtkInformationVector) -> None:
    """Leave nothing in the outputs."""
    for port in range(outputs.GetNumberOfInformationObjects()):
        vtkDataObject.GetData(outputs, port).Initialize()


class WholeImages:
    """Asks for whole images at all inputs; of output 0 any part may be asked for."""

    def RequestInformation(self, request: Any, inputs: Any, outputs: vtkInformationVector) -> int:
        outputs.GetInformationObject(0).Set(vtkAlgorithm.CAN_PRODUCE_SUB_EXTENT(), 1)
        return 1

    def RequestUpdateExtent(self, request: Any, inputs: Any, outputs: Any) -> int:
        for port in inputs:
            info = port.GetInformationObject(0)
            whole = info.Get(vtkStreamingDemandDrivenPipeline.WHOLE_EXTENT())
            info.Set(vtkStreamingDemandDrivenPipeline.UPDATE_EXTENT(), whole, 6)
        return 1


def models_of(image: vtkImageData) -> list[StoredModel]:
    """The models that an image carries.

    Raises
    ------
    ValueError
        There is none, or one is damaged.
    CancelledError
        A fit is still under way: what is made of its models has to wait, too.
    """
    data = image.GetFieldData().GetAbstractArray(BYTES_ARRAY)
    if data is None:
        raise ValueError(
            f"the data set carries no model (field data array '{BYTES_ARRAY}'): apply Neural "
            "Compress, or open a .nvol file"
        )
    if data.GetNumberOfValues() == 0:
        raise CancelledError
    return stored_models(bytes(memoryview(data)))


def announce_times(info: vtkInformation, times: Sequence[float]) -> None:
    """Tell the pipeline which steps in time there are; none where there is no time."""
    keys = vtkStreamingDemandDrivenPipeline
    if times:
        info.Set(keys.TIME_STEPS(), times, len(times))
        info.Set(keys.TIME_RANGE(), (times[0], times[-1]), 2)
    else:
        info.Remove(keys.TIME_STEPS())
        info.Remove(keys.TIME_RANGE())


def requested_time(info: vtkInformation) -> float:
    """Which time the pipeline asks an output for; 0 where it asks for none."""
    key = vtkStreamingDemandDrivenPipeline.UPDATE_TIME_STEP()
    return float(info.Get(key)) if info.Has(key) else 0.0


def announce_image(info: vtkInformation, geometry: Geometry) -> None:
    """Tell the pipeline, before there is data, which image it will get."""
    info.Set(vtkStreamingDemandDrivenPipeline.WHOLE_EXTENT(), geometry.extent, 6)
    info.Set(vtkDataObject.ORIGIN(), geometry.origin, 3)
    info.Set(vtkDataObject.SPACING(), geometry.spacing, 3)
    info.Set(vtkDataObject.DIRECTION(), geometry.direction, 9)
    info.Set(vtkAlgorithm.CAN_PRODUCE_SUB_EXTENT(), 1)


def table_of(**columns: ArrayLike) -> vtkTable:
    """Lay out columns of numbers or texts as a table."""
    table = vtkTable()
    for name, values in columns.items():
        array = _column_of(np.asarray(values))
        array.SetName(name)
        table.AddColumn(array)
    return table


def _column_of(values: NDArray[Any]) -> vtkAbstractArray:
    if values.dtype.kind != "U":
        return numpy_to_vtk(values, deep=True)
    texts = vtkStringArray()
    for text in values:
        texts.InsertNextValue(text)
    return texts


@dataclass(frozen=True)
class Reached:
    """What a fit reached, in plain numbers: an algorithm may outlive Python, a model may not."""

    psnr: float = 0.0
    drawn_psnr: float = 0.0
    ssim: float = 0.0
    maximum_error: float = 0.0
    percentile_999_error: float = 0.0
    ratio: float = 0.0
    bits_per_voxel: float = 0.0
    bytes: int = 0
    seconds: float = 0.0
    steps: int = 0
    stop_reason: str = ""

    @classmethod
    def by(cls, models: Sequence[Model | StoredModel], seconds: float = 0.0) -> Reached:
        """By one model; of several the worst, and of bytes and steps the sum.

        Bits per voxel are the mean over steps in time.
        """
        times = {model.time for model in models}
        reports = [model.report for model in models]
        size = sum(model.nbytes for model in models)
        return cls(
            psnr=min(r.psnr for r in reports),
            drawn_psnr=min(r.psnr if r.network_psnr is None else r.network_psnr for r in reports),
            ssim=min(r.ssim for r in reports),
            maximum_error=max(r.maximum_error for r in reports),
            percentile_999_error=max(r.percentile_999_error for r in reports),
            ratio=sum(model.original_bytes for model in models) / size,
            bits_per_voxel=sum(model.bits_per_voxel for model in models) / len(times),
            bytes=size,
            seconds=seconds,
            steps=sum(r.steps for r in reports),
            stop_reason=", ".join(dict.fromkeys(r.stop_reason for r in reports)),
        )


class ReportProperties:
    """What the fit reached, as ParaView's panel shows it; zero while there is no model."""

    reached = Reached()

    def GetReachedPSNR(self) -> float:
        return self.reached.psnr

    def GetReachedPSNRAsDrawn(self) -> float:
        return self.reached.drawn_psnr

    def GetReachedSSIM(self) -> float:
        return self.reached.ssim

    def GetReachedMaximumError(self) -> float:
        return self.reached.maximum_error

    def GetReached999PercentileError(self) -> float:
        return self.reached.percentile_999_error

    def GetReachedRatio(self) -> float:
        return self.reached.ratio

    def GetBitsPerVoxel(self) -> float:
        return self.reached.bits_per_voxel

    def GetModelBytes(self) -> int:
        return self.reached.bytes

    def GetFitSeconds(self) -> float:
        return self.reached.seconds

    def GetFitSteps(self) -> int:
        return self.reached.steps
