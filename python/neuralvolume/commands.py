# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""What the command line's commands do, given its parsed options."""

from __future__ import annotations

import argparse
import re
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import neuralvolume
from neuralvolume import _core, io
from neuralvolume.exchange import Given, model_to_params, params_to_model
from neuralvolume.facts import (
    facts_of_comparison,
    facts_of_fit,
    facts_of_histogram,
    facts_of_models,
    facts_of_volume,
    print_facts,
)
from neuralvolume.fitting.arrays import fit_arrays
from neuralvolume.io.png import write_png
from neuralvolume.model import Model
from neuralvolume.network_options import NETWORK_OPTIONS
from neuralvolume.series import load_series, require_one_grid, step_at
from neuralvolume.stored import StoredModel
from neuralvolume.volume import Volume, as_volume, as_volumes

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from vtkmodules.vtkCommonDataModel import vtkImageData

    from neuralvolume.fitting.problem import ProgressCallback
    from neuralvolume.fitting.training import FitProgress

PROGRESS_TICKS = 1000
CONVERTED = {".nvol": ".json", ".json": ".nvol"}


class UsageError(ValueError):
    """Options that contradict each other or cannot be read."""


def compress(options: argparse.Namespace) -> None:
    """Fit models to the arrays of each volume file, each from the file before, and save them."""
    fit_options = _fit_options_of(options)
    io.check_writable(options.output, (".nvol",))
    models = list[Model]()
    for i, path in enumerate(options.inputs):
        volumes = _read_volumes(options, path)
        if len(options.inputs) > 1 and volumes[0].time is None:
            volumes = [replace(volume, time=float(i)) for volume in volumes]
        require_one_grid([*models[:1], *volumes])
        time = volumes[0].time
        if any(model.time == time for model in models):
            raise UsageError(f"'{path}' is of the time {time:g}, as a file before it")
        with _progress_bar(path.name) as progress:
            models += fit_arrays(volumes, starts=models, progress=progress, **fit_options)
    neuralvolume.save_models(models, options.output)
    facts = facts_of_fit(models[0]) if len(models) == 1 else facts_of_models(models)
    seconds = sum(model.seconds or 0.0 for model in models)
    facts = {**facts, "seconds": seconds, "output": str(options.output)}
    print_facts(facts, as_json=options.json)


def decompress(options: argparse.Namespace) -> None:
    """Decode a model into a volume file."""
    io.check_writable(options.output, io.WRITABLE)
    suffix = io.suffix_of(options.output)
    models = _load_step(options) if suffix == ".vti" else [_load_model(options)]
    io.write(models, options.output)


def info(options: argparse.Namespace) -> None:
    """Print what a model holds, or which models a file does."""
    stored = _chosen_models(options)
    if len(stored) > 1:
        print_facts(facts_of_models(stored), as_json=options.json)
        return
    model = stored[0].open()
    facts = {
        **facts_of_volume(model),
        **facts_of_fit(model),
        "parts": model.parts,
        "error_histogram": facts_of_histogram(model.report.error_histogram),
    }
    print_facts(facts, as_json=options.json)


def compare(options: argparse.Namespace) -> None:
    """Print how near a model is to the original."""
    begin = time.perf_counter()
    model = _load_model(options)
    comparison = neuralvolume.compare(model, _read_volume(options, options.original))
    seconds = time.perf_counter() - begin
    facts = facts_of_comparison(comparison)
    print_facts({**facts, "seconds": seconds, "steps": model.report.steps}, as_json=options.json)


def render(options: argparse.Namespace) -> None:
    """Draw a model into a picture."""
    from neuralvolume.rendering import Camera, render

    io.check_writable(options.output, (".png",))
    camera = Camera(options.azimuth, options.elevation, options.zoom)
    write_png(render(_load_model(options), camera, options.size), options.output)


