# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""The method in plain PyTorch: the oracle that the native backend is tested against.

Encoding: Müller et al. 2022, "Instant Neural Graphics Primitives with a Multiresolution Hash
Encoding"; order of the parameters and conventions as in tiny-cuda-nn; optimiser: Kingma & Ba 2015.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from typing import NamedTuple, Protocol

import numpy as np
import torch
from numpy.typing import NDArray

from neuralvolume import _core

CORNERS = torch.tensor([[(corner >> axis) & 1 for axis in range(3)] for corner in range(8)])
HASH_PRIMES = (1, 2654435761, 805459861)
ALIGNMENT = 16  # of the MLP's input and output


class GridLevel(NamedTuple):
    """One resolution of the hash grid; `offset` and `entries` count feature vectors."""

    scale: float
    resolution: int
    offset: int
    entries: int

    def entry_of(self, vertex: torch.Tensor) -> torch.Tensor:
        """Entry of each vertex (..., 3) within the level."""
        x, y, z = vertex.unbind(-1)
        if self.entries >= self.resolution**3:
            index = x + y * self.resolution + z * self.resolution**2
        else:
            index = (x ^ (y * HASH_PRIMES[1]) ^ (z * HASH_PRIMES[2])) & 0xFFFFFFFF
        return index % self.entries


