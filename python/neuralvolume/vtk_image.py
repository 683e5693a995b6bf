# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""Models as vtkImageData."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from vtkmodules.util.numpy_support import numpy_to_vtk
from vtkmodules.vtkCommonDataModel import vtkImageData

if TYPE_CHECKING:
    from neuralvolume.model import Model

BYTES_ARRAY = "NeuralVolume"  # in field data


def image_of(model: Model) -> vtkImageData:
    """The decoded array on the original's grid, the model's bytes in field data."""
    image = vtkImageData()
    geometry = model.geometry
    image.SetExtent(geometry.extent)
    image.SetOrigin(geometry.origin)
    image.SetSpacing(geometry.spacing)
    image.SetDirectionMatrix(geometry.direction)
    values = numpy_to_vtk(model.decode().reshape(-1, model.components))
    values.SetName(model.name)
    attributes = image.GetPointData() if model.association == "points" else image.GetCellData()
    attributes.SetScalars(values)
    data = numpy_to_vtk(np.frombuffer(model.to_bytes(), np.uint8), deep=True)
    data.SetName(BYTES_ARRAY)
    image.GetFieldData().AddArray(data)
    return image
