# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""The backend `tinycudann`: what it lacks, and how it drives a field with flat parameters.

tiny-cuda-nn needs a CUDA device. In its place stands a module with the interface and the order of
parameters that its documentation gives, computed by the oracle.
"""

import sys
from types import ModuleType

import numpy as np
import pytest
from fields import make_sampler
from neuralvolume import _core, backends

torch = pytest.importorskip("torch")

from neuralvolume.backends.torch import Field, make_trainer  # noqa: E402

NETWORK = _core.NetworkConfig(
    levels=5, features_per_level=2, log2_hashmap_size=8, base_resolution=3, per_level_scale=1.6,
    width=16, hidden_layers=2, outputs=2,
)  # fmt: skip


class NetworkWithInputEncoding(torch.nn.Module):
    def __init__(self, n_input_dims, n_output_dims, encoding_config, network_config, seed):
        super().__init__()
        assert n_input_dims == 3
        assert (encoding_config["otype"], network_config["otype"]) == ("HashGrid", "FullyFusedMLP")
        self.field = Field(
            _core.NetworkConfig(
                levels=encoding_config["n_levels"],
                features_per_level=encoding_config["n_features_per_level"],
                log2_hashmap_size=encoding_config["log2_hashmap_size"],
                base_resolution=encoding_config["base_resolution"],
                per_level_scale=encoding_config["per_level_scale"],
                width=network_config["n_neurons"],
                hidden_layers=network_config["n_hidden_layers"],
                outputs=n_output_dims,
            ),
            seed,
        )
        flat = torch.cat([tensor.detach().flatten() for tensor in self.field.tensors])
        self.params = torch.nn.Parameter(flat)

    def forward(self, positions):
        shapes = [tensor.shape for tensor in self.field.tensors]
        parts = self.params.split([shape.numel() for shape in shapes])
        tensors = {
            f"held.{i}": part.view(shape)
            for i, (part, shape) in enumerate(zip(parts, shapes, strict=True))
        }
        return torch.func.functional_call(self.field, tensors, (positions,))


def test_without_a_device_or_the_extension_one_line_says_so(monkeypatch):
    sampler = make_sampler(2)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(ValueError, match="needs a CUDA device") as problem:
        backends.make_trainer("tinycudann", NETWORK, sampler, 0)
    assert "\n" not in str(problem.value)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setitem(sys.modules, "tinycudann", None)
    with pytest.raises(ValueError, match="needs the Python package 'tinycudann'"):
        backends.make_trainer("tinycudann", NETWORK, sampler, 0)


def test_it_trains_as_the_oracle_does(monkeypatch):
    stand_in = ModuleType("tinycudann")
    stand_in.NetworkWithInputEncoding = NetworkWithInputEncoding
    monkeypatch.setitem(sys.modules, "tinycudann", stand_in)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    sampler = make_sampler(2)
    trainer = backends.make_trainer("tinycudann", NETWORK, sampler, 0)
    oracle = make_trainer(NETWORK, sampler, 1)
    assert not np.array_equal(trainer.parameters, oracle.parameters)
    oracle.parameters = trainer.parameters
    np.testing.assert_array_equal(oracle.parameters, trainer.parameters)
    np.testing.assert_allclose(trainer.gradient(512), oracle.gradient(512), atol=1e-7)
    for _ in range(3):
        assert trainer.run(5, 512, 5e-3) == pytest.approx(oracle.run(5, 512, 5e-3), rel=1e-4)
    np.testing.assert_allclose(trainer.parameters, oracle.parameters, atol=1e-4)
    assert trainer.steps == 15
