# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""The arrays of an image, each fitted by a network of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from neuralvolume.fitting.fit import fit
from neuralvolume.fitting.problem import ProgressCallback
from neuralvolume.fitting.training import FitProgress
from neuralvolume.model import Model
from neuralvolume.volume import Volume


def fit_arrays(
    volumes: Sequence[Volume],
    *,
    size: int | None = None,
    time_limit: float | None = None,
    starts: Sequence[Model] = (),
    progress: ProgressCallback | None = None,
    **options: Any,
) -> list[Model]:
    """Fit a model to each array of an image.

    Parameters
    ----------
    volumes
        The arrays.
    size, time_limit
        Bytes and seconds of all together; each array gets the share that it has of all values'
        bytes.
    starts
        Models of the same arrays at other times, the nearest one last: where training begins.
    progress
        As `fit` has it; all arrays are one fit.
    options
        Of `fit`, for each array.
    """
    total = sum(volume.original_bytes for volume in volumes)
    nearest = {(start.association, start.name): start for start in starts}
    models = list[Model]()

    def report(state: FitProgress) -> bool | None:
        assert progress is not None
        return progress(replace(state, fraction=(len(models) + state.fraction) / len(volumes)))

    for volume in volumes:
        share = volume.original_bytes / total
        model = fit(
            volume,
            size=None if size is None else int(share * size),
            time_limit=None if time_limit is None else share * time_limit,
            start=nearest.get((volume.association, volume.name)),
            progress=None if progress is None else report,
            **options,
        )
        models.append(model)
    return models
