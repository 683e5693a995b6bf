# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""PyVista reads and writes .nvol files: what the package's entry points name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from pyvista import BaseReader, BaseVTKReader, ImageData, TimeReader

from neuralvolume.filters.pipeline import models_of
from neuralvolume.fitting.arrays import fit_arrays
from neuralvolume.series import load_series
from neuralvolume.stored import StoredModel, save_models
from neuralvolume.volume import ArrayKey, Volume, as_volumes
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
        self._data_object = image_of(self.steps[self.active].models)


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
    mesh: ImageData, path: str, *, arrays: Sequence[str] | None = None, **options: Any
) -> None:
    """Write an image's arrays into an .nvol file: `mesh.save(path)`.

    Parameters
    ----------
    mesh
        Its point and cell arrays are written, not its field data.
    arrays
        Names of those to write; default all numeric ones.
    options
        Of `neuralvolume.fit`, for each array; a size or a time limit is that of all together. With
        none of them, an array that has not changed since its model was decoded is written as that
        model; all others are fitted.

    Raises
    ------
    TypeError, ValueError
        The mesh is no image, it has no such array, or an option is not what it must be.
    OSError
        The file cannot be written.
    """
    if not isinstance(mesh, ImageData):
        raise TypeError(f"a {type(mesh).__name__} is no image data: sample it on one first")
    volumes = as_volumes(mesh, arrays=arrays)
    carried = {} if options else _carried_models(mesh)
    kept = [_model_of(volume, carried) for volume in volumes]
    changed = [volume for volume, model in zip(volumes, kept, strict=True) if model is None]
    fitted = iter(fit_arrays(changed, **options))
    save_models([model or next(fitted) for model in kept], path)


def _carried_models(mesh: ImageData) -> dict[ArrayKey, StoredModel]:
    if BYTES_ARRAY not in mesh.field_data:
        return {}
    return {ArrayKey(model.association, model.name): model for model in models_of(mesh)}


def _model_of(volume: Volume, carried: Mapping[ArrayKey, StoredModel]) -> StoredModel | None:
    """The model that a volume still is what it decodes to."""
    stored = carried.get(ArrayKey(volume.association, volume.name))
    if stored is None or stored.geometry != volume.geometry:
        return None
    values, decoded = volume.values, stored.open().decode()
    is_same = values.dtype == decoded.dtype and np.array_equal(
        values, decoded, equal_nan=values.dtype.kind == "f"
    )
    return stored if is_same else None
