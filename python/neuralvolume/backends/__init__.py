# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""Who does the arithmetic of training."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from neuralvolume import _core

NAMES = ("auto", "cpu", "tinycudann", "torch")


class Trainer(Protocol):
    """A network in training on the draws of a sampler."""

    @property
    def steps(self) -> int:
        """Optimiser steps done so far."""

    @property
    def parameters(self) -> NDArray[np.float32]:
        """All parameters as one flat vector in tiny-cuda-nn's order; settable."""

    @parameters.setter
    def parameters(self, values: NDArray[np.float32]) -> None: ...

    def run(
        self, steps: int, batch_size: int, learning_rate: float, rate_weight: float = 0.0
    ) -> float:
        """Take steps of Adam on the mean squared difference; the mean of their losses.

        Once quantised, rate_weight times the sum of log(1 + |parameter / step|) over the grid's
        entries is added to what is minimised.
        """

    def quantise(self, quantisation: _core.Quantisation) -> None:
        """From now on train for rounded parameters; `parameters` stay unrounded."""

    def gradient(self, batch_size: int) -> NDArray[np.float32]:
        """Flat gradient of the mean loss over the batch that the next step takes."""


def resolve(backend: str) -> str:
    """The backend that `backend` stands for: "auto" is the fastest that is there.

    Raises
    ------
    ValueError
        The name is unknown, or what the backend needs is not installed.
    """
    if backend not in NAMES:
        raise ValueError(f"unknown backend '{backend}'; known are {', '.join(NAMES)}")
    return "cpu" if backend == "auto" else backend


def make_trainer(
    backend: str, network: _core.NetworkConfig, sampler: _core.Sampler, seed: int
) -> Trainer:
    """A trainer of `resolve(backend)` with initial parameters drawn from the seed."""
    name = resolve(backend)
    if name == "cpu":
        return _core.Trainer(network, sampler, seed)
    try:
        if name == "tinycudann":
            return _make_tinycudann_trainer(network, sampler, seed)
        from neuralvolume.backends.torch import make_trainer as make_torch_trainer
    except ModuleNotFoundError as error:
        raise ValueError(
            f"backend '{name}' needs the Python package '{error.name}': pip install {error.name}"
        ) from error
    return make_torch_trainer(network, sampler, seed)


def _make_tinycudann_trainer(
    network: _core.NetworkConfig, sampler: _core.Sampler, seed: int
) -> Trainer:
    from neuralvolume.backends import tinycudann

    tinycudann.require_device()
    return tinycudann.make_trainer(network, sampler, seed)
