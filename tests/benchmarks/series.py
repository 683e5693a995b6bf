# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""Time steps fitted from scratch and, by turns, each from the one before."""

from __future__ import annotations

import argparse
import statistics
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from neuralvolume import Model, fit, io
from neuralvolume.volume import Volume, as_volume
from timing import show

SMALLEST_WAVELENGTH = 6.0  # voxels


def moving_waves(edge: int, steps: int, speed: float) -> Iterator[Volume]:
    """Random plane waves with the spectrum of turbulence, each on its way, edge^3.

    The speed is in voxels a time step.
    """
    frequencies = np.fft.fftfreq(edge)
    k = np.stack(np.meshgrid(*[frequencies] * 3, indexing="ij"))
    wavenumber = np.sqrt(np.sum(k**2, axis=0))
    noise = np.random.default_rng(0).normal(size=(edge,) * 3)
    spectrum = np.fft.fftn(noise) / np.maximum(wavenumber, 1 / edge) ** (11 / 6)
    spectrum *= np.exp(-((wavenumber * SMALLEST_WAVELENGTH) ** 2))
    # k and -k move the same way, so that the field stays real
    heading = np.sign(k[0] + edge * k[1] + edge**2 * k[2])
    for step in range(steps):
        phases = np.exp(-2j * np.pi * heading * wavenumber * speed * step)
        yield as_volume(np.fft.ifftn(spectrum * phases).real.astype(np.float32), name="waves")


def compare_steps(volumes: Iterator[Volume], target: dict[str, Any]) -> list[dict[str, Any]]:
    """A row a time step from the second on; the first one is the same either way."""
    rows, before = list[dict[str, Any]](), fit(next(volumes), **target)
    for step, volume in enumerate(volumes, 1):
        cold = fit(volume, **target)
        before = fit(volume, start=before, **target)
        rows.append(
            {
                "step": step,
                **figures("cold", cold),
                **figures("continued", before),
                "times_faster": seconds_of(cold) / seconds_of(before),
            }
        )
    return rows


def figures(kind: str, model: Model) -> dict[str, Any]:
    return {
        f"{kind}_psnr": model.report.psnr,
        f"{kind}_bytes": model.nbytes,
        f"{kind}_steps": model.report.steps,
        f"{kind}_seconds": seconds_of(model),
    }


def seconds_of(model: Model) -> float:
    assert model.seconds is not None
    return model.seconds


def medians(rows: list[dict[str, Any]]) -> dict[str, Any]:
    columns = [name for name in rows[0] if name != "step"]
    return {"step": "median"} | {
        name: float(statistics.median(row[name] for row in rows)) for name in columns
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("volumes", type=Path, nargs="*", help="volume files, in order of time")
    parser.add_argument("--waves", type=int, default=8, help="time steps of waves without files")
    parser.add_argument("--edge", type=int, default=96, help="of the volume of waves, in voxels")
    parser.add_argument("--speed", type=float, default=0.5, help="of waves, in voxels a time step")
    target = parser.add_mutually_exclusive_group(required=True)
    target.add_argument("--ratio", type=float)
    target.add_argument("--psnr", type=float, help="in dB")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    options = parser.parse_args()
    chosen = {"ratio": options.ratio, "psnr": options.psnr, "seed": options.seed}
    if options.volumes:
        volumes = (as_volume(io.read(path)) for path in options.volumes)
    else:
        volumes = moving_waves(options.edge, options.waves, options.speed)
    rows = compare_steps(volumes, chosen)
    show([*rows, medians(rows)], options.json)


if __name__ == "__main__":
    main()
