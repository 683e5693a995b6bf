# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""How many bytes a model may have, and what it holds beside its parameters."""

from __future__ import annotations

import math

from neuralvolume.volume import Volume

DEFAULT_RATIO = 20.0
DEFAULT_MIN_BYTES = 4096

HEADER_BYTES = 240
HEADER_BYTES_PER_COMPONENT = 24

MACRO_CELL_SIZE = 8
LARGEST_MACRO_CELL_SIZE = 64
BYTES_PER_BOUNDS = 2
MACRO_CELL_SHARE = 0.03
MIN_MACRO_CELL_BYTES = 32


def size_limit(volume: Volume, ratio: float | None, size: int | None) -> int:
    """Bytes that a model may have; by default a share of the original that small volumes exceed."""
    if size is not None:
        return int(size)
    if ratio is None:
        return max(int(volume.original_bytes / DEFAULT_RATIO), DEFAULT_MIN_BYTES)
    return int(volume.original_bytes / ratio)


def overhead_bytes(volume: Volume, size: int) -> int:
    """What a file of `size` bytes holds at most beside the parameters: header and macro cells."""
    header = HEADER_BYTES + len(volume.name.encode())
    header += HEADER_BYTES_PER_COMPONENT * volume.components
    largest = math.prod(-(-n // LARGEST_MACRO_CELL_SIZE) for n in volume.dimensions)
    coarsest = BYTES_PER_BOUNDS * largest * volume.components
    return header + max(macro_cell_budget(size), coarsest)


def macro_cell_budget(others: int) -> int:
    """Bytes for macro cells beside `others` bytes of all else."""
    return max(int(MACRO_CELL_SHARE * others), MIN_MACRO_CELL_BYTES)
