# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""PSNR, SSIM, seconds and peak memory of fits of volume files, each in a process of its own."""

from __future__ import annotations

import argparse
import multiprocessing
import resource
from pathlib import Path
from typing import Any

from timing import show

MIB = 2**20


def measure(path: Path, target: dict[str, Any]) -> dict[str, Any]:
    """Fit one volume; memory is what the process needs beyond what it had with the volume read."""
    import neuralvolume
    from neuralvolume import io
    from neuralvolume.fitting.sizing import portable_networks
    from neuralvolume.volume import as_volume

    volume = as_volume(io.read(path))
    values = volume.values.max()  # the whole volume is in memory from here on
    before = peak_memory()
    if "raw_ratio" in target:
        budget = int(volume.original_bytes / target.pop("raw_ratio"))
        target["network"] = portable_networks.network_for_budget(
            budget, volume.dimensions, volume.components
        )
        target["portable"] = True
    model = neuralvolume.fit(volume, **target)
    report = model.report
    return {
        "volume": path.stem,
        "samples": volume.samples,
        "type": values.dtype.name,
        "psnr": report.psnr,
        "ssim": report.ssim,
        "seconds": model.seconds,
        "steps": report.steps,
        "ratio": model.ratio,
        "raw_ratio": model.original_bytes / portable_networks.network_bytes(model.network),
        "bytes": model.nbytes,
        "memory_mib": (peak_memory() - before) / MIB,
        "stop": report.stop_reason,
    }


def peak_memory() -> int:
    """Largest resident set of this process so far, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("volumes", type=Path, nargs="+", help="volume files")
    target = parser.add_mutually_exclusive_group(required=True)
    target.add_argument("--ratio", type=float, help="of the file")
    target.add_argument(
        "--raw-ratio", type=float, help="of the parameters alone, in half precision"
    )
    target.add_argument("--psnr", type=float, help="in dB")
    parser.add_argument("--steps", type=int)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    options = parser.parse_args()
    names = ("ratio", "raw_ratio", "psnr", "steps", "seed")
    given = {name: getattr(options, name) for name in names}
    given = {name: value for name, value in given.items() if value is not None}
    context = multiprocessing.get_context("spawn")
    rows = []
    for path in options.volumes:
        with context.Pool(1) as pool:
            rows.append(pool.apply(measure, (path, dict(given))))
    show(rows, options.json)


if __name__ == "__main__":
    main()
