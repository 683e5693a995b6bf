# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""Networks whose parameters are coded.

They take as many bytes as training leaves them, so they are far larger than the budget and told by
their capacity: the binary logarithm of the entries of the largest table.
"""

from __future__ import annotations

import math

from neuralvolume import _core
from neuralvolume.fitting.sizing.budget import overhead_bytes
from neuralvolume.fitting.sizing.networks import (
    FEATURES_PER_LEVEL,
    MIN_BASE_RESOLUTION,
    make_network,
)
from neuralvolume.volume import Volume

MIN_BYTES = 256
UNUSED_HEADER_BYTES = 70  # of those that a header has at most; a guess that a fit corrects
NETWORK_SHARE = 0.1

MIN_CAPACITY = 6
AFFORDABLE_CAPACITY = 15
SAMPLES_PER_ENTRY_OCTAVES = 8.3
LEVELS = 16
BASE_RESOLUTION = 6
VERTICES_PER_ENTRY = 3
WIDTHS = ((13, 16), (20, 32), (32, 64))  # capacities below, width
BATCH_SIZES = ((16, 4096), (17, 8192), (32, 16384))  # capacities below, samples
COARSE_STEP = 0.15
COARSE_STEP_PSNR = 35.0
FINE_STEP = 0.02


def parameter_bytes(volume: Volume, limit: int) -> int:
    """What a model of `limit` bytes leaves for coded parameters.

    Raises
    ------
    ValueError
        It is too little for any network.
    """
    budget = limit - _overhead_bytes(volume, limit)
    if budget < MIN_BYTES:
        least = MIN_BYTES + _overhead_bytes(volume, MIN_BYTES)
        raise ValueError(
            f"{limit} bytes are too few for a model: the smallest takes about {least}; "
            f"ask for a ratio of {volume.original_bytes / least:.3g} or less"
        )
    return budget


def bytes_beside_residual(volume: Volume, residual_bytes: float) -> int:
    """Size of the model beside a residual of so many bytes, which bounds errors in any case."""
    least = 2 * MIN_BYTES
    return int(NETWORK_SHARE * residual_bytes) + _overhead_bytes(volume, least) + least


def network_for_size(volume: Volume, budget: int) -> tuple[_core.NetworkConfig, float]:
    """The network that is best in `budget` bytes of coded parameters, and its quantisation step.

    Measured on MRI, CT, flow and cosmology: about two bytes for each entry of the largest table, so
    that most features are zero. Where so large tables would train too slowly, or have more entries
    than the volume has samples, finer steps take their place.
    """
    wanted = max(math.log2(budget) - 1.0, MIN_CAPACITY)
    affordable = min(wanted, (wanted + AFFORDABLE_CAPACITY) / 2)
    capacity = min(affordable, _largest_capacity(volume))
    step = COARSE_STEP * 2.0 ** (capacity - wanted)
    return _network_of_capacity(volume, round(capacity)), max(step, FINE_STEP)


def network_for_psnr(volume: Volume, psnr: float) -> tuple[_core.NetworkConfig, float]:
    """The network that is best at a PSNR, and its quantisation step.

    Measured on MRI, CT, flow and cosmology: a vertex or two for each hundred samples in the largest
    table, and more for a high PSNR, as long as tables stay small enough to be trained well.
    """
    samples = volume.samples * volume.components
    likely = math.log2(samples) - SAMPLES_PER_ENTRY_OCTAVES
    wanted = likely + min(max(psnr - 34.0, 0.0) / 2.0, 1.0)
    capacity = max(likely, min(wanted, AFFORDABLE_CAPACITY), MIN_CAPACITY)
    step = COARSE_STEP * 10 ** (-max(psnr - COARSE_STEP_PSNR, 0.0) / 40)
    network = _network_of_capacity(volume, round(min(capacity, _largest_capacity(volume))))
    return network, max(step, FINE_STEP)


def batch_size(network: _core.NetworkConfig) -> int:
    """Samples of a step: few, but for networks whose update would take longer than they do."""
    return next(size for limit, size in BATCH_SIZES if network.log2_hashmap_size < limit)


def _largest_capacity(volume: Volume) -> int:
    """Where there are about as many parameters as samples."""
    values = volume.samples * volume.components
    return max(MIN_CAPACITY, math.ceil(math.log2(values / (LEVELS * FEATURES_PER_LEVEL))))


def _network_of_capacity(volume: Volume, capacity: int) -> _core.NetworkConfig:
    vertices = VERTICES_PER_ENTRY * LEVELS * 2.0**capacity
    finest = max(_resolution_with(vertices, volume.dimensions), 2 * MIN_BASE_RESOLUTION)
    levels = min(LEVELS, finest // 2)
    base = min(BASE_RESOLUTION, finest // 2)
    width = next(width for limit, width in WIDTHS if capacity < limit)
    return make_network(levels, capacity, base, finest, width, volume.components)


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


def _overhead_bytes(volume: Volume, size: int) -> int:
    """What a file of `size` bytes is likely to hold beside the parameters."""
    return overhead_bytes(volume, size) - UNUSED_HEADER_BYTES
