# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""What is fitted: an array of values, where it lies in space, which of its samples count."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from neuralvolume import _core

if TYPE_CHECKING:
    from vtkmodules.vtkCommonDataModel import vtkDataSetAttributes, vtkImageData

Association = Literal["points", "cells"]

MAX_COMPONENTS = 16
WIDENED = {"bool": "uint8", "float16": "float32"}
KNOWN_TYPES = {f"{kind}{bits}" for kind in ("int", "uint") for bits in (8, 16, 32, 64)} | {
    "float32",
    "float64",
}

GHOST_ARRAY = "vtkGhostType"
HIDDEN_POINT = 2  # vtkDataSetAttributes::HIDDENPOINT
HIDDEN_CELL = 32  # vtkDataSetAttributes::HIDDENCELL
TIME_ARRAY = "TimeValue"  # of VTK's file formats


@dataclass(frozen=True)
class Volume:
    """A volume in memory, not copied where its values are C-contiguous in a native type.

    Attributes
    ----------
    values : (z, y, x) or (z, y, x, component)
    invalid : (z, y, x) uint8, optional
        Not zero where a sample is hidden. NaN and infinities need not be marked.
    time : float, optional
        Of a series' step.
    component_names : sequence of str
        One for each component, or none.
    original_bytes : int
        Size of the values as they were given.
    """

    values: NDArray[Any]
    geometry: _core.Geometry
    name: str = "value"
    association: Association = "points"
    invalid: NDArray[np.uint8] | None = None
    time: float | None = None
    original_bytes: int = 0
    component_names: Sequence[str] = ()

    @property
    def components(self) -> int:
        return self.values.shape[3] if self.values.ndim == 4 else 1

    @property
    def dimensions(self) -> tuple[int, int, int]:
        """Samples along x, y, z."""
        nz, ny, nx = self.values.shape[:3]
        return nx, ny, nz

    @property
    def samples(self) -> int:
        return math.prod(self.dimensions)

    def invalid_mask(self) -> NDArray[np.uint8]:
        """(z, y, x), not zero where a sample is hidden or has a component that is not finite."""
        mask = np.zeros(self.values.shape[:3], np.uint8)
        for slice_mask, values in zip(mask, self.values, strict=True):
            finite = np.isfinite(values)
            slice_mask[...] = ~(finite if finite.ndim == 2 else finite.all(axis=-1))
        return mask if self.invalid is None else np.bitwise_or(mask, self.invalid, out=mask)


def as_volume(
    data: Volume | NDArray[Any] | vtkImageData,
    *,
    array: str | None = None,
    association: Association | None = None,
    name: str | None = None,
    geometry: _core.Geometry | None = None,
) -> Volume:
    """Take a numpy array or a vtkImageData as a volume.

    Parameters
    ----------
    data
        (z, y, x) or (z, y, x, component) array, or an image.
    array, association
        Which array of an image: its name (default: the active scalars, else the only array) and
        whether it belongs to "points" or "cells" (default: where the name is found, points first).
    name, geometry
        What to call a numpy array and where it lies; default "value", unit spacing at the origin.

    Raises
    ------
    TypeError
        The values are not real numbers.
    ValueError
        The array is not there, is empty, or has a wrong shape.
    """
    if isinstance(data, Volume):
        if array not in (None, data.name) or association not in (None, data.association):
            raise ValueError(f"the volume holds only '{data.name}' on {data.association}")
        return data
    if hasattr(data, "IsA"):
        return _from_vtk(data, array, association)
    if array is not None:
        raise ValueError(f"array '{array}' was asked for, but a numpy array has no named arrays")
    values = np.asarray(data)
    native, kind = native_values(values), association or "points"
    if geometry is None:
        geometry = _unit_geometry(native, kind)
    volume = Volume(native, geometry, name or "value", kind, original_bytes=values.nbytes)
    if samples_in(geometry, kind) != volume.dimensions:
        raise ValueError(
            f"the geometry's extent {tuple(geometry.extent)} has {samples_in(geometry, kind)} "
            f"{kind} along x, y, z, but the array has {volume.dimensions}"
        )
    return volume


def as_volumes(
    data: Volume | NDArray[Any] | vtkImageData,
    *,
    arrays: Sequence[str] | None = None,
    association: Association | None = None,
) -> list[Volume]:
    """Take all numeric arrays of an image as volumes, or some by their names.

    Of what has a single array that is one volume; see `as_volume`, also for what is raised.
    """
    if not arrays and hasattr(data, "IsA"):
        keys = [key for key in array_keys(data) if association in (None, key.association)]
        if keys:
            return [as_volume(data, array=key.name, association=key.association) for key in keys]
    names: Sequence[str | None] = arrays or [None]
    return [as_volume(data, array=name, association=association) for name in names]


def samples_in(geometry: _core.Geometry, kind: Association) -> tuple[int, int, int]:
    """Points, or cells (at least 1), along x, y, z."""
    x0, x1, y0, y1, z0, z1 = geometry.extent
    intervals = (x1 - x0, y1 - y0, z1 - z0)
    nx, ny, nz = (n + 1 if kind == "points" else max(n, 1) for n in intervals)
    return nx, ny, nz


def _unit_geometry(values: NDArray[Any], kind: Association) -> _core.Geometry:
    """Unit spacing, at the origin."""
    last = [n - 1 if kind == "points" else n for n in values.shape[2::-1]]
    return _core.Geometry(extent=(0, last[0], 0, last[1], 0, last[2]))


