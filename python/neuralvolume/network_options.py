# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""The options of a network that a user may set, and what each is."""

NETWORK_OPTIONS = {
    "levels": "resolutions of the hash grid",
    "features_per_level": "features at each vertex: 1, 2, 4 or 8",
    "log2_hashmap_size": "largest table of a level, as a power of two",
    "base_resolution": "vertices along an axis of the coarsest level",
    "per_level_scale": "growth of the resolution from level to level",
    "width": "neurons of a hidden layer: 16, 32, 64 or 128",
    "hidden_layers": "hidden layers of the MLP",
}
