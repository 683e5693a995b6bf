# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""Steps in time, in one .nvol file or in several."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

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
        try:
            require_one_grid([steps[0].models[0], *models])
        except ValueError as error:
            raise ValueError(f"cannot open '{path}': {error}") from error
    if not steps:
        raise ValueError("no file name was given")
    return sorted(_timed(steps), key=lambda step: step.time or 0.0)


class OnGrid(Protocol):
    """What has a place in space and time: a volume or a model."""

    @property
    def name(self) -> str: ...

    @property
    def time(self) -> float | None: ...

    @property
    def geometry(self) -> _core.Geometry: ...


def require_one_grid(series: Sequence[OnGrid]) -> None:
    """Raise ValueError where something of a series is on another grid than the first."""
    for one in series:
        if one.geometry != series[0].geometry:
            when = "" if one.time is None else f" at time {one.time:g}"
            raise ValueError(
                f"'{one.name}'{when} has the {_described(one.geometry)}, the first step has the "
                f"{_described(series[0].geometry)}: all steps must have one grid"
            )


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


def _described(grid: _core.Geometry) -> str:
    return (
        f"extent {tuple(grid.extent)}, origin {tuple(grid.origin)}, spacing {tuple(grid.spacing)}"
    )
