# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""From a `params.json` to a model. Macro cells are measured anew, since theirs bound no network."""

from __future__ import annotations

import math
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neuralvolume import _core
from neuralvolume.exchange import bson
from neuralvolume.exchange.fields import Fields
from neuralvolume.exchange.network_json import parameter_counts, read_network, with_padding
from neuralvolume.fitting.sizing import budget
from neuralvolume.model import Model

EXTRAS = "neuralvolume"
PARAMETER_TYPES = {"__half": "<f2", "float": "<f4"}
BYTES_OF_A_RANGE = 8
LARGEST_CELL = 64  # samples along an edge that one of their macro cells may be thought to have
LARGEST_WITHOUT_CELLS = 1 << 30  # samples; so that a few bytes cannot claim days of work


@dataclass(frozen=True)
class Given:
    """What the file of another program does not say, or what shall stand in its place.

    Attributes
    ----------
    range : (minimum, maximum), optional
        Of the values, which the network has from 0 to 1; default 0 to 1, of integers all of them.
    name, type : str, optional
        Of the array; default "value" and "float32".
    spacing, origin : (x, y, z), optional
        Default 1 and 0.
    """

    range: tuple[float, float] | None = None
    name: str | None = None
    type: str | None = None
    spacing: Sequence[float] | None = None
    origin: Sequence[float] | None = None


def params_to_model(data: bytes, given: Given | None = None) -> Model:
    """Read the content of a `params.json`; warns of what it does not say and nobody gave.

    Raises
    ------
    ValueError
        It is damaged, or its network is one that NeuralVolume does not compute; says which field.
    """
    root = Fields(bson.decode(data))
    given = given or Given()
    extras = root.document(EXTRAS) if EXTRAS in root else None
    array, geometry = _read_array(extras, given), _read_geometry(root, extras, given)
    network = read_network(root.document("model"), array.components)
    parameters = _read_parameters(root, network)
    quantisation = _read_quantisation(extras, network, parameters)
    invalid = _read_invalid(extras, root.document("volume").xyz("dims"))
    core = _core.Model(network, parameters, geometry, array, invalid, quantisation)
    if tuple(core.dimensions) != root.document("volume").xyz("dims"):
        raise ValueError(f"'{EXTRAS}.geometry' has other dimensions than 'volume.dims'")
    if extras is not None and "time" in extras:
        core.time = extras.number("time")
    core.report = _read_report(extras, math.prod(core.dimensions) * _bytes_of_sample(array))
    _measure_macro_cells(core)
    if extras is None:
        _warn_of_defaults(array, given)
    return Model(core)


def _read_array(extras: Fields | None, given: Given) -> _core.ArrayInfo:
    if extras is None:
        kind = given.type or "float32"
        options: dict[str, Any] = {"name": "value", "association": "points"}
        ranges = [given.range or _default_range(kind)]
    else:
        fields = extras.document("array")
        kind = given.type or fields.text("type")
        options = {"name": fields.text("name"), "association": fields.text("association")}
        options["component_names"] = fields.texts("component_names")
        bounds = fields.numbers("ranges")
        if not bounds or len(bounds) % 2:
            raise fields.error("ranges", "is not a minimum and a maximum for each component")
        ranges = list(zip(bounds[::2], bounds[1::2], strict=True))
        ranges = [given.range] * len(ranges) if given.range else ranges
    if given.name is not None:
        options["name"] = given.name
    if kind == "float32":
        ranges = [(float(np.float32(low)), float(np.float32(high))) for low, high in ranges]
    return _core.ArrayInfo(type=kind, ranges=ranges, **options)


def _default_range(kind: str) -> tuple[float, float]:
    if not kind.startswith(("int", "uint")):
        return 0.0, 1.0
    try:
        limits = np.iinfo(kind)
    except TypeError:
        raise ValueError(
            f"unknown type '{kind}'; known are int8 to uint64, float32, float64"
        ) from None
    return float(limits.min), float(limits.max)


def _read_geometry(root: Fields, extras: Fields | None, given: Given) -> _core.Geometry:
    volume = root.document("volume")
    dims = volume.xyz("dims")
    _require_plausible(root, volume, dims)
    extent = [0, dims[0] - 1, 0, dims[1] - 1, 0, dims[2] - 1]
    options: dict[str, Any] = {"spacing": (1.0, 1.0, 1.0), "origin": (0.0, 0.0, 0.0)}
    if extras is not None:
        fields = extras.document("geometry")
        extent = [_as_index(fields, value) for value in fields.numbers("extent", 6)]
        options = {key: fields.numbers(key, 3) for key in options}
        options["direction"] = fields.numbers("direction", 9)
    for key, value in (("spacing", given.spacing), ("origin", given.origin)):
        if value is not None:
            options[key] = tuple(value)
    return _core.Geometry(tuple(extent), **options)


def _as_index(fields: Fields, value: float) -> int:
    if not abs(value) <= 1 << 30 or value != int(value):
        raise fields.error("extent", f"has {value}; it must be integers from -2^30 to 2^30")
    return int(value)


def _require_plausible(root: Fields, volume: Fields, dims: tuple[int, int, int]) -> None:
    """Refuse dimensions that ask for more work than the file's bytes bear out."""
    samples = math.prod(dims)
    limit = LARGEST_WITHOUT_CELLS
    if "macrocell" in root:
        cells = root.document("macrocell")
        count = math.prod(cells.xyz("dims"))
        if len(cells.binary("data")) != count * BYTES_OF_A_RANGE:
            raise cells.error("data", f"has not {BYTES_OF_A_RANGE} bytes for each of {count} cells")
        limit = max(limit, count * LARGEST_CELL**3)
    if samples > limit:
        raise volume.error("dims", f"says {samples} samples, more than the file's macro cells hold")


