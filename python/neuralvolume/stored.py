# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""Models as bytes: several of them, for arrays and steps in time, in one file or byte string."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from neuralvolume import _core
from neuralvolume.model import Model
from neuralvolume.volume import Association, samples_in


@dataclass(frozen=True)
class StoredModel:
    """A model as bytes, of which no more than the header is looked at until it is opened."""

    data: bytes

    @cached_property
    def description(self) -> _core.Description:
        """What the header says; ValueError where the bytes are damaged."""
        return _core.Description(self.data)

    @property
    def name(self) -> str:
        """Name of the array."""
        return str(self.description.array.name)

    @property
    def association(self) -> Association:
        return "cells" if self.description.array.association == "cells" else "points"

    @property
    def time(self) -> float | None:
        """Of a series' step."""
        return self.description.time

    @property
    def geometry(self) -> _core.Geometry:
        return self.description.geometry

    @property
    def report(self) -> _core.FitReport:
        """What the fit reached."""
        return self.description.report

    @property
    def nbytes(self) -> int:
        """Size as a file."""
        return len(self.data)

    @property
    def original_bytes(self) -> int:
        """Size of the original's values."""
        return int(self.report.original_bytes)

    @property
    def bits_per_voxel(self) -> float:
        """Bits of the file for each sample, all its components together."""
        return 8 * self.nbytes / math.prod(samples_in(self.geometry, self.association))

    def at(self, time: float | None) -> StoredModel:
        """The same model as a series' step of this time."""
        if self.time == time:
            return self
        core = _core.Model.from_bytes(self.data)
        core.time = time
        return StoredModel(core.to_bytes())

    def open(self) -> Model:
        """The model; ValueError where the bytes are damaged."""
        return Model.from_bytes(self.data)


def stored_models(data: bytes) -> list[StoredModel]:
    """Take apart what `joined_bytes` or the content of an .nvol file holds.

    Raises
    ------
    ValueError
        One of the models is damaged, or two stand for the same array at the same time.
    """
    models = [StoredModel(part) for part in _core.split_models(data)]
    _require_different([(m.name, m.association, m.time) for m in models])
    return models


def load_stored(path: str | Path) -> list[StoredModel]:
    """Read the models of an .nvol file, in their order, without opening them.

    Raises
    ------
    OSError
        The file is not there or may not be read.
    ValueError
        The file is no model, or damaged; the message says what is wrong.
    """
    data = _core.read_file(str(path))
    try:
        return stored_models(data)
    except ValueError as error:
        raise ValueError(f"cannot open '{path}': {error}") from error


def load_models(path: str | Path) -> list[Model]:
    """Read and open the models of an .nvol file; raises as `load_stored` does."""
    return [stored.open() for stored in load_stored(path)]


def save_models(models: Iterable[Model | StoredModel], path: str | Path) -> None:
    """Write models, arrays or steps in time, into one .nvol file, whole or not at all.

    Raises
    ------
    OSError
        The file cannot be written.
    ValueError
        There is no model, or two stand for the same array at the same time.
    """
    _core.write_file(joined_bytes(models), str(path))


def joined_bytes(models: Iterable[Model | StoredModel]) -> bytes:
    """The byte strings of models, end to end; raises ValueError as `save_models` does."""
    models = list(models)
    if not models:
        raise ValueError("there is no model to write")
    _require_different([(m.name, m.association, m.time) for m in models])
    return b"".join(m.data if isinstance(m, StoredModel) else m.to_bytes() for m in models)


def _require_different(keys: list[tuple[str, Association, float | None]]) -> None:
    for i, (name, association, time) in enumerate(keys):
        if keys.index((name, association, time)) < i:
            when = "" if time is None else f" at time {time:g}"
            raise ValueError(f"two models stand for the array '{name}' of {association}{when}")
