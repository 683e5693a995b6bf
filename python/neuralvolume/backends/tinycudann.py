# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""The field function by tiny-cuda-nn's PyTorch extension, on a CUDA device.

Müller 2021, "tiny-cuda-nn"; its loss scaling is its own.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch

from neuralvolume import _core
from neuralvolume.backends.torch import FieldTrainer, grid_levels
from neuralvolume.exchange.network_json import describe_network


def require_device() -> None:
    """Raise ValueError where PyTorch sees no CUDA device."""
    if not torch.cuda.is_available():
        raise ValueError(
            "backend 'tinycudann' needs a CUDA device, and PyTorch sees none: "
            "choose another backend, or install a PyTorch that is built for CUDA"
        )


class TinyCudaNnField(torch.nn.Module):
    """See `neuralvolume.backends.torch.TrainableField`."""

    def __init__(self, network: _core.NetworkConfig, seed: int = 0) -> None:
        super().__init__()
        import tinycudann

        self.levels = grid_levels(network)
        self.features = network.features_per_level
        words = describe_network(network)
        self.module = tinycudann.NetworkWithInputEncoding(
            3, network.outputs, words["encoding"], words["network"], seed=seed
        )

    @property
    def tensors(self) -> list[torch.Tensor]:
        return self._split(self.module.params.detach())  # they share its memory

    def forward(self, positions: torch.Tensor) -> torch.Tensor:
        return self.module(positions).float()

    def differentiate(self, loss: torch.Tensor) -> Sequence[torch.Tensor]:
        (gradient,) = torch.autograd.grad(loss, [self.module.params])
        return self._split(gradient.float())

    def _split(self, flat: torch.Tensor) -> list[torch.Tensor]:
        """The MLP's and the grid's part."""
        entries = self.levels[-1].offset + self.levels[-1].entries
        grid = entries * self.features
        return [flat[:-grid], flat[-grid:].view(entries, self.features)]


def make_trainer(
    network: _core.NetworkConfig, sampler: _core.Sampler, seed: int = 0
) -> FieldTrainer:
    """A trainer of a field that tiny-cuda-nn computes."""
    return FieldTrainer(TinyCudaNnField(network, seed), network, sampler)