def convert(options: argparse.Namespace) -> None:
    """Turn a model into another program's file, or such a file into a model."""
    suffix = io.suffix_of(options.model)
    if suffix not in CONVERTED:
        raise UsageError(f"'{options.model}': the suffix must be {' or '.join(CONVERTED)}")
    io.check_writable(options.output, (CONVERTED[suffix],))
    given = Given(**{field.name: getattr(options, field.name) for field in fields(Given)})
    if suffix == ".json":
        _refuse_choice(options)
        _read_params(options.model, given).save(options.output)
    elif given != Given():
        raise UsageError("--range, --name, --type, --spacing and --origin are for a .json to read")
    else:
        _core.write_file(model_to_params(_load_model(options)), str(options.output))


def _read_params(path: Path, given: Given) -> Model:
    data = _core.read_file(str(path))
    try:
        return params_to_model(data, given)
    except ValueError as error:
        raise ValueError(f"cannot open '{path}': {error}") from error


def _refuse_choice(options: argparse.Namespace) -> None:
    if not options.array == options.step == options.time is None:
        raise UsageError(f"--array, --step and --time: '{options.model}' holds one model")


def _load_step(options: argparse.Namespace) -> list[Model]:
    """The models of the arrays that the options choose, all of one time."""
    stored = _chosen_models(options)
    if len({model.time for model in stored}) > 1:
        raise UsageError(f"'{options.model}' holds several steps: choose one with --step")
    return [model.open() for model in stored]


def _load_model(options: argparse.Namespace) -> Model:
    """The only model of the file that the options choose."""
    models = _chosen_models(options)
    if len(models) > 1:
        arrays = ", ".join(dict.fromkeys(model.name for model in models))
        steps = len({model.time for model in models})
        raise UsageError(
            f"'{options.model}' holds {steps} steps of the arrays {arrays}: choose one model with "
            "--step and --array"
        )
    return models[0].open()


def _chosen_models(options: argparse.Namespace) -> list[StoredModel]:
    steps = load_series([options.model])
    if options.time is not None:
        steps = [steps[step_at([step.time or 0.0 for step in steps], options.time)]]
    elif options.step is not None:
        if not 0 <= options.step < len(steps):
            raise UsageError(f"--step {options.step}: '{options.model}' has {len(steps)} steps")
        steps = [steps[options.step]]
    models = [model for step in steps for model in step.models]
    chosen = [model for model in models if options.array in (None, model.name)]
    if not chosen:
        names = ", ".join(dict.fromkeys(model.name for model in models))
        raise UsageError(f"--array {options.array}: '{options.model}' has {names}")
    return chosen


def _fit_options_of(options: argparse.Namespace) -> dict[str, Any]:
    return {
        "ratio": options.ratio,
        "size": options.size,
        "psnr": options.psnr,
        "network": _network_of(options),
        "max_error": options.max_error,
        "relative_error": options.relative_error,
        "steps": options.steps,
        "time_limit": options.time,
        "seed": options.seed,
        "backend": options.backend,
        "portable": options.portable,
    }


def _read_volumes(options: argparse.Namespace, path: Path) -> list[Volume]:
    return as_volumes(_read(options, path), arrays=options.array, association=options.association)


def _read_volume(options: argparse.Namespace, path: Path) -> Volume:
    data = _read(options, path)
    return as_volume(data, array=options.array, association=options.association)


def _read(options: argparse.Namespace, path: Path) -> Volume | NDArray[Any] | vtkImageData:
    return io.read(path, dims=_dims_of(options.dims), dtype=options.dtype)


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
    if given and any(target is not None for target in (options.ratio, options.size, options.psnr)):
        raise UsageError("give --ratio, --size, --psnr or network options, one of them")
    return given or None


@contextmanager
def _progress_bar(name: str) -> Iterator[ProgressCallback | None]:
    """A callback that moves a bar where stderr is a terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    from tqdm import tqdm

    form = "{desc} {percentage:3.0f}% |{bar}| {elapsed} {postfix}"
    with tqdm(total=PROGRESS_TICKS, desc=name, bar_format=form, leave=False) as bar:

        def show(progress: FitProgress) -> None:
            bar.n = round(progress.fraction * PROGRESS_TICKS)
            bar.set_postfix_str(f"step {progress.step}, {progress.psnr:.2f} dB")

        yield show
