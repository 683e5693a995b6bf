# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""Bare arrays: .npy and .raw, mapped into memory rather than read."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray


def read_npy(path: Path) -> NDArray[Any]:
    """Map an .npy file; its axes are (z, y, x) or (z, y, x, component)."""
    try:
        return np.load(path, mmap_mode="r", allow_pickle=False)
    except (ValueError, EOFError) as error:
        raise ValueError(f"cannot read {path}: {error}") from error


def read_raw(path: Path, dims: Sequence[int], dtype: DTypeLike) -> NDArray[Any]:
    """Map a headerless file.

    Parameters
    ----------
    dims : (nx, ny, nz) or (nx, ny, nz, components)
        x runs fastest in the file, components are interleaved.
    dtype
        numpy's name of the type, "uint8", "float32", ...; ">u2" is big-endian.
    """
    kind = np.dtype(dtype)
    if len(dims) not in (3, 4) or min(dims) < 1:
        raise ValueError(f"dims are {tuple(dims)}; give NX NY NZ or NX NY NZ COMPONENTS, all >= 1")
    expected, actual = math.prod(dims) * kind.itemsize, path.stat().st_size
    if expected != actual:
        extents = " x ".join(map(str, dims))
        raise ValueError(f"{path} has {actual} bytes, but {extents} {kind.name} takes {expected}")
    nx, ny, nz = dims[:3]
    return np.memmap(path, kind, mode="r", shape=(nz, ny, nx, *dims[3:]))


def write_npy(slabs: Iterable[NDArray[Any]], shape: Sequence[int], dtype: Any, path: Path) -> None:
    """Write an .npy file slab by slab along its first axis."""
    header = {"descr": np.dtype(dtype).str, "fortran_order": False, "shape": tuple(shape)}
    with path.open("wb") as file:
        np.lib.format.write_array_header_1_0(file, header)  # type: ignore[no-untyped-call]
        for slab in slabs:
            file.write(np.ascontiguousarray(slab).data)


def write_raw(slabs: Iterable[NDArray[Any]], path: Path) -> None:
    """Write a headerless file, x fastest, slab by slab."""
    with path.open("wb") as file:
        for slab in slabs:
            file.write(np.ascontiguousarray(slab).data)
