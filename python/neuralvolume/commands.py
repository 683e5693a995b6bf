# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""What the command line's commands do, given its parsed options."""

from __future__ import annotations

import argparse
import json
import math
import re
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import neuralvolume
from neuralvolume import io
from neuralvolume.io.png import write_png
from neuralvolume.model import Model
from neuralvolume.network_options import NETWORK_OPTIONS
from neuralvolume.volume import Volume, as_volume

if TYPE_CHECKING:
    from neuralvolume.problem import ProgressCallback
    from neuralvolume.training import FitProgress

PROGRESS_TICKS = 1000


class UsageError(ValueError):
    """Options that contradict each other or cannot be read."""


def compress(options: argparse.Namespace) -> None:
    """Fit a model to a volume file and save it."""
    network = _network_of(options)
    io.check_writable(options.output, (".nvol",))
    volume = _read_volume(options, options.input)
    with _progress_bar() as progress:
        model = neuralvolume.fit(
            volume,
            ratio=options.ratio,
            psnr=options.psnr,
            network=network,
            steps=options.steps,
            time_limit=options.time,
            seed=options.seed,
            backend=options.backend,
            progress=progress,
        )
    model.save(options.output)
    facts = {**_fit_facts(model), "seconds": model.seconds, "output": str(options.output)}
    _print_facts(options, facts)


def decompress(options: argparse.Namespace) -> None:
    """Decode a model into a volume file."""
    io.check_writable(options.output, io.WRITABLE)
    io.write(Model.load(options.model), options.output)


def info(options: argparse.Namespace) -> None:
    """Print what a model holds."""
    model = Model.load(options.model)
    _print_facts(options, {**_volume_facts(model), **_fit_facts(model)})


def compare(options: argparse.Namespace) -> None:
    """Print how near a model is to the original."""
    begin = time.perf_counter()
    model = Model.load(options.model)
    comparison = neuralvolume.compare(model, _read_volume(options, options.original))
    seconds = time.perf_counter() - begin
    _print_facts(options, {**asdict(comparison), "seconds": seconds, "steps": model.report.steps})


def render(options: argparse.Namespace) -> None:
    """Draw a model into a picture."""
    from neuralvolume.rendering import Camera, render

    io.check_writable(options.output, (".png",))
    camera = Camera(options.azimuth, options.elevation, options.zoom)
    write_png(render(Model.load(options.model), camera, options.size), options.output)


def _read_volume(options: argparse.Namespace, path: Path) -> Volume:
    data = io.read(path, dims=_dims_of(options.dims), dtype=options.dtype)
    return as_volume(data, array=options.array, association=options.association)


def _dims_of(words: list[str] | None) -> list[int] | None:
    """Numbers of `256 256 128`, `256x256x128` or `256,256,128`."""
    if words is None:
        return None
    numbers = re.split(r"[x,\s]+", " ".join(words))
    if not all(number.isdecimal() for number in numbers):
        raise UsageError(f"--dims {' '.join(words)}: give NX NY NZ [COMPONENTS], like 256 256 128")
    return [int(number) for number in numbers]


def _network_of(options: argparse.Namespace) -> dict[str, float] | None:
    """The network options that were given; None without any."""
    given = {name: getattr(options, name) for name in NETWORK_OPTIONS}
    given = {name: value for name, value in given.items() if value is not None}
    if given and (options.ratio is not None or options.psnr is not None):
        raise UsageError("give --ratio, --psnr or network options, one of them")
    return given or None


@contextmanager
def _progress_bar() -> Iterator[ProgressCallback | None]:
    """A callback that moves a bar where stderr is a terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    from tqdm import tqdm

    form = "{desc} {percentage:3.0f}% |{bar}| {elapsed} {postfix}"
    with tqdm(total=PROGRESS_TICKS, desc="fit", bar_format=form, leave=False) as bar:

        def show(progress: FitProgress) -> None:
            bar.n = round(progress.fraction * PROGRESS_TICKS)
            bar.set_postfix_str(f"step {progress.step}, {progress.psnr:.2f} dB")

        yield show


def _fit_facts(model: Model) -> dict[str, Any]:
    report = model.report
    return {
        "psnr": report.psnr,
        "ssim": report.ssim,
        "max_error": report.maximum_error,
        "ratio": model.ratio,
        "bytes": model.nbytes,
        "original_bytes": model.original_bytes,
        "steps": report.steps,
        "stop_reason": report.stop_reason,
        "backend": report.backend,
        "seed": report.seed,
        "network": _network_facts(model),
    }


def _network_facts(model: Model) -> dict[str, float]:
    return {name: getattr(model.network, name) for name in NETWORK_OPTIONS}


def _volume_facts(model: Model) -> dict[str, Any]:
    geometry = model.geometry
    return {
        "array": model.name,
        "association": model.association,
        "dtype": str(model.dtype),
        "dims": list(model.dimensions),
        "components": model.components,
        "ranges": [list(bounds) for bounds in model.ranges],
        "extent": list(geometry.extent),
        "origin": list(geometry.origin),
        "spacing": list(geometry.spacing),
        "direction": list(geometry.direction),
    }


def _print_facts(options: argparse.Namespace, facts: dict[str, Any]) -> None:
    if options.json:
        print(json.dumps(_strict(facts), allow_nan=False))
        return
    width = max(map(len, facts))
    for name, value in facts.items():
        print(f"{name:{width}}  {_readable(value)}")


def _strict(value: Any) -> Any:
    """The value as JSON can say it: numbers that are not finite become null."""
    if isinstance(value, dict):
        return {name: _strict(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_strict(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _readable(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {_readable(item)}" for name, item in value.items())
    if isinstance(value, list):
        return " ".join(map(_readable, value))
    return f"{value:.6g}" if isinstance(value, float) else str(value)
