# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""NRRD files (teem.sourceforge.net/nrrd/format.html), which VTK's own reader takes apart wrongly.

It takes the first axis of every file for components and does not read compressed data.
"""

from __future__ import annotations

import gzip
import math
import re
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neuralvolume import _core
from neuralvolume.volume import Volume, native_values

TYPES = {
    "int8": ("signed char", "int8", "int8_t"),
    "uint8": ("uchar", "unsigned char", "uint8", "uint8_t"),
    "int16": ("short", "short int", "signed short", "signed short int", "int16", "int16_t"),
    "uint16": ("ushort", "unsigned short", "unsigned short int", "uint16", "uint16_t"),
    "int32": ("int", "signed int", "int32", "int32_t"),
    "uint32": ("uint", "unsigned int", "uint32", "uint32_t"),
    "int64": ("longlong", "long long", "long long int", "signed long long", "int64", "int64_t"),
    "uint64": ("ulonglong", "unsigned long long", "unsigned long long int", "uint64", "uint64_t"),
    "float32": ("float",),
    "float64": ("double",),
}
SPATIAL_KINDS = ("domain", "space", "???", "none")
BYTE_ORDERS = {"little": "<", "big": ">"}
Fields = Mapping[str, str]


def read_nrrd(path: Path) -> Volume:
    """Read a .nrrd or .nhdr file of raw, ascii or gzip encoding, with its geometry."""
    try:
        fields, data = _split(path)
        sizes = _sizes(fields)
        values = _decode(fields, data, math.prod(sizes)).reshape(sizes[::-1])
        geometry = _geometry(fields, sizes)
    except KeyError as error:
        raise ValueError(f"cannot read {path}: its header has no field {error}") from error
    except (ValueError, EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise ValueError(f"cannot read {path}: {error}") from error
    name = fields.get("content") or path.name.split(".")[0]
    return Volume(native_values(values), geometry, name, original_bytes=values.nbytes)


def _split(path: Path) -> tuple[Fields, bytes]:
    """Fields of the header, and the data as they are encoded, from the same or another file."""
    content = path.read_bytes()
    if not content.startswith(b"NRRD000"):
        raise ValueError("it is no NRRD file")
    header, *rest = re.split(rb"\r?\n\r?\n", content, maxsplit=1)
    lines = header.decode(errors="replace").splitlines()[1:]
    pairs = (line.partition(": ") for line in lines if not line.startswith("#"))
    fields = {name.strip().lower(): value.strip() for name, _, value in pairs}
    detached = fields.get("data file", fields.get("datafile"))
    if detached is None:
        return fields, b"".join(rest)
    if detached.startswith("LIST") or "%" in detached:
        raise ValueError("its data is in several files, which is not supported; join them")
    return fields, (path.parent / detached).read_bytes()


def _sizes(fields: Fields) -> list[int]:
    """(x, y, z) or (component, x, y, z)."""
    sizes = [int(size) for size in fields["sizes"].split()]
    if len(sizes) not in (3, 4) or min(sizes) < 1:
        raise ValueError(f"its sizes are {fields['sizes']}; a volume has three axes, or four")
    kinds = fields.get("kinds", "").lower().split()
    vectors = [axis for axis, kind in enumerate(kinds) if kind not in SPATIAL_KINDS]
    if vectors not in ([], [0]) or (vectors and len(sizes) == 3):
        raise ValueError(f"its kinds are {fields['kinds']}; only a first of four may be no domain")
    return sizes


def _decode(fields: Fields, data: bytes, count: int) -> NDArray[Any]:
    name = next((n for n, names in TYPES.items() if fields["type"].lower() in names), None)
    if name is None:
        raise ValueError(f"its type is '{fields['type']}'; known are {', '.join(TYPES)}")
    if {"byte skip", "byteskip", "line skip", "lineskip"} & fields.keys():
        raise ValueError("its data is to be skipped in part, which is not supported")
    encoding = fields["encoding"].lower()
    if encoding in ("ascii", "text", "txt"):
        values = np.array(data.split(), dtype=name)
    elif encoding in ("raw", "gzip", "gz"):
        kind = np.dtype(
            BYTE_ORDERS[fields.get("endian", "little").lower()] + np.dtype(name).str[1:]
        )
        raw = data if encoding == "raw" else gzip.decompress(data)
        values = np.frombuffer(raw, kind, count=min(count, len(raw) // kind.itemsize))
    else:
        raise ValueError(f"its encoding is '{encoding}'; known are raw, ascii, gzip")
    if values.size < count:
        raise ValueError(f"it holds {values.size} values, but its sizes ask for {count}")
    return values[:count]


def _geometry(fields: Fields, sizes: list[int]) -> _core.Geometry:
    nx, ny, nz = sizes[-3:]
    extent = (0, nx - 1, 0, ny - 1, 0, nz - 1)
    vectors = _vectors(fields.get("space directions", ""))
    origin = _vectors(fields.get("space origin", ""))
    if len(vectors) != 3:
        words = fields.get("spacings", "1 1 1").split()[-3:]
        spacing = [float(word) if float(word) > 0 else 1.0 for word in words]
        return _core.Geometry(extent, spacing=spacing)
    axes = np.array(vectors, float)
    spacing = np.linalg.norm(axes, axis=1)
    return _core.Geometry(
        extent,
        origin=origin[0] if origin else (0.0, 0.0, 0.0),
        spacing=spacing.tolist(),
        direction=(axes / spacing[:, None]).T.ravel().tolist(),
    )


def _vectors(text: str) -> list[list[float]]:
    """Numbers of each (x,y,z) in the text."""
    return [[float(n) for n in part.split(",")] for part in re.findall(r"\(([^)]*)\)", text)]
