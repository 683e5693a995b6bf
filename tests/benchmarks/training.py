# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""Samples a second in training: the native backend against plain PyTorch, by turns."""

from __future__ import annotations

from collections.abc import Callable

import torch
from neuralvolume import _core
from neuralvolume.backends.torch import FieldTrainer, make_trainer
from timing import (
    BATCH,
    NETWORK,
    alternate,
    compare_rates,
    make_parser,
    make_sampler,
    show,
    turbulence,
)

LEARNING_RATE = 1e-3
NATIVE_STEPS = 20  # a turn, so that turns take similar times
TORCH_STEPS = 1


def compiled(trainer: FieldTrainer) -> FieldTrainer:
    """The same trainer with its field through torch.compile."""
    trainer.field = torch.compile(trainer.field)
    return trainer


def main() -> None:
    options = make_parser(__doc__).parse_args()
    sampler = make_sampler(turbulence())
    trainers = {
        "native": (_core.Trainer(NETWORK, sampler, 0), NATIVE_STEPS),
        "torch eager": (make_trainer(NETWORK, sampler, 0), TORCH_STEPS),
        "torch.compile": (compiled(make_trainer(NETWORK, sampler, 0)), TORCH_STEPS),
    }

    def turn(name: str) -> Callable[[], None]:
        trainer, steps = trainers[name]
        return lambda: trainer.run(steps, BATCH, LEARNING_RATE)

    seconds = alternate({name: turn(name) for name in trainers}, options.rounds)
    samples = {name: steps * BATCH for name, (_, steps) in trainers.items()}
    show(compare_rates(seconds, samples, "native"), options.json)


if __name__ == "__main__":
    main()
