# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""Stretch a model's network over many more samples: a large volume without its data."""

from __future__ import annotations

import argparse
from pathlib import Path

from neuralvolume import Geometry, Model, _core

CELL_SIZE = 64


def stretched(model: _core.Model, edge: int) -> _core.Model:
    """The same network over edge^3 points."""
    source = model.array
    array = _core.ArrayInfo(name=source.name, type=source.type, ranges=source.ranges)
    geometry = Geometry((0, edge - 1) * 3)
    quantisation = model.quantisation
    large = _core.Model(model.network, model.parameters, geometry, array, quantisation=quantisation)
    large.macro_cells = _core.compute_macro_cells(large, CELL_SIZE)
    large.report = model.report
    return large


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", type=Path, help="a .nvol file")
    parser.add_argument("output", type=Path, help="the .nvol file to write")
    parser.add_argument("--edge", type=int, default=1024, help="samples along each axis")
    options = parser.parse_args()
    Model(stretched(Model.load(options.model).core, options.edge)).save(options.output)


if __name__ == "__main__":
    main()
