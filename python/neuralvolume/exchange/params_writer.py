# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""From a model to a `params.json`, with what that format lacks under a key of its own."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neuralvolume import _core
from neuralvolume.exchange import bson
from neuralvolume.exchange.network_json import describe_network
from neuralvolume.exchange.params_reader import EXTRAS
from neuralvolume.model import Model

CELL_SIZE = 16


def model_to_params(model: Model) -> bytes:
    """The content of a `params.json`; warns of what it cannot hold.

    Raises
    ------
    ValueError
        The model is larger than BSON can tell.
    """
    core = model.core
    if core.residual is not None:
        warnings.warn(
            "the network alone is written, without the residual and what that does for errors",
            stacklevel=2,
        )
    if model.components > 1:
        warnings.warn(
            f"other programs show the first of the array's {model.components} components",
            stacklevel=2,
        )
    parameters = np.asarray(core.parameters)
    return bson.encode(
        {
            "volume": {"dims": _xyz(core.dimensions)},
            "macrocell": _macro_cells(core),
            "parameters": {
                "n_params": len(parameters),
                "params_type": "__half",
                "params_binary": parameters.astype("<f2").tobytes(),
            },
            "model": describe_network(core.network),
            EXTRAS: _extras(core),
        }
    )


def _xyz(values: Any) -> dict[str, Any]:
    return dict(zip("xyz", values, strict=True))


def _macro_cells(core: _core.Model) -> dict[str, Any]:
    cells = _core.compute_macro_cells(core, CELL_SIZE)
    return {
        "groundtruth": False,
        "dims": _xyz(cells.dimensions),
        "spacings": _xyz(CELL_SIZE / n for n in core.dimensions),
        "data": _shifted_bounds(core, np.asarray(cells.bounds)).astype("<f4").tobytes(),
    }


def _shifted_bounds(core: _core.Model, bounds: NDArray[np.float32]) -> NDArray[np.float64]:
    """Of the first component as (minimum - 1, maximum + 1) in units of its range; empty: zeros."""
    low, high = core.array.ranges[0]
    first = bounds[..., 0, :].astype(np.float64)
    shifted = (first - low) / ((high - low) or 1.0) + [-1.0, 1.0]
    return np.where(np.isfinite(first), shifted, 0.0)


def _extras(core: _core.Model) -> dict[str, Any]:
    array, geometry, quantisation = core.array, core.geometry, core.quantisation
    extras: dict[str, Any] = {
        "array": {
            "name": array.name,
            "type": array.type,
            "association": array.association,
            "ranges": [float(bound) for bounds in array.ranges for bound in bounds],
            "component_names": list(array.component_names),
        },
        "geometry": {
            "extent": list(geometry.extent),
            "origin": list(geometry.origin),
            "spacing": list(geometry.spacing),
            "direction": list(geometry.direction),
        },
    }
    if core.time is not None:
        extras["time"] = core.time
    if quantisation:
        extras["quantisation"] = {
            "matrices": quantisation.matrices,
            "levels": quantisation.levels,
        }
    invalid = np.asarray(core.invalid)
    if invalid.any():
        extras["invalid"] = np.packbits(invalid, bitorder="little").tobytes()
    if core.residual is None:
        extras["report"] = _report(core.report)
    return extras


def _report(report: _core.FitReport) -> dict[str, Any]:
    histogram = report.error_histogram
    return {
        "psnr": report.psnr,
        "ssim": report.ssim,
        "maximum_error": report.maximum_error,
        "percentile_999_error": report.percentile_999_error,
        "mean_error": report.mean_error,
        "error_histogram": {"bin_width": histogram.bin_width, "counts": list(histogram.counts)},
        "steps": report.steps,
        "seed": str(report.seed),  # BSON's integers have a sign
        "original_bytes": report.original_bytes,
        "backend": report.backend,
        "stop_reason": report.stop_reason,
    }
