# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""A small volume and its model, fitted once."""

import pytest
from fields import waves
from neuralvolume import Geometry, fit

SHAPE = (20, 24, 28)
STEPS = 200
BATCH = 4096


@pytest.fixture(scope="session")
def volume():
    return waves(SHAPE)


@pytest.fixture(scope="session")
def geometry():
    return Geometry(
        (3, 30, -2, 21, 0, 19),
        origin=(10.0, -5.0, 2.0),
        spacing=(0.5, 2.0, 1.5),
        direction=(0, -1, 0, 1, 0, 0, 0, 0, 1),
    )


@pytest.fixture(scope="session")
def model(volume, geometry):
    """A network without a residual: what it decodes to is what it evaluates to."""
    network = {"features_per_level": 2, "log2_hashmap_size": 10, "base_resolution": 4, "width": 16}
    options = {"steps": STEPS, "batch_size": BATCH, "name": "waves", "geometry": geometry}
    return fit(volume, network={**network, "per_level_scale": 1.3}, **options)
