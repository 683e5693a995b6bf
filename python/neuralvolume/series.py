# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""Steps in time, in one .nvol file or in several."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from neuralvolume import _core
from neuralvolume.stored import StoredModel, load_stored


@dataclass(frozen=True)
class Step:
    """The models of one time: the arrays of an image."""

    time: float | None
    models: list[StoredModel]


def load_series(paths: Iterable[str | Path]) -> list[Step]:
    """Read the steps of .nvol files, in order of time, without opening the models.

    Where a step has no time of its own, or two have the same, steps are counted: 0, 1, 2...

    Raises
    ------
    OSError
        A file is not there or may not be read.
    ValueError
        There is no file, or one is no model, or damaged, or of another grid than the first one's.
    """
    steps = list[Step]()
    for path in paths:
        models = load_stored(path)
        steps += _steps_of(models)
        _require_grid(steps[0].models[0].geometry, models, path)
    if not steps:
        raise ValueError("no file name was given")
    return sorted(_timed(steps), key=lambda step: step.time or 0.0)


def step_at(times: Sequence[float], time: float) -> int:
    """Which step shows at a time: the last one that has begun, else the first one."""
    return max(sum(begin <= time for begin in times) - 1, 0)


def _steps_of(models: list[StoredModel]) -> list[Step]:
    """The models by their times, in the order of their first ones."""
    steps = dict[float | None, Step]()
    for model in models:
        steps.setdefault(model.time, Step(model.time, [])).models.append(model)
    return list(steps.values())


def _timed(steps: list[Step]) -> list[Step]:
    times = {step.time for step in steps}
    if len(steps) == 1 or (None not in times and len(times) == len(steps)):
        return steps
    return [replace(step, time=float(i)) for i, step in enumerate(steps)]


def _require_grid(grid: _core.Geometry, models: list[StoredModel], path: str | Path) -> None:
    for model in models:
        if model.geometry != grid:
            when = "" if model.time is None else f" at time {model.time:g}"
            raise ValueError(
                f"cannot open '{path}': '{model.name}'{when} has the {_described(model.geometry)}, "
                f"the first step has the {_described(grid)}; all steps must have one grid"
            )


def _described(grid: _core.Geometry) -> str:
    return (
        f"extent {tuple(grid.extent)}, origin {tuple(grid.origin)}, spacing {tuple(grid.spacing)}"
    )
