# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""Write a synthetic volume for the benchmarks, of any size, block by block.

foam   closed cells with soft walls, some of them filled, with noise: hard to skip and to fit
waves  a smooth hill with ripples
"""

from __future__ import annotations

import argparse
import functools
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

Block = tuple[int, int, int]  # index of a block, along z, y, x
Values = NDArray[np.float32]

BLOCK = 40  # samples along its edge; the foam has one cell in each
NEIGHBOURS = list(product((-1, 0, 1), repeat=3))
AIR, WALL = 0.07, 0.46
FILLING = 0.75, 0.80  # least and most
FILLED = 0.07  # of the cells
THICKNESS, SOFTNESS, NOISE = 5.0, 1.2, 0.025  # of walls, in samples; of values
LARGEST = {"foam": 1.0, "waves": 1.5}


@functools.lru_cache(maxsize=1 << 16)
def seed_of(block: Block, seed: int) -> tuple[NDArray[np.float64], float]:
    """Where the cell of a block has its centre, in samples, and what fills it."""
    position = np.array(block) + 1  # seeds of numpy's generators are not negative
    *offset, chance, grey = np.random.default_rng([seed, *position]).random(5)
    filling = FILLING[0] + grey * (FILLING[1] - FILLING[0]) if chance < FILLED else AIR
    return (block + np.array(offset)) * BLOCK, filling


def foam(block: Block, edge: int, seed: int) -> Values:
    """Walls where the two nearest centres are about equally far (Worley 1996), between 0 and 1."""
    del edge  # a larger volume has more cells
    axes = [np.arange(BLOCK) + index * BLOCK for index in block]
    nearest = np.full((BLOCK,) * 3, np.inf, np.float32)
    second, filling = nearest.copy(), nearest.copy()
    for neighbour in NEIGHBOURS:
        index = (block[0] + neighbour[0], block[1] + neighbour[1], block[2] + neighbour[2])
        centre, content = seed_of(index, seed)
        z, y, x = (
            np.square(axis - at, dtype=np.float32) for axis, at in zip(axes, centre, strict=True)
        )
        distance = z[:, None, None] + y[:, None] + x
        filling[distance < nearest] = content
        np.minimum(second, np.maximum(nearest, distance), out=second)
        np.minimum(nearest, distance, out=nearest)
    gap = np.sqrt(second) - np.sqrt(nearest)
    wall = 1 / (1 + np.exp((gap - THICKNESS) / SOFTNESS))
    noise = np.random.default_rng([seed, 1, *block]).standard_normal(wall.shape, np.float32)
    return np.clip(filling + (WALL - filling) * wall + NOISE * noise, 0, 1)


def waves(block: Block, edge: int, seed: int) -> Values:
    """exp(-8 r^2) (1 + sin(11 x + 3 y) cos(9 y - 4 z) / 2) in the unit cube, r from its middle."""
    del seed
    axes = [(np.arange(BLOCK) + index * BLOCK) / (edge - 1) for index in block]
    z, y, x = np.meshgrid(*axes, indexing="ij", sparse=True)
    hill = np.exp(-8 * ((x - 0.5) ** 2 + (y - 0.5) ** 2 + (z - 0.5) ** 2))
    ripples = 1 + np.sin(11 * x + 3 * y) * np.cos(9 * y - 4 * z) / 2
    return (hill * ripples).astype(np.float32)


KINDS = {"foam": foam, "waves": waves}


def write(path: Path, kind: str, edge: int, dtype: DTypeLike, seed: int = 0) -> NDArray[Any]:
    """Write edge^3 samples, axes (z, y, x), as .npy; integers span their whole range."""
    shape = (edge, edge, edge)
    volume = np.lib.format.open_memmap(path, mode="w+", dtype=np.dtype(dtype), shape=shape)
    is_integer = np.issubdtype(volume.dtype, np.integer)
    scale = np.iinfo(volume.dtype).max / LARGEST[kind] if is_integer else 1.0
    blocks = range(-(-edge // BLOCK))
    for block in product(blocks, blocks, blocks):
        target = volume[tuple(slice(i * BLOCK, (i + 1) * BLOCK) for i in block)]
        values = KINDS[kind](block, edge, seed) * scale
        values = np.round(values) if is_integer else values
        target[...] = values[: target.shape[0], : target.shape[1], : target.shape[2]]
    volume.flush()
    return volume


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("kind", choices=KINDS)
    parser.add_argument("output", type=Path, help="the .npy file to write")
    parser.add_argument("--edge", type=int, default=512, help="samples along each axis")
    parser.add_argument("--dtype", default="uint8", help="numpy's name of the type")
    parser.add_argument("--seed", type=int, default=0, help="of the foam")
    options = parser.parse_args()
    write(options.output, options.kind, options.edge, options.dtype, options.seed)


if __name__ == "__main__":
    main()
