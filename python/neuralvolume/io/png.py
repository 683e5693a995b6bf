# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""Pictures as PNG files (W3C Portable Network Graphics, third edition)."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from neuralvolume.io.atomic import atomic_path

SIGNATURE = b"\x89PNG\r\n\x1a\n"
RGB = 2
BITS = 8


def write_png(pixels: NDArray[np.uint8], path: Path) -> None:
    """Write (height, width, 3) pixels, the top row first."""
    height, width, _ = pixels.shape
    header = struct.pack(">IIBBBBB", width, height, BITS, RGB, 0, 0, 0)
    unfiltered = np.zeros((height, 1), np.uint8)
    rows = np.hstack([unfiltered, pixels.reshape(height, width * 3)])
    with atomic_path(path) as partial, partial.open("wb") as file:
        file.write(SIGNATURE)
        file.write(_chunk(b"IHDR", header))
        file.write(_chunk(b"IDAT", zlib.compress(rows.tobytes())))
        file.write(_chunk(b"IEND", b""))


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