def _read_parameters(root: Fields, network: _core.NetworkConfig) -> NDArray[np.float16]:
    """The parameters in half precision, wherever the file has them."""
    fields = root.document("parameters") if "parameters" in root else root
    content = fields.binary("params_binary")
    counts = parameter_counts(network)
    count = fields.natural("n_params", len(content) // 2 if "params_type" in fields else None)
    alignment = next((a for a, expected in counts.items() if expected == count), None)
    if alignment is None:
        expected = " or ".join(str(value) for value in counts.values())
        raise fields.error("n_params", f"is {count}, but the network described has {expected}")
    kind = _parameter_type(fields, content, count)
    values = np.frombuffer(content, kind)
    if len(values) != count:
        raise fields.error("params_binary", f"has {len(values)} parameters of {count}")
    with np.errstate(over="ignore"):
        halves = values.astype(np.float16)
    if not np.isfinite(halves).all():
        raise fields.error(
            "params_binary", "has a parameter that is infinite or not a number in half precision"
        )
    return with_padding(network, halves, alignment)


def _parameter_type(fields: Fields, content: memoryview, count: int) -> str:
    """As told or, in files of before that was, by the length."""
    sizes = {np.dtype(form).itemsize * count: name for name, form in PARAMETER_TYPES.items()}
    name = fields.text("params_type", sizes.get(len(content), "unknown"))
    if name not in PARAMETER_TYPES:
        known = " or ".join(f"'{kind}'" for kind in PARAMETER_TYPES)
        if "params_type" in fields:
            raise fields.error("params_type", f"is '{name}'; it must be {known}")
        raise fields.error("params_binary", f"has {len(content)} bytes, none of {list(sizes)}")
    form = PARAMETER_TYPES[name]
    if len(content) != np.dtype(form).itemsize * count:
        raise fields.error(
            "params_binary", f"has {len(content)} bytes, not those of {count} parameters as {name}"
        )
    return form


def _read_quantisation(
    extras: Fields | None, network: _core.NetworkConfig, parameters: NDArray[np.float16]
) -> _core.Quantisation:
    """The steps of which parameters are multiples; none where another program has changed them."""
    if extras is None or "quantisation" not in extras:
        return _core.Quantisation()
    fields = extras.document("quantisation")
    steps = fields.numbers("matrices"), fields.numbers("levels")
    if not all(0.0 < step < math.inf for part in steps for step in part):
        raise extras.error("quantisation", "has a step that is not positive and finite")
    quantisation = _core.Quantisation(*steps)
    rounded = _core.round_parameters(network, quantisation, parameters.astype(np.float32))
    same = np.array_equal(rounded.astype(np.float16), parameters)
    return quantisation if same else _core.Quantisation()


def _read_invalid(extras: Fields | None, dims: tuple[int, int, int]) -> NDArray[np.uint8] | None:
    """(z, y, x), one where a sample has no value."""
    if extras is None or "invalid" not in extras:
        return None
    bits, samples = extras.binary("invalid"), math.prod(dims)
    if len(bits) != -(-samples // 8):
        raise extras.error("invalid", f"has {len(bits)} bytes, not a bit for each of {samples}")
    mask = np.unpackbits(np.frombuffer(bits, np.uint8), count=samples, bitorder="little")
    return mask.reshape(dims[::-1])


def _read_report(extras: Fields | None, original_bytes: int) -> _core.FitReport:
    if extras is None or "report" not in extras:
        return _core.FitReport(ssim=math.nan, original_bytes=original_bytes, backend="other")
    fields = extras.document("report")
    numbers = ("psnr", "ssim", "maximum_error", "percentile_999_error", "mean_error")
    options: dict[str, Any] = {key: fields.number(key) for key in numbers}
    options |= {key: fields.natural(key) for key in ("steps", "original_bytes")}
    options |= {key: fields.text(key) for key in ("backend", "stop_reason")}
    seed = fields.text("seed")
    if not seed.isdecimal() or not seed.isascii() or len(seed) > 20 or int(seed) >= 1 << 64:
        raise fields.error("seed", f"is '{seed[:20]}'; it must be an integer below 2^64")
    histogram = fields.document("error_histogram")
    counts = histogram.naturals("counts")
    options["error_histogram"] = _core.ErrorHistogram(histogram.number("bin_width"), counts)
    return _core.FitReport(seed=int(seed), **options)


def _bytes_of_sample(array: _core.ArrayInfo) -> int:
    return int(array.components * np.dtype(array.type).itemsize)


def _measure_macro_cells(core: _core.Model) -> None:
    """Bound the network; as finely as a share of the model's bytes allows."""
    core.macro_cells = _core.compute_macro_cells(core, budget.MACRO_CELL_SIZE)
    parts = dict(_core.parts(core.to_bytes()))
    others = sum(parts.values()) - parts["macro_cells"]
    core.macro_cells = _core.coarsen_macro_cells(core, budget.macro_cell_budget(others))


def _warn_of_defaults(array: _core.ArrayInfo, given: Given) -> None:
    (low, high) = array.ranges[0]
    taken = {
        "range": f"range {low:g} to {high:g}",
        "name": f"name '{array.name}'",
        "type": f"type {array.type}",
        "spacing": "spacing 1 1 1",
        "origin": "origin 0 0 0",
    }
    missing = [text for key, text in taken.items() if getattr(given, key) is None]
    if missing:
        warnings.warn(f"the file does not say, so taken: {', '.join(missing)}", stacklevel=3)
