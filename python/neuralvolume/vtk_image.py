# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""Models as vtkImageData."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np
from vtkmodules.util.numpy_support import numpy_to_vtk
from vtkmodules.vtkCommonDataModel import vtkImageData

from neuralvolume.stored import StoredModel, joined_bytes
from neuralvolume.volume import Association, attributes_of

try:
    from neuralvolume_vtk.vtkNeuralVolumeData import vtkNeuralDataArray as LazyArray
except ImportError:
    LazyArray = None

if TYPE_CHECKING:
    from vtkmodules.vtkCommonCore import vtkDataArray

    from neuralvolume.model import Model

    AnyModel = Model | StoredModel

BYTES_ARRAY = "NeuralVolume"  # in field data


def image_of(models: Sequence[AnyModel]) -> vtkImageData:
    """The arrays of one time on the original's grid, the models' bytes in field data.

    Where ParaView's plugin is there, arrays decode themselves where they are read.

    Raises
    ------
    ValueError
        There is no model, two stand for the same array, or their grids or times differ.
    """
    data = joined_bytes(models)
    image = _image_of(models, _decoded_array if LazyArray is None else _lazy_array)
    _add_bytes(image, data)
    return image


def decoded_image_of(models: Sequence[AnyModel]) -> vtkImageData:
    """The ordinary arrays of one time on the original's grid; raises as `image_of` does."""
    return _image_of(models, _decoded_array)


def _image_of(
    models: Sequence[AnyModel], array_of: Callable[[AnyModel], vtkDataArray]
) -> vtkImageData:
    _require_one_grid(models)
    image = vtkImageData()
    geometry = models[0].geometry
    image.SetExtent(geometry.extent)
    image.SetOrigin(geometry.origin)
    image.SetSpacing(geometry.spacing)
    image.SetDirectionMatrix(geometry.direction)
    if models[0].time is not None:
        image.GetInformation().Set(image.DATA_TIME_STEP(), models[0].time)
    for model in models:
        _add_array(image, array_of(model), model.association)
    return image


def image_awaiting(image: vtkImageData, keys: Iterable[tuple[Association, str]]) -> vtkImageData:
    """The image with some of its arrays and no bytes in their place: models are still to come."""
    awaiting = vtkImageData()
    awaiting.CopyStructure(image)
    for kind, name in keys:
        _add_array(awaiting, attributes_of(image, kind).GetArray(name), kind)
    _add_bytes(awaiting, b"")
    return awaiting


def _add_bytes(image: vtkImageData, data: bytes) -> None:
    array = numpy_to_vtk(np.frombuffer(data, np.uint8), deep=True)
    array.SetName(BYTES_ARRAY)
    image.GetFieldData().AddArray(array)


def _require_one_grid(models: Sequence[AnyModel]) -> None:
    first = models[0]
    for model in models[1:]:
        if model.geometry != first.geometry:
            raise ValueError(
                f"the grids of arrays '{first.name}' and '{model.name}' differ: they cannot be "
                "shown as one image"
            )
        if model.time != first.time:
            raise ValueError(f"models of times {first.time} and {model.time} are no single image")


def _add_array(image: vtkImageData, array: vtkDataArray, association: Association) -> None:
    """Add the array; the first one of points or cells becomes the active scalars."""
    attributes = attributes_of(image, association)
    attributes.AddArray(array)
    if attributes.GetScalars() is None:
        attributes.SetActiveScalars(array.GetName())


def _decoded_array(model: AnyModel) -> vtkDataArray:
    if isinstance(model, StoredModel):
        model = model.open()
    array = numpy_to_vtk(model.decode().reshape(-1, model.components))
    array.SetName(model.name)
    for i, name in enumerate(model.core.array.component_names):
        array.SetComponentName(i, name)
    return array


def _lazy_array(model: AnyModel) -> vtkDataArray:
    array = LazyArray()
    if not array.Open(numpy_to_vtk(np.frombuffer(joined_bytes([model]), np.uint8))):
        raise ValueError(f"the model of '{model.name}' is damaged")
    return array
