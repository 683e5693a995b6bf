# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""Neural Compare: where, and how far, a compressed image is off the original."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from vtkmodules.util.numpy_support import numpy_to_vtk
from vtkmodules.util.vtkAlgorithm import VTKPythonAlgorithmBase
from vtkmodules.vtkCommonCore import vtkInformation, vtkInformationVector
from vtkmodules.vtkCommonDataModel import vtkDataObject, vtkImageData, vtkTable

from neuralvolume import _core
from neuralvolume.filters.arrays import array_to_process
from neuralvolume.filters.pipeline import WholeImages, reports_errors
from neuralvolume.filters.report import histogram_table
from neuralvolume.volume import ArrayKey, Volume, as_volume, attributes_of

COMPRESSED, ORIGINAL = range(2)  # input ports
GRID_TOLERANCE = 1e-3  # spacings


@dataclass(frozen=True)
class Measured:
    """In plain numbers: an algorithm may outlive Python, what the core returns may not."""

    psnr: float = 0.0
    ssim: float = 0.0
    maximum_error: float = 0.0
    mean_error: float = 0.0


class NeuralCompare(WholeImages, VTKPythonAlgorithmBase):
    """Compares an array of two vtkImageData on the same grid; neither needs to carry a model.

    Output 0 is an image of the signed error, first minus second input, in the array's units:
    `<name>_error`, float or where the type has more digits double, NaN where either has no value.
    Output 1 is the histogram of the errors, a vtkTable with the columns of ParaView's Histogram.
    """

    label = "Neural Compare"

    def __init__(self) -> None:
        super().__init__(nInputPorts=2, inputType="vtkImageData", nOutputPorts=2)
        self.measured = Measured()

    def GetPSNR(self) -> float:
        return self.measured.psnr

    def GetSSIM(self) -> float:
        return self.measured.ssim

    def GetMaximumError(self) -> float:
        return self.measured.maximum_error

    def GetMeanError(self) -> float:
        return self.measured.mean_error

    def FillOutputPortInformation(self, port: int, info: vtkInformation) -> int:
        info.Set(vtkDataObject.DATA_TYPE_NAME(), ("vtkImageData", "vtkTable")[port])
        return 1

    @reports_errors
    def RequestData(self, request: Any, inputs: Any, outputs: vtkInformationVector) -> int:
        self.measured = Measured()
        images = [vtkImageData.GetData(port, 0) for port in inputs]
        compressed = _volume("compressed", images[COMPRESSED], array_to_process(self))
        key = ArrayKey(compressed.association, compressed.name)
        original = _volume("original", images[ORIGINAL], key)
        _require_same_grid(*images)
        invalid = compressed.invalid_mask() | original.invalid_mask()
        quality = _core.compare(compressed.values, original.values, invalid)
        self.measured = Measured(
            quality.psnr, quality.ssim, quality.maximum_error, quality.mean_error
        )
        error = error_image(images[ORIGINAL], compressed, original, invalid)
        vtkImageData.GetData(outputs, 0).ShallowCopy(error)
        vtkTable.GetData(outputs, 1).ShallowCopy(histogram_table(quality.error_histogram))
        return 1


def error_image(
    grid: vtkImageData, compressed: Volume, original: Volume, invalid: NDArray[np.uint8]
) -> vtkImageData:
    """An image on `grid` of compressed minus original."""
    kind = np.result_type(original.values, np.float32)
    with np.errstate(invalid="ignore", over="ignore"):  # of samples that are not finite
        error = np.subtract(compressed.values, original.values, dtype=kind)
    error[invalid != 0] = np.nan
    array = numpy_to_vtk(error.reshape(-1, original.components))
    array.SetName(f"{original.name}_error")
    image = vtkImageData()
    image.CopyStructure(grid)
    attributes_of(image, original.association).SetScalars(array)
    return image


def _volume(role: str, image: vtkImageData, key: ArrayKey | None) -> Volume:
    association, name = key or (None, None)
    try:
        return as_volume(image, array=name, association=association)
    except (TypeError, ValueError) as error:
        raise type(error)(f"the {role} image cannot be compared: {error}") from error


def _require_same_grid(compressed: vtkImageData, original: vtkImageData) -> None:
    """Refuse images whose points do not lie at the same places, in the same order."""
    dimensions = [image.GetDimensions() for image in (compressed, original)]
    if dimensions[0] != dimensions[1]:
        raise ValueError(
            "the images are not of one grid: {} and {} points along x, y, z; extract or resample "
            "one to the other's grid".format(*dimensions)
        )
    lattices = _lattice(compressed), _lattice(original)
    tolerance = GRID_TOLERANCE * min(map(abs, original.GetSpacing()))
    if not np.allclose(*lattices, rtol=0.0, atol=tolerance):
        raise ValueError(
            "the images are not of one grid: origin, spacing or direction differ, as the bounds "
            f"{compressed.GetBounds()} and {original.GetBounds()} do"
        )


def _lattice(image: vtkImageData) -> NDArray[np.float64]:
    """Rows: where the first point is, and how far it is to the other end of each axis."""
    matrix = image.GetIndexToPhysicalMatrix()
    steps = np.array([[matrix.GetElement(row, axis) for row in range(3)] for axis in range(3)])
    return np.vstack([image.GetPoint(0), steps * np.reshape(image.GetDimensions(), (3, 1))])