def grid_levels(network: _core.NetworkConfig) -> list[GridLevel]:
    """The grid's levels, from the coarsest; scales are rounded as in single precision."""
    levels, offset = [], 0
    growth = np.log2(np.float32(network.per_level_scale))
    for level in range(network.levels):
        factor = np.exp2(np.float32(level) * growth)
        scale = float(factor * np.float32(network.base_resolution) - np.float32(1))
        resolution = math.ceil(scale) + 1
        entries = min(-(-(resolution**3) // 8) * 8, 1 << network.log2_hashmap_size)
        levels.append(GridLevel(scale, resolution, offset, entries))
        offset += entries
    return levels


def mlp_shapes(network: _core.NetworkConfig) -> list[tuple[int, int]]:
    """Rows and columns of the MLP's matrices, input and output padded to the alignment."""
    encoded = network.levels * network.features_per_level
    padded_input = -(-encoded // ALIGNMENT) * ALIGNMENT
    padded_output = -(-network.outputs // ALIGNMENT) * ALIGNMENT
    widths = [padded_input, *[network.width] * network.hidden_layers, padded_output]
    return [(rows, columns) for columns, rows in pairwise(widths)]


class TrainableField(Protocol):
    """f(x) = MLP(hash grid(x)) at positions (N, 3) in the unit cube; values (N, outputs)."""

    levels: list[GridLevel]

    @property
    def tensors(self) -> Sequence[torch.Tensor]:
        """All parameters in tiny-cuda-nn's order; the last is the grid, (entries, features)."""

    def __call__(self, positions: torch.Tensor) -> torch.Tensor: ...

    def differentiate(self, loss: torch.Tensor) -> Sequence[torch.Tensor]:
        """Gradients of a loss by the tensors."""


class Field(torch.nn.Module):
    """f(x) = MLP(hash grid(x)) in plain PyTorch; see `TrainableField`."""

    def __init__(self, network: _core.NetworkConfig, seed: int = 0) -> None:
        super().__init__()
        self.outputs = network.outputs
        self.levels = grid_levels(network)
        generator = torch.Generator().manual_seed(seed)

        def uniform(shape: tuple[int, int], bound: float) -> torch.nn.Parameter:
            return torch.nn.Parameter((torch.rand(shape, generator=generator) * 2 - 1) * bound)

        matrices = [uniform(shape, math.sqrt(6 / sum(shape))) for shape in mlp_shapes(network)]
        entries = self.levels[-1].offset + self.levels[-1].entries
        grid = uniform((entries, network.features_per_level), 1e-4)
        self.held = torch.nn.ParameterList([*matrices, grid])

    @property
    def tensors(self) -> list[torch.nn.Parameter]:
        return list(self.held)

    @property
    def matrices(self) -> list[torch.nn.Parameter]:
        """Of the MLP, row-major (rows, columns)."""
        return self.tensors[:-1]

    @property
    def grid(self) -> torch.nn.Parameter:
        """Feature vectors of all levels, (entries, features)."""
        return self.tensors[-1]

    def encode(self, positions: torch.Tensor) -> torch.Tensor:
        """Interpolated features of all levels, padded with zeros to the MLP's input."""
        features = []
        for level in self.levels:
            scaled = positions * level.scale + 0.5
            cell = scaled.floor()
            fraction = (scaled - cell)[:, None]
            weights = torch.where(CORNERS == 1, fraction, 1 - fraction).prod(-1, keepdim=True)
            entries = level.offset + level.entry_of(cell.long()[:, None] + CORNERS)
            features.append((weights * self.grid[entries]).sum(1))
        encoded = torch.cat(features, dim=1)
        padding = self.matrices[0].shape[1] - encoded.shape[1]
        return torch.nn.functional.pad(encoded, (0, padding))

    def forward(self, positions: torch.Tensor) -> torch.Tensor:
        hidden = self.encode(positions)
        for matrix in self.matrices[:-1]:
            hidden = torch.relu(hidden @ matrix.T)
        return (hidden @ self.matrices[-1].T)[:, : self.outputs]

    def differentiate(self, loss: torch.Tensor) -> Sequence[torch.Tensor]:
        return torch.autograd.grad(loss, self.tensors)


class Adam:
    """Adam with an l2 term on the MLP; grid parameters without gradient are left alone."""

    BETA1, BETA2, EPSILON, MLP_L2 = 0.9, 0.999, 1e-15, 1e-6

    def __init__(self, field: TrainableField) -> None:
        self.field = field
        self.moments = [(torch.zeros_like(t), torch.zeros_like(t)) for t in field.tensors]
        self.steps = 0

    @torch.no_grad()
    def step(
        self, gradients: Sequence[torch.Tensor], learning_rate: float, rate: torch.Tensor
    ) -> None:
        """One update; `rate` is added to the gradient of the grid's parameters that have one."""
        self.steps += 1
        step = learning_rate / (1 - self.BETA1**self.steps)
        correction = math.sqrt(1 - self.BETA2**self.steps)
        tensors = self.field.tensors
        for index, (parameter, gradient, (first, second)) in enumerate(
            zip(tensors, gradients, self.moments, strict=True)
        ):
            in_grid = index + 1 == len(tensors)
            slope = gradient + (rate if in_grid else self.MLP_L2 * parameter)
            new_first = first.lerp(slope, 1 - self.BETA1)
            new_second = second.lerp(slope**2, 1 - self.BETA2)
            update = step * new_first / (new_second.sqrt() / correction + self.EPSILON)
            touched = (gradient != 0) | (not in_grid)
            first.copy_(torch.where(touched, new_first, first))
            second.copy_(torch.where(touched, new_second, second))
            parameter.sub_(torch.where(touched, update, 0.0))


class FieldTrainer:
    """Trains a field on a sampler's draws; see `neuralvolume.backends.Trainer`."""

    def __init__(
        self, field: TrainableField, network: _core.NetworkConfig, sampler: _core.Sampler
    ) -> None:
        self.field = field
        self.network = network
        self.sampler = sampler
        self.adam = Adam(self.field)
        self.quantisation = _core.Quantisation()

    @property
    def steps(self) -> int:
        return self.adam.steps

    @property
    def parameters(self) -> NDArray[np.float32]:
        flat = torch.cat([tensor.detach().flatten() for tensor in self.field.tensors])
        return flat.cpu().numpy()

    @parameters.setter
    def parameters(self, values: NDArray[np.float32]) -> None:
        tensors = self.field.tensors
        ends = np.cumsum([tensor.numel() for tensor in tensors])
        parts = np.split(np.array(values, dtype=np.float32), ends[:-1])
        with torch.no_grad():
            for tensor, part in zip(tensors, parts, strict=True):
                tensor.copy_(torch.from_numpy(part).view_as(tensor))

    def quantise(self, quantisation: _core.Quantisation) -> None:
        self.quantisation = quantisation

    @contextmanager
    def _rounded(self) -> Iterator[None]:
        """The field with rounded parameters, whose gradient is taken for that of the others."""
        kept = self.parameters.copy()
        self.parameters = _core.round_parameters(self.network, self.quantisation, kept)
        try:
            yield
        finally:
            self.parameters = kept

    def _rate_slope(self, weight: float) -> torch.Tensor:
        """Gradient of weight * sum log(1 + |parameter / step|) by the grid, linear at zero."""
        if not self.quantisation:
            return torch.zeros(())
        grid = self.field.tensors[-1].detach()
        entries = torch.tensor([level.entries for level in self.field.levels])
        steps = torch.repeat_interleave(torch.tensor(self.quantisation.levels), entries)[:, None]
        steps = steps.to(grid.device)
        multiples = grid / steps
        return weight / steps * (2 * multiples).clamp(-1, 1) / (1 + multiples.abs())

    def loss(self, batch_size: int) -> torch.Tensor:
        """Mean squared difference of the batch that the next step takes."""
        device = self.field.tensors[-1].device
        positions, targets = (
            torch.from_numpy(values).to(device)
            for values in self.sampler.draw(self.steps, batch_size)
        )
        return (self.field(positions) - targets).square().mean()

    def _differentiate(self, batch_size: int) -> tuple[float, Sequence[torch.Tensor]]:
        with self._rounded():
            loss = self.loss(batch_size)
            return loss.item(), self.field.differentiate(loss)

    def gradient(self, batch_size: int) -> NDArray[np.float32]:
        _, gradients = self._differentiate(batch_size)
        return torch.cat([gradient.flatten() for gradient in gradients]).cpu().numpy()

    def run(
        self, steps: int, batch_size: int, learning_rate: float, rate_weight: float = 0.0
    ) -> float:
        total = 0.0
        for _ in range(steps):
            loss, gradients = self._differentiate(batch_size)
            self.adam.step(gradients, learning_rate, self._rate_slope(rate_weight))
            total += loss
        return total / max(steps, 1)


def make_trainer(
    network: _core.NetworkConfig, sampler: _core.Sampler, seed: int = 0
) -> FieldTrainer:
    """A trainer of a field in plain PyTorch."""
    return FieldTrainer(Field(network, seed), network, sampler)
