# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""What all networks have in common that are chosen for a volume."""

from __future__ import annotations

from neuralvolume import _core

FEATURES_PER_LEVEL = 2
HIDDEN_LAYERS = 2
MIN_BASE_RESOLUTION = 4
MAX_PER_LEVEL_SCALE = 16.0


def make_network(
    levels: int, log2_size: int, base: int, finest: int, width: int, components: int
) -> _core.NetworkConfig:
    """A network whose levels' resolutions grow evenly from `base` to `finest`."""
    return _core.NetworkConfig(
        levels=levels,
        features_per_level=FEATURES_PER_LEVEL,
        log2_hashmap_size=log2_size,
        base_resolution=base,
        per_level_scale=min((finest / base) ** (1 / (levels - 1)), MAX_PER_LEVEL_SCALE),
        width=width,
        hidden_layers=HIDDEN_LAYERS,
        outputs=components,
    )
