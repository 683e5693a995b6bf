# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""Which network suits a volume: from a budget of bytes to a configuration.

Coded parameters take as many bytes as training leaves them, so their networks are far larger than
the budget and told by their capacity: the binary logarithm of the entries of the largest table.

Portable ones take two bytes each. Their recipe, measured on MRI, CT, flow and cosmology: many
levels of two features; a finest level with about five vertices for each entry of all tables, but no
finer than the volume; an MLP of no more than half the bytes; tables as large as fits; and a
coarsest resolution raised until the rest of the budget is used.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from neuralvolume import _core
from neuralvolume.volume import Volume

DEFAULT_RATIO = 20.0
DEFAULT_MIN_BYTES = 4096
BITS_PER_SAMPLE_AT_30_DB = 0.45
DB_PER_DOUBLING = 6.0
HEADER_BYTES = 240
HEADER_BYTES_PER_COMPONENT = 24
NETWORK_SHARE = 0.1

# Of models whose parameters are coded
MIN_CODED_BYTES = 256
MIN_CAPACITY = 6
AFFORDABLE_CAPACITY = 15
CODED_LEVELS = 16
CODED_BASE_RESOLUTION = 6
CODED_VERTICES_PER_ENTRY = 3
CODED_WIDTHS = ((13, 16), (20, 32), (32, 64))  # capacities below, width
BATCH_SIZES = ((16, 4096), (17, 8192), (32, 16384))  # capacities below, samples
COARSE_STEP = 0.15
COARSE_STEP_PSNR = 35.0
FINE_STEP = 0.02

# Of portable models, and all
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


def size_limit(volume: Volume, ratio: float | None, size: int | None) -> int:
    """Bytes that a model may have; by default a share of the original that small volumes exceed."""
    if size is not None:
        return int(size)
    if ratio is None:
        return max(int(volume.original_bytes / DEFAULT_RATIO), DEFAULT_MIN_BYTES)
    return int(volume.original_bytes / ratio)


def parameter_bytes(volume: Volume, limit: int) -> int:
    """What a model of `limit` bytes leaves for coded parameters.

    Raises
    ------
    ValueError
        It is too little for any network.
    """
    budget = limit - overhead_bytes(volume, limit)
    if budget < MIN_CODED_BYTES:
        least = MIN_CODED_BYTES + overhead_bytes(volume, MIN_CODED_BYTES)
        raise ValueError(
            f"{limit} bytes are too few for a model: the smallest takes about {least}; "
            f"ask for a ratio of {volume.original_bytes / least:.3g} or less"
        )
    return budget


def bytes_beside_residual(volume: Volume, residual_bytes: float) -> int:
    """Size of the model beside a residual of so many bytes, which bounds errors in any case."""
    least = 2 * MIN_CODED_BYTES
    return int(NETWORK_SHARE * residual_bytes) + overhead_bytes(volume, least) + least


def coded_network(volume: Volume, budget: int) -> tuple[_core.NetworkConfig, float]:
    """The network that is best in `budget` bytes of coded parameters, and its quantisation step.

    Measured on MRI, CT, flow and cosmology: about two bytes for each entry of the largest table, so
    that most features are zero. Where so large tables would train too slowly, or have more entries
    than the volume has samples, finer steps take their place.
    """
    wanted = max(math.log2(budget) - 1.0, MIN_CAPACITY)
    affordable = min(wanted, (wanted + AFFORDABLE_CAPACITY) / 2)
    capacity = min(affordable, largest_capacity(volume))
    step = COARSE_STEP * 2.0 ** (capacity - wanted)
    return _coded_network(volume, round(capacity)), max(step, FINE_STEP)


def network_of_capacity(
    volume: Volume, capacity: int, psnr: float
) -> tuple[_core.NetworkConfig, float]:
    """The network with tables of 2^capacity entries, and its quantisation step for a PSNR."""
    step = COARSE_STEP * 10 ** (-max(psnr - COARSE_STEP_PSNR, 0.0) / 40)
    return _coded_network(volume, capacity), max(step, FINE_STEP)


def batch_size(network: _core.NetworkConfig) -> int:
    """Samples of a step: few, but for networks whose update would take longer than they do."""
    return next(size for limit, size in BATCH_SIZES if network.log2_hashmap_size < limit)


def capacities(volume: Volume, psnr: float) -> range:
    """Binary logarithms of the entries that a table may need for a PSNR, the likeliest first."""
    samples = volume.samples * volume.components
    likely = math.log2(samples) - 8.3 + max(psnr - 34.0, 0.0) / 2.0
    largest = largest_capacity(volume)
    return range(min(max(round(likely), MIN_CAPACITY), largest), largest + 1)


def largest_capacity(volume: Volume) -> int:
    """Where there are about as many parameters as samples."""
    values = volume.samples * volume.components
    return max(MIN_CAPACITY, math.ceil(math.log2(values / (CODED_LEVELS * FEATURES_PER_LEVEL))))


def _coded_network(volume: Volume, capacity: int) -> _core.NetworkConfig:
    vertices = CODED_VERTICES_PER_ENTRY * CODED_LEVELS * 2.0**capacity
    finest = max(_resolution_with(vertices, volume.dimensions), 2 * MIN_BASE_RESOLUTION)
    levels = min(CODED_LEVELS, finest // 2)
    base = min(CODED_BASE_RESOLUTION, finest // 2)
    width = next(width for limit, width in CODED_WIDTHS if capacity < limit)
    return _network(levels, capacity, base, finest, width, volume.components)


def _resolution_with(vertices: float, dimensions: tuple[int, int, int]) -> int:
    """The highest resolution, up to the volume's own, with so many vertices at its samples."""
    low, high = 1, max(dimensions)
    while low < high:
        middle = (low + high + 1) // 2
        if math.prod(min(middle, n) for n in dimensions) <= vertices:
            low = middle
        else:
            high = middle - 1
    return low


def portable_network(volume: Volume, limit: int) -> _core.NetworkConfig:
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
