# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""PyVista reads and writes .nvol files: what the package's entry points name."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import numpy as np
from pyvista import BaseReader, BaseVTKReader, ImageData, TimeReader

from neuralvolume.filters.pipeline import models_of
from neuralvolume.fitting import fit
from neuralvolume.model import Model
from neuralvolume.series import load_series
from neuralvolume.stored import StoredModel, save_models
from neuralvolume.volume import ArrayKey, Volume, array_keys, as_volume
from neuralvolume.vtk_image import BYTES_ARRAY, image_of


class StepReader(BaseVTKReader):
    """What PyVista needs of a reader of VTK, with exceptions instead of VTK's errors."""

    def UpdateInformation(self) -> None:  # noqa: N802
        try:
            self.steps = load_series([self._filename])
        except ValueError as error:
            raise OSError(str(error)) from error  # of a ValueError PyVista says but that it failed
        self.active = 0

    def Update(self) -> None:  # noqa: N802
        self._data_object = image_of([model.open() for model in self.steps[self.active].models])


class NeuralVolumeReader(BaseReader, TimeReader):
    """Gives the decoded arrays of an .nvol file; in field data they bring their models along.

    Of a series `pyvista.read` gives the first step, `pyvista.get_reader` any: see
    `pyvista.TimeReader`.
    """

    _class_reader = StepReader
    _output_types = (ImageData,)

    @property
    def time_values(self) -> list[float]:
        return [step.time for step in self.reader.steps if step.time is not None]

    @property
    def number_time_points(self) -> int:
        return len(self.time_values)

    def time_point_value(self, time_point: int) -> float:
        return self.time_values[time_point]

    @property
    def active_time_value(self) -> float:
        return self.time_values[self.reader.active]

    def set_active_time_value(self, time_value: float) -> None:
        if time_value not in self.time_values:
            raise ValueError(f"there is no time {time_value}, only {self.time_values}")
        self.set_active_time_point(self.time_values.index(time_value))

    def set_active_time_point(self, time_point: int) -> None:
        self.reader.active = range(self.number_time_points)[time_point]


def write(
    mesh: ImageData, path: str, *, arrays: Collection[str] | None = None, **options: Any
) -> None:
    """Write an image's arrays into an .nvol file: `mesh.save(path)`.

    Parameters
    ----------
    mesh
        Its point and cell arrays are written, not its field data.
    arrays
        Names of those to write; default all numeric ones.
    options
        Of `neuralvolume.fit`, for each array. With none of them, an array that has not changed
        since its model was decoded is written as that model; all others are fitted.

    Raises
    ------
    TypeError, ValueError
        The mesh is no image, it has no such array, or an option is not what it must be.
    OSError
        The file cannot be written.
    """
    if not isinstance(mesh, ImageData):
        raise TypeError(
            f"a {type(mesh).__name__} is no image data: sample it on an ImageData first"
        )
    carried = {} if options else _carried_models(mesh)
    keys = _keys_of(mesh, arrays)
    save_models([_model_of(mesh, key, carried.get(key), options) for key in keys], path)


def _keys_of(mesh: ImageData, arrays: Collection[str] | None) -> list[ArrayKey]:
    present = array_keys(mesh)
    names = {key.name for key in present}
    if not present:
        raise ValueError("the image has no numeric array")
    for name in arrays or ():
        if name not in names:
            raise ValueError(f"the image has no numeric array '{name}', only: {sorted(names)}")
    return [key for key in present if arrays is None or key.name in arrays]


def _carried_models(mesh: ImageData) -> dict[ArrayKey, StoredModel]:
    if BYTES_ARRAY not in mesh.field_data:
        return {}
    return {ArrayKey(model.association, model.name): model for model in models_of(mesh)}


def _model_of(
    mesh: ImageData, key: ArrayKey, carried: StoredModel | None, options: dict[str, Any]
) -> Model | StoredModel:
    volume = as_volume(mesh, array=key.name, association=key.association)
    if carried is not None and _is_unchanged(volume, carried):
        return carried
    return fit(volume, **options)


def _is_unchanged(volume: Volume, carried: StoredModel) -> bool:
    """Whether a volume is still what its model decodes to."""
    model = carried.open()
    if model.geometry != volume.geometry or model.dtype != volume.values.dtype:
        return False
    is_float = volume.values.dtype.kind == "f"
    return np.array_equal(model.decode(), volume.values, equal_nan=is_float)
