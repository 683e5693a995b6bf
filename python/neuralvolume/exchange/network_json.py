# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""tiny-cuda-nn's description of a network, and its parameters where they are padded otherwise.

What is missing has tiny-cuda-nn's defaults. Values are clamped to the array's range, so an output
activation that only acts on what is below 0 changes nothing.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neuralvolume import _core
from neuralvolume.exchange.fields import Fields

GRIDS = {"grid": "hash", "hashgrid": "hash", "densegrid": "dense", "tiledgrid": "tiled"}
NETWORKS = ("fullyfusedmlp", "megakernelmlp", "cutlassmlp", "mlp")
OUTPUT_ACTIVATIONS = ("none", "relu", "leakyrelu")
ALIGNMENTS = (16, 8)  # of the MLP's input and output: FullyFusedMLP's, CutlassMLP's
LARGEST_LOG2 = 28
ADVICE = "fit the volume again with the network that docs/options.md describes"


def read_network(model: Fields, outputs: int) -> _core.NetworkConfig:
    """The network that `model.encoding` and `model.network` describe.

    Raises
    ------
    ValueError
        A field is missing or wrong, or asks for what no backend of NeuralVolume computes.
    """
    encoding, network = model.document("encoding"), model.document("network")
    is_dense = _read_grid_type(encoding) == "dense"
    _require(encoding, "interpolation", "Linear", ("linear",))
    _require(encoding, "hash", "CoherentPrime", ("coherentprime",))
    if encoding.flag("stochastic_interpolation", False):
        raise encoding.error("stochastic_interpolation", f"is true, not false: {ADVICE}")
    _require(network, "otype", "MLP", NETWORKS)
    _require(network, "activation", "ReLU", ("relu",))
    _require(network, "output_activation", "None", OUTPUT_ACTIVATIONS)
    options: dict[str, Any] = {
        "features_per_level": encoding.count("n_features_per_level", 2),
        "base_resolution": encoding.count("base_resolution", 16),
        "per_level_scale": encoding.number("per_level_scale", 2.0),
        "width": network.count("n_neurons", 128),
        "hidden_layers": network.count("n_hidden_layers", 5),
        "outputs": outputs,
    }
    options["levels"] = _read_levels(encoding, options["features_per_level"])
    options["log2_hashmap_size"] = (
        _log2_of_dense(encoding, options) if is_dense else encoding.count("log2_hashmap_size", 19)
    )
    try:
        return _core.NetworkConfig(**options)
    except ValueError as error:
        raise ValueError(
            f"'{model.path}' describes a network that is not supported: {error}"
        ) from None


def _require(fields: Fields, key: str, default: str, known: tuple[str, ...]) -> None:
    value = fields.text(key, default)
    if value.lower() not in known:
        raise fields.error(key, f"is '{value}', which is not supported: {ADVICE}")


def _read_grid_type(encoding: Fields) -> str:
    otype = encoding.text("otype", "Grid")
    if otype.lower() not in GRIDS:
        raise encoding.error("otype", f"is '{otype}', which is not supported: {ADVICE}")
    kind = encoding.text("type", GRIDS[otype.lower()])
    if kind.lower() not in ("hash", "dense"):
        key = "type" if "type" in encoding else "otype"
        raise encoding.error(key, f"asks for a {kind} grid, which is not supported: {ADVICE}")
    return kind.lower()


def _read_levels(encoding: Fields, features_per_level: int) -> int:
    for key in ("n_features", "n_grid_features"):
        if key in encoding:
            return encoding.count(key) // features_per_level
    return encoding.count("n_levels", 16)


def _log2_of_dense(encoding: Fields, options: dict[str, Any]) -> int:
    """A table so large that no level is hashed is a dense grid."""
    growth, levels = options["per_level_scale"], options["levels"]
    if levels > 32 or not 1.0 <= growth <= 16.0 or options["base_resolution"] > 4096:
        return LARGEST_LOG2  # the network's own limits say what is wrong
    finest = math.ceil(growth ** (levels - 1) * options["base_resolution"]) + 1
    log2 = max(3, math.ceil(3 * math.log2(finest)))
    if log2 > LARGEST_LOG2:
        raise encoding.error(
            "type" if "type" in encoding else "otype",
            f"asks for a dense grid of {finest}³ vertices; at most 2^{LARGEST_LOG2} are supported",
        )
    return log2


def describe_network(network: _core.NetworkConfig) -> dict[str, Any]:
    """What `read_network` reads, for tiny-cuda-nn."""
    return {
        "loss": {"otype": "L1"},
        "encoding": {
            "otype": "HashGrid",
            "n_levels": network.levels,
            "n_features_per_level": network.features_per_level,
            "log2_hashmap_size": network.log2_hashmap_size,
            "base_resolution": network.base_resolution,
            "per_level_scale": network.per_level_scale,
        },
        "network": {
            "otype": "FullyFusedMLP",
            "activation": "ReLU",
            "output_activation": "None",
            "n_neurons": network.width,
            "n_hidden_layers": network.hidden_layers,
        },
    }


def parameter_counts(network: _core.NetworkConfig) -> dict[int, int]:
    """Parameters by what the MLP's input and output are rounded up to."""
    grid = network.parameter_count - _mlp_count(network, ALIGNMENTS[0])
    return {alignment: grid + _mlp_count(network, alignment) for alignment in ALIGNMENTS}


def with_padding(
    network: _core.NetworkConfig, parameters: NDArray[np.float16], alignment: int
) -> NDArray[np.float16]:
    """Parameters as the core has them, whose input and output are rounded up to 16."""
    if alignment == ALIGNMENTS[0]:
        return parameters
    matrices, at = [], 0
    wanted = _matrix_shapes(network, ALIGNMENTS[0])
    for (rows, columns), shape in zip(_matrix_shapes(network, alignment), wanted, strict=True):
        matrix = np.zeros(shape, np.float16)
        matrix[:rows, :columns] = parameters[at : at + rows * columns].reshape(rows, columns)
        matrices.append(matrix.ravel())
        at += rows * columns
    return np.concatenate([*matrices, parameters[at:]])


def _matrix_shapes(network: _core.NetworkConfig, alignment: int) -> Iterator[tuple[int, int]]:
    inputs = network.levels * network.features_per_level
    yield network.width, _round_up(inputs, alignment)
    for _ in range(network.hidden_layers - 1):
        yield network.width, network.width
    yield _round_up(network.outputs, alignment), network.width


def _mlp_count(network: _core.NetworkConfig, alignment: int) -> int:
    return sum(rows * columns for rows, columns in _matrix_shapes(network, alignment))


def _round_up(value: int, multiple: int) -> int:
    return -(-value // multiple) * multiple
