# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""One network for each of several arrays, or one for all: PSNR and seconds at equal bytes."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import neuralvolume
import numpy as np
from neuralvolume import io
from neuralvolume.volume import as_volume
from numpy.typing import NDArray
from timing import show, turbulence

Arrays = dict[str, NDArray[np.float32]]
EDGE = 96


def from_file(path: Path) -> Arrays:
    """The components of a vector and its magnitude; of a scalar, itself and its gradient's."""
    volume = as_volume(io.read(path))
    values = volume.values.astype(np.float32)
    if values.ndim == 4:
        components = np.moveaxis(values, 3, 0)
        named = {f"{volume.name} {axis}": component for axis, component in enumerate(components)}
        return {**named, "magnitude": np.linalg.norm(values, axis=3)}
    gradient = np.gradient(values, *volume.geometry.spacing[::-1])
    return {volume.name: values, "gradient magnitude": np.linalg.norm(gradient, axis=0)}


def taylor_green() -> Arrays:
    """Velocity and pressure of the Taylor-Green vortex (1937) at its beginning."""
    axis = np.linspace(0, 2 * np.pi, EDGE, dtype=np.float32)
    z, y, x = np.meshgrid(axis, axis, axis, indexing="ij")
    return {
        "u": np.sin(x) * np.cos(y) * np.cos(z),
        "v": -np.cos(x) * np.sin(y) * np.cos(z),
        "pressure": (np.cos(2 * x) + np.cos(2 * y)) * (np.cos(2 * z) + 2) / 16,
    }


def turbulent_flow() -> Arrays:
    """A random incompressible velocity with the spectrum of turbulence, and its pressure.

    In a periodic box: the velocity is projected on what has no divergence, and the pressure solves
    laplace(p) = -d_i u_j d_j u_i.
    """
    axis = np.fft.fftfreq(EDGE) * 2 * np.pi
    k = np.stack(np.meshgrid(axis, axis, axis, indexing="ij"))
    squared = np.maximum((k**2).sum(axis=0), 1e-12)
    velocity = np.stack([np.fft.fftn(turbulence(EDGE, seed)) for seed in range(3)])
    velocity -= k * (k * velocity).sum(axis=0) / squared
    gradient = np.fft.ifftn(1j * k[:, None] * velocity[None], axes=(2, 3, 4)).real
    source = np.einsum("ij...,ji...->...", gradient, gradient)
    pressure = np.fft.fftn(source - source.mean()) / squared
    fields = np.fft.ifftn([*velocity, pressure], axes=(1, 2, 3)).real.astype(np.float32)
    return dict(zip(["w", "v", "u", "pressure"], fields, strict=True))


def unrelated() -> Arrays:
    return {"first": turbulence(EDGE, seed=0), "second": turbulence(EDGE, seed=1)}


def measure(name: str, arrays: Arrays, ratio: float, seeds: Sequence[int]) -> list[dict[str, Any]]:
    """A row an array; medians over the seeds."""
    together = np.stack(list(arrays.values()), axis=3)
    runs = []
    for seed in seeds:
        each = [neuralvolume.fit(values, ratio=ratio, seed=seed) for values in arrays.values()]
        size = sum(model.nbytes for model in each)
        shared = neuralvolume.fit(together, size=size, seed=seed)
        decoded = np.moveaxis(shared.decode(), 3, 0)
        runs.append(
            {
                "bytes": size,
                "bytes_of_one": shared.nbytes,
                "psnr": [model.report.psnr for model in each],
                "psnr_of_one": list(map(psnr, decoded, arrays.values())),
                "seconds": sum(model.seconds or 0 for model in each),
                "seconds_of_one": shared.seconds,
            }
        )
    median = {key: np.median([run[key] for run in runs], axis=0) for key in runs[0]}
    return [
        {
            "volume": name,
            "array": array,
            "bytes": int(median["bytes"]),
            "bytes_of_one": int(median["bytes_of_one"]),
            "psnr": float(median["psnr"][i]),
            "psnr_of_one": float(median["psnr_of_one"][i]),
            "seconds": float(median["seconds"]),
            "seconds_of_one": float(median["seconds_of_one"]),
        }
        for i, array in enumerate(arrays)
    ]


def psnr(decoded: NDArray[Any], values: NDArray[Any]) -> float:
    """By the range of the values, in dB."""
    error = np.mean((decoded.astype(np.float64) - values) ** 2)
    return float(10 * np.log10(np.ptp(values).astype(np.float64) ** 2 / error))


ANALYTIC = {make.__name__: make for make in (taylor_green, turbulent_flow, unrelated)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("volumes", nargs="+", help=f"files, or {', '.join(ANALYTIC)}")
    parser.add_argument("--ratio", type=float, default=50, help="of each array")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    options = parser.parse_args()
    rows = []
    for name in options.volumes:
        arrays = ANALYTIC[name]() if name in ANALYTIC else from_file(Path(name))
        rows += measure(Path(name).stem, arrays, options.ratio, options.seeds)
    show(rows, options.json)


if __name__ == "__main__":
    main()
