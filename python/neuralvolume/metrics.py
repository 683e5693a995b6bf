# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""How near a model is to the original."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from numpy.typing import NDArray

from neuralvolume import _core
from neuralvolume.volume import Volume, as_volume

if TYPE_CHECKING:
    from vtkmodules.vtkCommonDataModel import vtkImageData

    from neuralvolume.model import Model


@dataclass(frozen=True)
class Comparison:
    """A model against the original, over all samples that have a value.

    Attributes
    ----------
    psnr : float
        Peak signal-to-noise ratio in dB, by the original's range; infinite when exact.
    ssim : float
        As scikit-image's structural_similarity(win_size=7, data_range=range).
    max_error, p999_error, mean_error : float
        The largest absolute error, what 99.9 % of them do not exceed, and the signed mean, decoded
        minus original; in the array's units.
    data_range : float
        Largest minus smallest value of the original, over all components.
    error_histogram : ErrorHistogram
        How often which error occurs.
    ratio : float
        Size of the original's values / size of the model.
    bytes, original_bytes : int
    """

    psnr: float
    ssim: float
    max_error: float
    p999_error: float
    mean_error: float
    data_range: float
    error_histogram: _core.ErrorHistogram = field(repr=False)
    ratio: float
    bytes: int
    original_bytes: int


def compare(model: Model, volume: Volume | NDArray[Any] | vtkImageData) -> Comparison:
    """Measure a model against a volume.

    Parameters
    ----------
    model : Model
    volume
        (z, y, x) or (z, y, x, component) array, or an image: its array of the model's name if
        there is one, else its active scalars.

    Raises
    ------
    ValueError
        Dimensions, components or types disagree.
    """
    original = _original_of(model, volume)
    quality = _core.compare(model.core, original.values, original.invalid)
    size = model.nbytes
    return Comparison(
        psnr=quality.psnr,
        ssim=quality.ssim,
        max_error=quality.maximum_error,
        p999_error=quality.percentile_999_error,
        mean_error=quality.mean_error,
        data_range=quality.data_range,
        error_histogram=quality.error_histogram,
        ratio=original.original_bytes / size,
        bytes=size,
        original_bytes=original.original_bytes,
    )


def _original_of(model: Model, data: Volume | NDArray[Any] | vtkImageData) -> Volume:
    if not hasattr(data, "IsA"):
        return as_volume(data)
    try:
        return as_volume(data, array=model.name, association=model.association)
    except ValueError:
        return as_volume(data, association=model.association)
