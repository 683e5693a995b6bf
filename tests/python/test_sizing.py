# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""The network chosen for a budget fits it and uses it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from neuralvolume import fit
from neuralvolume.fitting.sizing import coded_networks, portable_networks
from neuralvolume.fitting.sizing.budget import overhead_bytes, size_limit
from neuralvolume.volume import as_volume

dimensions = st.tuples(*[st.integers(8, 2048)] * 3)


@settings(deadline=None, max_examples=60)
@given(st.integers(12_000, 200_000_000), dimensions, st.integers(1, 4))
def test_budget_is_kept_and_used(budget, dims, components):
    network = portable_networks.network_for_budget(budget, dims, components)
    size = portable_networks.network_bytes(network)
    every_vertex = 2 * 2 * 4 * max(*dims, 8) ** 3  # 2 bytes, 2 features, at least 4 levels
    assert size <= budget
    assert size >= 0.9 * min(budget, every_vertex)
    assert network.outputs == components


@settings(deadline=None, max_examples=60)
@given(st.integers(16_000, 50_000_000), dimensions)
def test_finest_level_suits_the_entries_and_is_no_finer_than_the_volume(budget, dims):
    network = portable_networks.network_for_budget(budget, dims)
    finest = network.base_resolution * network.per_level_scale ** (network.levels - 1)
    vertices = portable_networks.VERTICES_PER_ENTRY * budget / (2 * network.features_per_level)
    assert finest == pytest.approx(min(vertices ** (1 / 3), max(dims)), abs=1)


def test_mlp_takes_a_small_share():
    for budget in (20_000, 100_000, 1_000_000):
        network = portable_networks.network_for_budget(budget, (128, 128, 128))
        weights = network.width * (32 + network.width + 16)
        assert network.width == 16 or 2 * weights <= 0.5 * budget


def test_smallest_network_is_the_limit():
    dims = (64, 64, 64)
    limit = portable_networks.network_bytes(portable_networks.smallest_network())
    assert (
        portable_networks.network_bytes(portable_networks.network_for_budget(limit, dims)) == limit
    )
    with pytest.raises(ValueError, match=f"smallest takes {limit} bytes"):
        portable_networks.network_for_budget(limit - 1, dims)


@pytest.mark.parametrize("shape", [(1, 1, 5), (1, 40, 40), (68, 68, 68), (64, 64, 64, 3)])
def test_default_ratio_always_gives_a_network(shape):
    volume = as_volume(np.zeros(shape, np.uint8))
    limit = size_limit(volume, None, None)
    network, _ = coded_networks.network_for_size(
        volume, coded_networks.parameter_bytes(volume, limit)
    )
    assert (
        network.outputs
        == portable_networks.network_for_size(volume, 20_000).outputs
        == volume.components
    )


def test_portable_limit_counts_all_bytes_of_the_file():
    volume = as_volume(np.zeros((64, 64, 64), np.float32))
    limit = size_limit(volume, 10, None)
    network = portable_networks.network_for_size(volume, limit)
    assert portable_networks.network_bytes(network) + overhead_bytes(volume, limit) <= limit
    assert limit == volume.original_bytes // 10


@pytest.mark.parametrize("shape", [(8, 8, 8), (300, 20, 30), (40, 50, 60, 4)])
def test_overhead_holds_for_files(shape):
    rng = np.random.default_rng(0)
    volume = as_volume(rng.normal(size=shape).astype("f4"), name="random numbers")
    size = portable_networks.smallest_bytes(volume)
    network = portable_networks.network_for_size(volume, size)
    model = fit(volume, network=network, portable=True, steps=1, batch_size=256)
    parts = model.parts
    overhead = parts["header"] + parts["macro_cells"] + parts["checksum"]
    assert overhead <= overhead_bytes(volume, model.nbytes)
    assert model.nbytes <= size


@settings(deadline=None, max_examples=60)
@given(st.integers(300, 10_000_000), st.integers(300, 10_000_000))
def test_more_bytes_give_no_smaller_tables_and_no_coarser_steps(one, other):
    volume = as_volume(np.zeros((64, 64, 64), np.float32))
    (less, coarse), (more, fine) = (
        coded_networks.network_for_size(volume, budget) for budget in sorted((one, other))
    )
    assert less.parameter_count <= more.parameter_count
    assert coarse >= fine


def test_networks_for_a_psnr_grow_with_the_volume_and_have_no_more_parameters_than_useful():
    volumes = [as_volume(np.zeros((n, n, n), np.float32)) for n in (8, 32, 64, 128)]
    for psnr in (20, 35, 60):
        chosen = [coded_networks.network_for_psnr(volume, psnr)[0] for volume in volumes]
        counts = [network.parameter_count for network in chosen]
        assert counts == sorted(counts)
        assert all(n < 8 * max(v.samples, 1000) for n, v in zip(counts, volumes, strict=True))


def test_budget_for_psnr_grows_with_the_target_up_to_the_original():
    volume = as_volume(np.zeros((64, 64, 64), np.float32))
    budgets = [portable_networks.budget_for_psnr(volume, psnr) for psnr in (20, 30, 40, 50, 200)]
    assert budgets == sorted(budgets)
    assert budgets[-1] == volume.original_bytes
