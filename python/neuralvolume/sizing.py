# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""Which network suits a volume: from a budget of bytes to a configuration.

The budget counts parameters as they are stored, in half precision. The recipe, measured on MRI,
CT, flow and cosmology: many levels of two features; a finest level with about five vertices for
each entry of all tables, but no finer than the volume; an MLP of no more than half the bytes;
tables as large as fits; and a coarsest resolution raised until the rest of the budget is used.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from neuralvolume import _core
from neuralvolume.volume import Volume

DEFAULT_RATIO = 20.0
DEFAULT_MIN_BYTES = 16384
BITS_PER_SAMPLE_AT_30_DB = 0.45
DB_PER_DOUBLING = 6.0
HEADER_BYTES = 384
HEADER_BYTES_PER_COMPONENT = 48
NETWORK_SHARE = 0.1
MACRO_CELL_SIZE = 8
LARGEST_MACRO_CELL_SIZE = 64
BYTES_PER_BOUNDS = 2
MACRO_CELL_SHARE = 0.03
MIN_MACRO_CELL_BYTES = 32

FEATURES_PER_LEVEL = 2
VERTICES_PER_ENTRY = 5
PREFERRED_LEVELS = 16
LEVELS = range(4, PREFERRED_LEVELS + 1)
LOG2_HASHMAP_SIZES = range(6, 25)
MIN_BASE_RESOLUTION = 4
# A network without coarse levels learns nothing of what is smooth.
MAX_BASE_RESOLUTION = 12
MIN_FINEST_TO_BASE = 4
MAX_PER_LEVEL_SCALE = 16.0
HIDDEN_LAYERS = 2
WIDTHS = (64, 32, 16)
MLP_SHARE = 0.5
SLACK = 0.03


def network_for_ratio(volume: Volume, ratio: float | None) -> _core.NetworkConfig:
    """The network of a model that is `ratio` times smaller than the volume.

    None asks for the default ratio, or a network that small volumes still need.
    """
    if ratio is None:
        budget = max(int(volume.original_bytes / DEFAULT_RATIO), DEFAULT_MIN_BYTES)
        return network_for_volume(volume, budget)
    budget, smallest = int(volume.original_bytes / ratio), smallest_bytes(volume)
    if budget < smallest:
        raise ValueError(
            f"a model {ratio:g} times smaller has {budget} bytes, too few: the smallest takes "
            f"{smallest}; ask for a ratio of {volume.original_bytes / smallest:.3g} or less"
        )
    return network_for_volume(volume, budget)


def network_for_volume(volume: Volume, budget: int) -> _core.NetworkConfig:
    """The network of a model of at most `budget` bytes as a file."""
    return network_for_budget(
        budget - overhead_bytes(volume, budget), volume.dimensions, volume.components
    )


def budget_for_psnr(volume: Volume, psnr: float) -> int:
    """Bytes that may do for a PSNR: where to begin to search."""
    bits = BITS_PER_SAMPLE_AT_30_DB * 2.0 ** ((psnr - 30.0) / DB_PER_DOUBLING)
    guess = int(volume.samples * volume.components * bits / 8)
    return max(min(guess, volume.original_bytes), smallest_bytes(volume))


def network_for_bound(volume: Volume, residual_bytes: float) -> _core.NetworkConfig:
    """The network beside a residual of so many bytes, which bounds errors whatever is drawn."""
    budget = max(int(NETWORK_SHARE * residual_bytes), smallest_bytes(volume))
    return network_for_volume(volume, budget)


def smallest_bytes(volume: Volume) -> int:
    """Size of the smallest model as a file."""
    size = 0
    network = network_bytes(smallest_network(volume.components))
    while size < network + overhead_bytes(volume, size):
        size = network + overhead_bytes(volume, size)
    return size


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


def _preference(network: _core.NetworkConfig) -> tuple[int, int, int]:
    finest = network.base_resolution * network.per_level_scale ** (network.levels - 1)
    coarse_enough = min(MAX_BASE_RESOLUTION, round(finest / MIN_FINEST_TO_BASE))
    too_fine = max(network.base_resolution - coarse_enough, 0)
    return too_fine, abs(network.levels - PREFERRED_LEVELS), -network_bytes(network)


def smallest_network(components: int = 1) -> _core.NetworkConfig:
    """The smallest network that `network_for_budget` considers."""
    levels, log2_size, finest = LEVELS[0], LOG2_HASHMAP_SIZES[0], 2 * MIN_BASE_RESOLUTION
    return _network(levels, log2_size, MIN_BASE_RESOLUTION, finest, WIDTHS[-1], components)


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
        network = _network(levels, log2_size, middle, finest, width, components)
        if network_bytes(network) <= budget:
            best, low = network, middle + 1
        else:
            high = middle - 1
    return best


def _network(
    levels: int, log2_size: int, base: int, finest: int, width: int, components: int
) -> _core.NetworkConfig:
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
