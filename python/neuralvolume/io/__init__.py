# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""Volumes in files: whatever VTK reads as image data, .npy, and .raw with its dims and type."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from numpy.typing import DTypeLike, NDArray

from neuralvolume.io import nrrd, plain, vtk
from neuralvolume.io.atomic import atomic_path, require_regular
from neuralvolume.volume import Volume

if TYPE_CHECKING:
    from vtkmodules.vtkCommonDataModel import vtkImageData

    from neuralvolume.model import Model

NRRD = (".nrrd", ".nhdr")
WRITABLE = (".vti", ".npy", ".raw")
SLAB_BYTES = 64 << 20


def suffix_of(path: Path) -> str:
    """The suffix that says the format, in lower case; ".nii.gz" counts as one."""
    name = path.name.lower()
    return ".nii.gz" if name.endswith(".nii.gz") else Path(name).suffix


def read(
    path: str | Path, *, dims: Sequence[int] | None = None, dtype: DTypeLike | None = None
) -> Volume | NDArray[Any] | vtkImageData:
    """Read a volume file.

    Parameters
    ----------
    path
        .vti, .pvti, .vtk, .mhd, .mha, .nrrd, .nhdr, .nii, .nii.gz, .hdr, .mrc, .tif, .npy or .raw.
        The geometry is what VTK's reader gives, as in ParaView.
    dims, dtype
        Of a .raw file, and only there; see `neuralvolume.io.plain.read_raw`.

    Raises
    ------
    OSError
        The file is not there or may not be read.
    ValueError
        The file's format is unknown, or the file is damaged; carries the reader's message.
    """
    path = Path(path)
    suffix = suffix_of(path)
    if path.is_dir():
        raise IsADirectoryError(f"{path} is a directory; give a file")
    with path.open("rb"):
        pass  # a missing or unreadable file raises the same OSError whatever its format
    if suffix == ".raw" and (dims is None or dtype is None):
        raise ValueError(f"{path} says nothing about its content: give dims and dtype")
    if suffix != ".raw" and (dims is not None or dtype is not None):
        raise ValueError(f"dims and dtype are for .raw files; {path} brings its own")
    if suffix == ".raw":
        assert dims is not None
        return plain.read_raw(path, dims, dtype)
    if suffix == ".npy":
        return plain.read_npy(path)
    if suffix in NRRD:
        return nrrd.read_nrrd(path)
    if suffix in vtk.READERS:
        return vtk.read_image(path, suffix)
    known = ", ".join([*vtk.READERS, *NRRD, ".npy", ".raw"])
    raise ValueError(f"cannot read {path}: unknown suffix '{suffix}'; known are {known}")


def check_writable(path: str | Path, suffixes: Sequence[str]) -> None:
    """Raise ValueError or OSError where `path` cannot be written, before any work is done."""
    path = Path(path)
    if suffix_of(path) not in suffixes:
        raise ValueError(f"cannot write '{path}': the suffix must be {' or '.join(suffixes)}")
    if not path.parent.is_dir():
        raise FileNotFoundError(f"cannot write '{path}': there is no folder '{path.parent}'")
    if not os.access(path.parent, os.W_OK):
        raise PermissionError(f"cannot write '{path}': the folder may not be written to")
    require_regular(path)


def write(models: Sequence[Model], path: str | Path) -> None:
    """Decode models into a .vti, or one into a .npy or .raw, which appears whole or not at all.

    .npy and .raw are decoded and written slab by slab, in little memory.
    """
    path = Path(path)
    check_writable(path, WRITABLE)
    suffix = suffix_of(path)
    with atomic_path(path) as partial:
        if suffix == ".vti":
            from neuralvolume.vtk_image import decoded_image_of

            vtk.write_vti(decoded_image_of(models), partial)
            return
        (model,) = models
        if suffix == ".npy":
            plain.write_npy(_slabs(model), model.shape, model.dtype, partial)
        else:
            plain.write_raw(_slabs(model), partial)


def _slabs(model: Model) -> Iterator[NDArray[Any]]:
    """The decoded volume in runs of whole z slices."""
    slice_bytes = max(1, model.original_bytes // model.shape[0])
    thickness = max(1, SLAB_BYTES // slice_bytes)
    nx, ny, nz = model.dimensions
    x, y, z = model.geometry.extent[::2]
    for begin in range(z, z + nz, thickness):
        end = min(begin + thickness, z + nz)
        yield model.decode(extent=(x, x + nx - 1, y, y + ny - 1, begin, end - 1))
