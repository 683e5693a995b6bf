# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""What was fitted to steps in time, so that no step is fitted twice."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import NamedTuple

from neuralvolume.fitting.training import HistoryEntry
from neuralvolume.model import Model


class _Kept(NamedTuple):
    """A model in plain bytes: an algorithm may outlive Python, a model may not."""

    data: bytes
    history: list[HistoryEntry]
    seconds: float | None

    def open(self) -> Model:
        model = Model.from_bytes(self.data)
        return Model(model.core, self.history, self.seconds)


class FittedSteps:
    """The models of each step, as long as what they were fitted for stays what it is."""

    def __init__(self) -> None:
        self._purpose: Hashable = None
        self._steps: dict[float | None, list[_Kept]] = {}

    def __bool__(self) -> bool:
        """Whether a step was fitted."""
        return bool(self._steps)

    def serve(self, purpose: Hashable) -> None:
        """Forget what was fitted for anything else: another input, other options."""
        if purpose != self._purpose:
            self._purpose = purpose
            self._steps.clear()

    def keep(self, time: float | None, models: Sequence[Model]) -> None:
        self._steps[time] = [_Kept(m.to_bytes(), m.history, m.seconds) for m in models]

    def at(self, time: float | None) -> list[Model]:
        """The models of a step; none where it was not fitted."""
        return [kept.open() for kept in self._steps.get(time, [])]

    def nearest(self, time: float | None) -> list[Model]:
        """The models of the step nearest in time; none where nothing was fitted."""
        times = [fitted for fitted in self._steps if fitted is not None]
        if time is None or not times:
            return []
        return self.at(min(times, key=lambda fitted: (abs(fitted - time), fitted)))