def native_values(values: NDArray[Any]) -> NDArray[Any]:
    """The values in a type the core knows, C-contiguous, native byte order; a copy only if needed.

    bool becomes uint8 and float16 float32, which hold the same values.
    """
    if values.ndim not in (3, 4):
        raise ValueError(
            f"the array's shape is {values.shape}; a volume has axes (z, y, x) or "
            "(z, y, x, component). Give a slice as (1, y, x)"
        )
    if values.size == 0:
        raise ValueError(f"the volume is empty: its shape is {values.shape}")
    if values.ndim == 4 and values.shape[3] > MAX_COMPONENTS:
        raise ValueError(
            f"the array has {values.shape[3]} components; at most {MAX_COMPONENTS} can be fitted"
        )
    kind = WIDENED.get(values.dtype.name, values.dtype.name)
    if kind not in KNOWN_TYPES:
        raise TypeError(
            f"values of type {values.dtype} cannot be fitted; convert them to a real type, "
            "for example with .astype('float32')"
        )
    return np.ascontiguousarray(values, dtype=kind)


def _from_vtk(image: vtkImageData, array: str | None, association: Association | None) -> Volume:
    if not image.IsA("vtkImageData"):
        raise TypeError(f"a {image.GetClassName()} is no image data; resample it to an image first")
    if image.GetNumberOfPoints() == 0:
        raise ValueError("the image is empty: it has no points")
    kind, found = _find_array(image, array, association)
    geometry = geometry_of(image)
    dims = samples_in(geometry, kind)
    values = _numpy_of(found).reshape(*dims[::-1], -1)
    if found.GetNumberOfComponents() == 1:
        values = values[..., 0]
    return Volume(
        values=native_values(values),
        geometry=geometry,
        name=found.GetName() or "value",
        association=kind,
        invalid=_hidden_samples(image, kind, dims),
        time=time_of(image),
        component_names=_component_names(found),
        original_bytes=values.nbytes,
    )


def _component_names(array: Any) -> list[str]:
    """The names of all components; none where one has no name."""
    names = [array.GetComponentName(i) for i in range(array.GetNumberOfComponents())]
    return names if all(names) else []


def time_of(image: vtkImageData) -> float | None:
    """The time that the pipeline has given an image, else what files say in field data."""
    key = image.DATA_TIME_STEP()
    if image.GetInformation().Has(key):
        return float(image.GetInformation().Get(key))
    saved = image.GetFieldData().GetArray(TIME_ARRAY)
    is_one = saved is not None and saved.GetNumberOfValues() == 1
    return float(saved.GetTuple1(0)) if is_one else None


def geometry_of(image: vtkImageData) -> _core.Geometry:
    """Where an image lies in space."""
    matrix = image.GetDirectionMatrix()
    return _core.Geometry(
        extent=image.GetExtent(),
        origin=image.GetOrigin(),
        spacing=image.GetSpacing(),
        direction=[matrix.GetElement(i, j) for i in range(3) for j in range(3)],
    )


def attributes_of(image: vtkImageData, kind: Association) -> vtkDataSetAttributes:
    """The image's point or cell data."""
    return image.GetPointData() if kind == "points" else image.GetCellData()


def _find_array(
    image: vtkImageData, array: str | None, association: Association | None
) -> tuple[Association, Any]:
    """The array asked for, else the active scalars, else the only array."""
    kinds: list[Association] = [association] if association else ["points", "cells"]
    for kind in kinds:
        attributes = attributes_of(image, kind)
        found = attributes.GetArray(array) if array is not None else attributes.GetScalars()
        if found is not None:
            return kind, found
    available = {kind: array_names(image, kind) for kind in kinds}
    if array is None and sum(map(len, available.values())) == 1:
        ((kind, names),) = ((k, n) for k, n in available.items() if n)
        return kind, attributes_of(image, kind).GetArray(names[0])
    listed = "; ".join(f"{kind}: {', '.join(names) or 'none'}" for kind, names in available.items())
    if array is None:
        raise ValueError(f"the image has no active scalars; name an array ({listed})")
    raise ValueError(f"the image has no numeric array '{array}' ({listed})")


class ArrayKey(NamedTuple):
    """What tells an image's arrays apart."""

    association: Association
    name: str


def array_keys(image: vtkImageData) -> list[ArrayKey]:
    """An image's numeric arrays, but for those that mark ghosts; points come first."""
    kinds: tuple[Association, ...] = ("points", "cells")
    return [ArrayKey(kind, name) for kind in kinds for name in array_names(image, kind)]


def array_names(image: vtkImageData, kind: Association) -> list[str]:
    """Names of an image's numeric arrays, but for the one that marks ghosts."""
    attributes = attributes_of(image, kind)
    arrays = (attributes.GetArray(i) for i in range(attributes.GetNumberOfArrays()))
    return [a.GetName() for a in arrays if a is not None and a.GetName() != GHOST_ARRAY]


def _numpy_of(array: Any) -> NDArray[Any]:
    from vtkmodules.util.numpy_support import vtk_to_numpy
    from vtkmodules.vtkCommonCore import VTK_BIT, VTK_UNSIGNED_CHAR, vtkDataArray

    kind = array.GetDataType()
    if kind == VTK_BIT or not array.HasStandardMemoryLayout():
        flat = vtkDataArray.CreateDataArray(VTK_UNSIGNED_CHAR if kind == VTK_BIT else kind)
        flat.DeepCopy(array)
        array = flat
    return vtk_to_numpy(array)


def _hidden_samples(
    image: vtkImageData, kind: Association, dims: tuple[int, ...]
) -> NDArray[np.uint8] | None:
    """Samples that VTK's ghost array hides, or None where there are none."""
    ghosts = attributes_of(image, kind).GetArray(GHOST_ARRAY)
    if ghosts is None:
        return None
    hidden = _numpy_of(ghosts) & (HIDDEN_POINT if kind == "points" else HIDDEN_CELL)
    return (hidden != 0).astype(np.uint8).reshape(dims[::-1]) if hidden.any() else None
