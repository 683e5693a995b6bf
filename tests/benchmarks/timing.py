# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""What the benchmarks share: contestants that take turns, and tables."""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from neuralvolume import NetworkConfig, _core
from numpy.typing import NDArray

NETWORK = NetworkConfig(
    levels=8, features_per_level=4, log2_hashmap_size=16, base_resolution=4, width=64
)
BATCH = 65536


def make_parser(description: str | None) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--rounds", type=int, default=5, help="turns of each contestant")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    return parser


def turbulence(edge: int = 128, seed: int = 0) -> NDArray[np.float32]:
    """A random field with the spectrum of turbulence, edge^3."""
    rng = np.random.default_rng(seed)
    k = np.fft.fftfreq(edge)[:, None, None] ** 2 + np.fft.fftfreq(edge)[None, :, None] ** 2
    k = np.sqrt(k + np.fft.rfftfreq(edge)[None, None, :] ** 2)
    spectrum = np.fft.rfftn(rng.normal(size=(edge,) * 3)) / np.maximum(k, 1 / edge) ** (11 / 6)
    return np.fft.irfftn(spectrum, (edge,) * 3).astype(np.float32)


def make_sampler(volume: NDArray[Any]) -> _core.Sampler:
    ranges, _ = _core.data_range(volume)
    return _core.Sampler(volume, ranges, 0)


def alternate(contestants: Mapping[str, Callable[[], None]], rounds: int) -> dict[str, list[float]]:
    """Wall seconds of each turn. The first turn of each warms up and does not count."""
    seconds: dict[str, list[float]] = {name: [] for name in contestants}
    for turn in range(rounds + 1):
        for name, run in contestants.items():
            begin = time.perf_counter()
            run()
            if turn > 0:
                seconds[name].append(time.perf_counter() - begin)
    return seconds


def compare_rates(
    seconds: Mapping[str, Sequence[float]], samples: Mapping[str, int], reference: str
) -> list[dict[str, Any]]:
    """Rates of each contestant, and how many times faster the reference is, turn by turn."""
    rows = []
    for name, turns in seconds.items():
        per_sample = [turn / samples[name] for turn in turns]
        own = [turn / samples[reference] for turn in seconds[reference]]
        ratios = [theirs / ours for theirs, ours in zip(per_sample, own, strict=True)]
        rows.append(
            {
                "contestant": name,
                "msamples_per_s": 1e-6 / statistics.median(per_sample),
                f"{reference}_is_faster_median": statistics.median(ratios),
                f"{reference}_is_faster_min": min(ratios),
            }
        )
    return rows


def show(rows: Sequence[Mapping[str, Any]], as_json: bool) -> None:
    if as_json:
        print(json.dumps(list(rows)))
        return
    texts = [[*rows[0]], *[[_text(value) for value in row.values()] for row in rows]]
    widths = [max(map(len, column)) for column in zip(*texts, strict=True)]
    for line in texts:
        print("  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)))


def _text(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)
