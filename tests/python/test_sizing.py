# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""The network chosen for a budget fits it and uses it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from neuralvolume import fit, sizing
from neuralvolume.volume import as_volume

dimensions = st.tuples(*[st.integers(8, 2048)] * 3)


@settings(deadline=None, max_examples=60)
@given(st.integers(12_000, 200_000_000), dimensions, st.integers(1, 4))
def test_budget_is_kept_and_used(budget, dims, components):
    network = sizing.network_for_budget(budget, dims, components)
    size = sizing.network_bytes(network)
    every_vertex = 2 * 2 * 4 * max(*dims, 8) ** 3  # 2 bytes, 2 features, at least 4 levels
    assert size <= budget
    assert size >= 0.9 * min(budget, every_vertex)
    assert network.outputs == components


@settings(deadline=None, max_examples=60)
@given(st.integers(16_000, 50_000_000), dimensions)
def test_finest_level_suits_the_entries_and_is_no_finer_than_the_volume(budget, dims):
    network = sizing.network_for_budget(budget, dims)
    finest = network.base_resolution * network.per_level_scale ** (network.levels - 1)
    vertices = sizing.VERTICES_PER_ENTRY * budget / (2 * network.features_per_level)
    assert finest == pytest.approx(min(vertices ** (1 / 3), max(dims)), abs=1)


def test_mlp_takes_a_small_share():
    for budget in (20_000, 100_000, 1_000_000):
        network = sizing.network_for_budget(budget, (128, 128, 128))
        weights = network.width * (32 + network.width + 16)
        assert network.width == 16 or 2 * weights <= 0.5 * budget


def test_smallest_network_is_the_limit():
    dims = (64, 64, 64)
    limit = sizing.network_bytes(sizing.smallest_network())
    assert sizing.network_bytes(sizing.network_for_budget(limit, dims)) == limit
    with pytest.raises(ValueError, match=f"smallest takes {limit} bytes"):
        sizing.network_for_budget(limit - 1, dims)


@pytest.mark.parametrize("shape", [(1, 1, 5), (1, 40, 40), (68, 68, 68), (64, 64, 64, 3)])
def test_default_ratio_always_gives_a_network(shape):
    volume = as_volume(np.zeros(shape, np.uint8))
    limit = sizing.size_limit(volume, None, None)
    network, _ = sizing.coded_network(volume, sizing.parameter_bytes(volume, limit))
    assert network.outputs == sizing.portable_network(volume, 20_000).outputs == volume.components


def test_portable_limit_counts_all_bytes_of_the_file():
    volume = as_volume(np.zeros((64, 64, 64), np.float32))
    limit = sizing.size_limit(volume, 10, None)
    network = sizing.portable_network(volume, limit)
    assert sizing.network_bytes(network) + sizing.overhead_bytes(volume, limit) <= limit
    assert limit == volume.original_bytes // 10


@pytest.mark.parametrize("shape", [(8, 8, 8), (300, 20, 30), (40, 50, 60, 4)])
def test_overhead_holds_for_files(shape):
    rng = np.random.default_rng(0)
    volume = as_volume(rng.normal(size=shape).astype("f4"), name="random numbers")
    size = sizing.smallest_bytes(volume)
    network = sizing.portable_network(volume, size)
    model = fit(volume, network=network, portable=True, steps=1, batch_size=256)
    parts = model.parts
    overhead = parts["header"] + parts["macro_cells"] + parts["checksum"]
    assert overhead <= sizing.overhead_bytes(volume, model.nbytes)
    assert model.nbytes <= size


@settings(deadline=None, max_examples=60)
@given(st.integers(300, 10_000_000), st.integers(300, 10_000_000))
def test_more_bytes_give_no_smaller_tables_and_no_coarser_steps(one, other):
    volume = as_volume(np.zeros((64, 64, 64), np.float32))
    (less, coarse), (more, fine) = (
        sizing.coded_network(volume, budget) for budget in sorted((one, other))
    )
    assert less.parameter_count <= more.parameter_count
    assert coarse >= fine


@pytest.mark.parametrize("psnr", [20, 35, 60])
def test_capacities_end_where_there_are_as_many_parameters_as_samples(psnr):
    volume = as_volume(np.zeros((64, 64, 64), np.float32))
    tried = list(sizing.capacities(volume, psnr))
    assert tried == sorted(tried)
    largest, _ = sizing.network_of_capacity(volume, tried[-1], psnr)
    assert 0.5 * volume.samples < largest.parameter_count < 8 * volume.samples


def test_budget_for_psnr_grows_with_the_target_up_to_the_original():
    volume = as_volume(np.zeros((64, 64, 64), np.float32))
    budgets = [sizing.budget_for_psnr(volume, psnr) for psnr in (20, 30, 40, 50, 200)]
    assert budgets == sorted(budgets)
    assert budgets[-1] == volume.original_bytes
