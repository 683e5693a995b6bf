# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""What the command line prints: facts by name, as one JSON object or as lines, tables and bars."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from typing import Any

from neuralvolume import _core
from neuralvolume.metrics import Comparison
from neuralvolume.model import Model
from neuralvolume.network_options import NETWORK_OPTIONS
from neuralvolume.stored import StoredModel

Facts = dict[str, Any]

HISTOGRAM = "error_histogram"
MODELS = "models"
RELATIVE = "_relative"  # ends the name of an error as a fraction of the range
BAR_ROWS = 6
MIN_BARS_WIDTH = 31
EIGHTHS = " ▁▂▃▄▅▆▇█"


def facts_of_fit(model: Model) -> Facts:
    """What the fit reached, and with what."""
    report = model.report
    return {
        "psnr": report.psnr,
        "network_psnr": report.network_psnr,
        "ssim": report.ssim,
        **_errors(
            report.maximum_error, report.percentile_999_error, report.mean_error, model.data_range
        ),
        "error_bound": model.bound,
        "ratio": model.ratio,
        "bits_per_voxel": model.bits_per_voxel,
        "bytes": model.nbytes,
        "original_bytes": model.original_bytes,
        "steps": report.steps,
        "stop_reason": report.stop_reason,
        "backend": report.backend,
        "seed": report.seed,
        "network": {name: getattr(model.network, name) for name in NETWORK_OPTIONS},
    }


def facts_of_models(models: Sequence[Model | StoredModel]) -> Facts:
    """What each of several arrays or steps in time reached, and what they take together."""
    size = sum(model.nbytes for model in models)
    original = sum(model.original_bytes for model in models)
    rows = [
        {
            "array": model.name,
            "association": model.association,
            "time": model.time,
            "psnr": model.report.psnr,
            "bytes": model.nbytes,
            "steps": model.report.steps,
        }
        for model in models
    ]
    return {"bytes": size, "original_bytes": original, "ratio": original / size, MODELS: rows}


def facts_of_volume(model: Model) -> Facts:
    """What the model stands for."""
    geometry = model.geometry
    return {
        "array": model.name,
        "association": model.association,
        "time": model.time,
        "dtype": str(model.dtype),
        "dims": list(model.dimensions),
        "components": model.components,
        "ranges": [list(bounds) for bounds in model.ranges],
        "extent": list(geometry.extent),
        "origin": list(geometry.origin),
        "spacing": list(geometry.spacing),
        "direction": list(geometry.direction),
    }


def facts_of_comparison(comparison: Comparison) -> Facts:
    """How near a model is to the original."""
    return {
        "psnr": comparison.psnr,
        "ssim": comparison.ssim,
        **_errors(
            comparison.max_error,
            comparison.p999_error,
            comparison.mean_error,
            comparison.data_range,
        ),
        "ratio": comparison.ratio,
        "bytes": comparison.bytes,
        "original_bytes": comparison.original_bytes,
        HISTOGRAM: facts_of_histogram(comparison.error_histogram),
    }


def facts_of_histogram(histogram: _core.ErrorHistogram) -> Facts:
    """Counts and, one more, edges of the bins."""
    return {"counts": list(histogram.counts), "edges": list(histogram.edges)}


def print_facts(facts: Facts, *, as_json: bool) -> None:
    """One JSON object and nothing else, or text for people."""
    if as_json:
        print(json.dumps(_strict(facts), allow_nan=False))
    else:
        print("\n".join(_lines(facts)))


def _errors(largest: float, percentile: float, mean: float, data_range: float) -> Facts:
    """In the array's units and, as long as there is a range, as fractions of it."""
    span = data_range or math.nan
    return {
        "max_error": largest,
        f"max_error{RELATIVE}": largest / span,
        "p999_error": percentile,
        f"p999_error{RELATIVE}": percentile / span,
        "mean_error": mean,
    }


def _strict(value: Any) -> Any:
    """The value as JSON can say it: numbers that are not finite become null."""
    if isinstance(value, dict):
        return {name: _strict(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_strict(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _lines(facts: Facts) -> Iterator[str]:
    """A line a fact, then models and parts as tables and the errors as bars."""
    special = (MODELS, "parts", HISTOGRAM)
    plain = {name: value for name, value in facts.items() if name not in special}
    width = max(map(len, plain))
    for name, value in plain.items():
        if not name.endswith(RELATIVE):
            share = plain.get(name + RELATIVE, math.nan)
            note = f" ({share:.3%} of the range)" if math.isfinite(share) else ""
            yield f"{name:{width}}  {_readable(value)}{note}"
    if MODELS in facts:
        yield from ("", *_rows(facts[MODELS]))
    if "parts" in facts:
        yield from ("", "parts", *_table(facts["parts"]))
    if any(facts.get(HISTOGRAM, {}).get("counts", ())):
        yield from ("", HISTOGRAM, *_bars(**facts[HISTOGRAM]))


def _readable(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {_readable(item)}" for name, item in value.items())
    if isinstance(value, list):
        return " ".join(map(_readable, value))
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def _rows(models: Sequence[Facts]) -> Iterator[str]:
    texts = [[*models[0]], *[[_readable(value) for value in row.values()] for row in models]]
    widths = [max(map(len, column)) for column in zip(*texts, strict=True)]
    for line in texts:
        yield "  ".join(text.rjust(width) for text, width in zip(line, widths, strict=True))


def _table(parts: dict[str, int]) -> Iterator[str]:
    """Bytes of each part and its share."""
    total = sum(parts.values())
    for name, size in [*parts.items(), ("total", total)]:
        yield f"  {name:12}{size:14,}{size / total:8.1%}"


def _bars(counts: Sequence[int], edges: Sequence[float]) -> Iterator[str]:
    """Bars as high as the logarithm of the count, few of them wider than one character."""
    top = max(math.log2(1 + count) for count in counts)
    heights = [math.ceil(8 * BAR_ROWS * math.log2(1 + count) / top) for count in counts]
    width = MIN_BARS_WIDTH // len(counts) | 1  # odd, so that there is a middle
    for row in reversed(range(BAR_ROWS)):
        bars = (EIGHTHS[min(max(height - 8 * row, 0), 8)] for height in heights)
        yield f"  {''.join(width * bar for bar in bars)}".rstrip()
    side = width * len(counts) // 2
    low, high = f"{edges[0]:.4g}", f"{edges[-1]:.4g}"
    yield f"  {low:<{side}}0{high:>{side}}"
    yield f"  height: logarithm of the count, at most {max(counts):,}"
