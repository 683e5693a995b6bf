# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""The native backend against plain PyTorch: the same values, gradients and quality."""

import numpy as np
import pytest
from fields import make_sampler, waves
from neuralvolume import Geometry, Model, NetworkConfig, _core, fit

torch = pytest.importorskip("torch")
torch.set_num_threads(1)  # as fast at these sizes, and far faster on a machine that is busy

from neuralvolume.backends.torch import Field, make_trainer  # noqa: E402
from neuralvolume.fitting.training import Schedule, psnr_of  # noqa: E402

NETWORKS = {
    "hashed": {"levels": 6, "features_per_level": 4, "log2_hashmap_size": 10, "base_resolution": 4},
    "dense": {"levels": 3, "features_per_level": 2, "log2_hashmap_size": 16, "base_resolution": 5},
    "uneven": {"levels": 5, "features_per_level": 1, "per_level_scale": 1.7, "hidden_layers": 3},
    "wide": {"levels": 4, "features_per_level": 8, "log2_hashmap_size": 12, "width": 128},
    "narrow": {"levels": 8, "log2_hashmap_size": 8, "width": 16, "hidden_layers": 1},
    "vector": {"levels": 4, "log2_hashmap_size": 12, "width": 32, "outputs": 3},
}


@pytest.fixture(params=NETWORKS)
def network(request):
    return NetworkConfig(**NETWORKS[request.param])


def random_parameters(network, seed=0):
    """As a network in training has them: rounded to half, features of a visible size."""
    rng = np.random.default_rng(seed)
    values = rng.normal(size=network.parameter_count) * 0.2
    return values.astype(np.float16).astype(np.float32)


def make_field(network, parameters):
    field = Field(network)
    flat = torch.from_numpy(parameters)
    torch.nn.utils.vector_to_parameters(flat, field.parameters())
    return field


def test_parameter_counts_agree(network):
    assert sum(p.numel() for p in Field(network).parameters()) == network.parameter_count


def test_same_parameters_give_the_same_values(network):
    parameters = random_parameters(network)
    points = np.random.default_rng(1).random((1000, 3), dtype=np.float32)
    points[:8] = [[(corner >> axis) & 1 for axis in range(3)] for corner in range(8)]
    expected = make_field(network, parameters)(torch.from_numpy(points)).detach().numpy()
    array = _core.ArrayInfo(name="v", type="float32", ranges=[(0.0, 1.0)] * network.outputs)
    model = _core.Model(network, parameters, Geometry((0, 7, 0, 7, 0, 7)), array)
    values = model.evaluate(points, physical=False).reshape(expected.shape)
    assert np.mean((expected > 0) & (expected < 1)) > 0.1
    np.testing.assert_allclose(values, np.clip(expected, 0, 1), atol=4e-3)


def test_gradients_agree(network):
    sampler = make_sampler(network.outputs)
    native, oracle = _core.Trainer(network, sampler, 0), make_trainer(network, sampler, 0)
    parameters = random_parameters(network)
    native.parameters, oracle.parameters = parameters, parameters
    expected, gradient = oracle.gradient(4096), native.gradient(4096)
    error = np.linalg.norm(gradient - expected) / np.linalg.norm(expected)
    assert error < 0.02
    assert np.array_equal(gradient == 0, expected == 0) or error < 0.005


def test_oracle_gradient_is_the_slope_of_its_loss():
    network = NetworkConfig(**NETWORKS["dense"])
    trainer = make_trainer(network, make_sampler(1), 0)
    trainer.parameters = random_parameters(network)
    gradient, start = trainer.gradient(2048).copy(), trainer.parameters.copy()
    rng = np.random.default_rng(2)
    direction = rng.normal(size=start.size).astype(np.float32)
    step = 1e-4
    losses = []
    for sign in (1, -1):
        trainer.parameters = start + sign * step * direction
        losses.append(trainer.loss(2048).item())
    slope = (losses[0] - losses[1]) / (2 * step)
    assert slope == pytest.approx(float(gradient @ direction), rel=0.02, abs=1e-3)


def test_first_step_moves_parameters_alike(network):
    """Adam's first step is the learning rate times the gradient's sign, where there is one."""
    sampler = make_sampler(network.outputs)
    native, oracle = _core.Trainer(network, sampler, 0), make_trainer(network, sampler, 0)
    parameters = random_parameters(network)
    native.parameters, oracle.parameters = parameters, parameters
    losses = [trainer.run(1, 4096, 1e-2) for trainer in (native, oracle)]
    assert losses[0] == pytest.approx(losses[1], rel=5e-3)
    moved = np.abs(native.parameters - oracle.parameters) < 1e-3
    assert moved.mean() > 0.98


def test_same_schedule_gives_the_same_quality():
    network = NetworkConfig(levels=6, features_per_level=4, log2_hashmap_size=12, base_resolution=4)
    values = waves((32, 32, 32))
    ranges, _ = _core.data_range(values)
    reached = []
    for seed in range(3):
        sampler = _core.Sampler(values, ranges, seed)
        native, oracle = _core.Trainer(network, sampler, seed), make_trainer(network, sampler, seed)
        oracle.parameters = native.parameters
        reached.append([train(trainer, network, sampler) for trainer in (native, oracle)])
    native_psnr, oracle_psnr = np.mean(reached, axis=0)
    assert min(native_psnr, oracle_psnr) > 40
    assert native_psnr == pytest.approx(oracle_psnr, abs=1.0)


def train(trainer, network, sampler):
    """The PSNR after a short schedule."""
    schedule = Schedule(200)
    while trainer.steps < schedule.end:
        trainer.run(10, 4096, schedule.learning_rate(trainer.steps))
    errors = _core.sample_errors(network, np.asarray(trainer.parameters), sampler, 1 << 17, 0)
    return psnr_of(np.mean(np.square(errors)))


def test_fit_with_the_torch_backend():
    options = {"levels": 4, "log2_hashmap_size": 10, "base_resolution": 4, "width": 16}
    model = fit(waves((16, 16, 16)), network=options, steps=60, batch_size=1024, backend="torch")
    assert model.report.backend == "torch"
    assert Model.from_bytes(model.to_bytes()).decode().shape == (16, 16, 16)
