# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""Images to compress, in a pipeline of plain VTK."""

from __future__ import annotations

from typing import Any

import numpy as np
from neuralvolume.filters import NeuralCompress, NeuralDecompress
from numpy.typing import ArrayLike, NDArray
from vtkmodules.util.numpy_support import numpy_to_vtk, vtk_to_numpy
from vtkmodules.vtkCommonDataModel import vtkImageData

NETWORK = 2  # the target
ABSOLUTE, RELATIVE = 1, 2  # kinds of error bounds
TINY = {"Levels": 2, "FeaturesPerLevel": 2, "Log2HashmapSize": 8, "Width": 16, "BaseResolution": 4}


def make_image(
    dimensions: tuple[int, int, int],
    first: tuple[int, int, int] = (0, 0, 0),
    origin: ArrayLike = (0.0, 0.0, 0.0),
    spacing: ArrayLike = (1.0, 1.0, 1.0),
    direction: ArrayLike = ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
) -> vtkImageData:
    """An image of these many points along x, y, z without arrays."""
    image = vtkImageData()
    image.SetExtent([i for a, n in zip(first, dimensions, strict=True) for i in (a, a + n - 1)])
    image.SetOrigin(origin)
    image.SetSpacing(spacing)
    image.SetDirectionMatrix(np.asarray(direction, float).ravel())
    return image


def positions(image: vtkImageData, association: str = "points") -> NDArray[np.float64]:
    """World positions of an image's points, or of its cells' centers, as VTK says."""
    if association == "points":
        return np.array([image.GetPoint(i) for i in range(image.GetNumberOfPoints())])
    cells = range(image.GetNumberOfCells())
    return np.array([np.reshape(image.GetCell(i).GetBounds(), (3, 2)).mean(axis=1) for i in cells])


def attributes_of(image: vtkImageData, association: str = "points") -> Any:
    return image.GetPointData() if association == "points" else image.GetCellData()


def add_array(
    image: vtkImageData, values: Any, name: str = "field", association: str = "points"
) -> vtkImageData:
    """Append a numpy array, a row a sample, or an array of VTK."""
    if isinstance(values, np.ndarray):
        values = numpy_to_vtk(np.ascontiguousarray(values), deep=True)
    values.SetName(name)
    attributes_of(image, association).AddArray(values)
    return image


def compress(
    image: vtkImageData, name: str = "field", association: str | None = None, **options: Any
) -> NeuralCompress:
    """Neural Compress of one array, wherever it is; brief unless `options` say otherwise."""
    fitted = NeuralCompress()
    fitted.SetInputDataObject(image)
    if association is None:
        association = "points" if image.GetPointData().HasArray(name) else "cells"
    add = fitted.AddPointDataArray if association == "points" else fitted.AddCellDataArray
    add(name)
    for option, value in {"Target": NETWORK, "Steps": 20, **TINY, **options}.items():
        getattr(fitted, f"Set{option}")(value)
    return fitted


def decompressed(image: vtkImageData, name: str = "field", **options: Any) -> vtkImageData:
    """What Neural Compress and Neural Decompress make of an image."""
    fitted, decoded = compress(image, name, **options), NeuralDecompress()
    decoded.SetInputConnection(fitted.GetOutputPort())
    decoded.Update()
    return decoded.GetOutputDataObject(0)


def values_of(
    image: vtkImageData, name: str = "field", association: str = "points"
) -> NDArray[Any]:
    return vtk_to_numpy(attributes_of(image, association).GetArray(name))
