# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""Networks of portable models, whose parameters take two bytes each.

Their recipe, measured on MRI, CT, flow and cosmology: many levels of two features; a finest level
with about five vertices for each entry of all tables, but no finer than the volume; an MLP of no
more than half the bytes; tables as large as fits; and a coarsest resolution raised until the rest
of the budget is used.
"""

from __future__ import annotations

from collections.abc import Iterator

from neuralvolume import _core
from neuralvolume.fitting.sizing.budget import overhead_bytes
from neuralvolume.fitting.sizing.networks import (
    FEATURES_PER_LEVEL,
    HIDDEN_LAYERS,
    MIN_BASE_RESOLUTION,
    make_network,
)
from neuralvolume.volume import Volume

BITS_PER_SAMPLE_AT_30_DB = 0.45
DB_PER_DOUBLING = 6.0

VERTICES_PER_ENTRY = 5
PREFERRED_LEVELS = 16
LEVELS = range(4, PREFERRED_LEVELS + 1)
LOG2_HASHMAP_SIZES = range(6, 25)
# A network without coarse levels learns nothing of what is smooth.
MAX_BASE_RESOLUTION = 12
MIN_FINEST_TO_BASE = 4
WIDTHS = (64, 32, 16)
MLP_SHARE = 0.5
SLACK = 0.03


def network_for_size(volume: Volume, limit: int) -> _core.NetworkConfig:
    """The network of a portable model of at most `limit` bytes as a file."""
    smallest = smallest_bytes(volume)
    if limit < smallest:
        raise ValueError(
            f"{limit} bytes are too few for a portable model: the smallest takes {smallest}; "
            f"ask for a ratio of {volume.original_bytes / smallest:.3g} or less"
        )
    budget = limit - overhead_bytes(volume, limit)
    return network_for_budget(budget, volume.dimensions, volume.components)


def budget_for_psnr(volume: Volume, psnr: float) -> int:
    """Bytes that may do for a PSNR: where to begin to search."""
    bits = BITS_PER_SAMPLE_AT_30_DB * 2.0 ** ((psnr - 30.0) / DB_PER_DOUBLING)
    guess = int(volume.samples * volume.components * bits / 8)
    return max(min(guess, volume.original_bytes), smallest_bytes(volume))


def smallest_bytes(volume: Volume) -> int:
    """Size of the smallest model as a file."""
    size = 0
    network = network_bytes(smallest_network(volume.components))
    while size < network + overhead_bytes(volume, size):
        size = network + overhead_bytes(volume, size)
    return size


def network_bytes(network: _core.NetworkConfig) -> int:
    """Size of a network's parameters in half precision."""
    return 2 * network.parameter_count


def network_for_budget(
    budget: int, dimensions: tuple[int, int, int], components: int = 1
) -> _core.NetworkConfig:
    """The network for a volume of `dimensions` (x, y, z) in at most `budget` bytes.

    It takes more than 90 % of the budget, unless each vertex of every level has an entry of its
    own in less.

    Raises
    ------
    ValueError
        No network is as small as the budget.
    """
    finest = _finest_resolution(budget, dimensions)
    candidates = [c for c in _candidates(budget, finest, components) if c is not None]
    if not candidates:
        smallest = network_bytes(smallest_network(components))
        raise ValueError(
            f"{budget} bytes are too few for a network: the smallest takes {smallest} bytes; "
            "ask for a lower ratio"
        )
    largest = max(map(network_bytes, candidates))
    filling = [c for c in candidates if network_bytes(c) >= (1 - SLACK) * largest]
    return min(filling, key=_preference)


def smallest_network(components: int = 1) -> _core.NetworkConfig:
    """The smallest network that `network_for_budget` considers."""
    levels, log2_size, finest = LEVELS[0], LOG2_HASHMAP_SIZES[0], 2 * MIN_BASE_RESOLUTION
    return make_network(levels, log2_size, MIN_BASE_RESOLUTION, finest, WIDTHS[-1], components)


def _preference(network: _core.NetworkConfig) -> tuple[int, int, int]:
    finest = network.base_resolution * network.per_level_scale ** (network.levels - 1)
    coarse_enough = min(MAX_BASE_RESOLUTION, round(finest / MIN_FINEST_TO_BASE))
    too_fine = max(network.base_resolution - coarse_enough, 0)
    return too_fine, abs(network.levels - PREFERRED_LEVELS), -network_bytes(network)


def _finest_resolution(budget: int, dimensions: tuple[int, int, int]) -> int:
    entries = budget / (2 * FEATURES_PER_LEVEL)
    useful = round((VERTICES_PER_ENTRY * max(entries, 1.0)) ** (1 / 3))
    return max(min(useful, max(dimensions)), 2 * MIN_BASE_RESOLUTION)


def _candidates(budget: int, finest: int, components: int) -> Iterator[_core.NetworkConfig | None]:
    for levels in LEVELS:
        for log2_size in LOG2_HASHMAP_SIZES:
            width = _width_for(budget, levels, components)
            yield _fill(budget, levels, log2_size, finest, width, components)


def _width_for(budget: int, levels: int, components: int) -> int:
    """The widest MLP within its share of the budget, else the narrowest."""
    for width in WIDTHS:
        encoded = -(-levels * FEATURES_PER_LEVEL // 16) * 16
        outputs = -(-components // 16) * 16
        weights = width * (encoded + (HIDDEN_LAYERS - 1) * width + outputs)
        if 2 * weights <= MLP_SHARE * budget:
            return width
    return WIDTHS[-1]


def _fill(
    budget: int, levels: int, log2_size: int, finest: int, width: int, components: int
) -> _core.NetworkConfig | None:
    """The network of the highest base resolution that fits; its size grows with the resolution."""
    best, low, high = None, MIN_BASE_RESOLUTION, finest // 2
    while low <= high:
        middle = (low + high) // 2
        network = make_network(levels, log2_size, middle, finest, width, components)
        if network_bytes(network) <= budget:
            best, low = network, middle + 1
        else:
            high = middle - 1
    return best
