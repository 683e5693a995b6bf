# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""Values a second of a network: the native backend against plain PyTorch, by turns."""

from __future__ import annotations

import numpy as np
import torch
from neuralvolume import Geometry, _core
from neuralvolume.backends.torch import Field
from timing import BATCH, NETWORK, alternate, compare_rates, make_parser, show

EDGE = 256
POINTS = 4 * 1024 * 1024


def make_model(field: Field) -> _core.Model:
    parameters = torch.nn.utils.parameters_to_vector(field.parameters()).detach().numpy()
    geometry = Geometry((0, EDGE - 1) * 3)
    array = _core.ArrayInfo(name="value", type="float32", ranges=[(0.0, 1.0)])
    return _core.Model(NETWORK, parameters, geometry, array)


def main() -> None:
    options = make_parser(__doc__).parse_args()
    field = Field(NETWORK)
    model = make_model(field)
    random = np.random.default_rng(0).random((POINTS, 3))
    z, y, x = np.unravel_index(np.arange(BATCH), (EDGE,) * 3)
    grid_batch = torch.from_numpy((np.stack([x, y, z], 1) + 0.5).astype(np.float32) / EDGE)
    random_batch = torch.from_numpy(random[:BATCH].astype(np.float32))

    @torch.no_grad()  # type: ignore[untyped-decorator]
    def eager(batch: torch.Tensor) -> None:
        field(batch)

    orders = {
        "random points": (lambda: model.evaluate(random, physical=False), POINTS, random_batch),
        "grid order": (model.decode, EDGE**3, grid_batch),
    }
    rows = []
    for order, (native, points, batch) in orders.items():
        contestants = {"native": native, "torch eager": lambda batch=batch: eager(batch)}
        seconds = alternate(contestants, options.rounds)
        samples = {"native": points, "torch eager": BATCH}
        rows += [{"order": order, **row} for row in compare_rates(seconds, samples, "native")]
    show(rows, options.json)


if __name__ == "__main__":
    main()
