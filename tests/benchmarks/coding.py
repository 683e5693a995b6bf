# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""What coding costs in time: fits with and without it, and opening a coded model."""

from __future__ import annotations

import statistics
import time
from pathlib import Path
from typing import Any

import neuralvolume
from neuralvolume import Model, io
from neuralvolume.fitting.sizing import coded_networks
from neuralvolume.volume import as_volume
from timing import alternate, make_parser, show


def measure(path: Path, ratio: float, rounds: int) -> dict[str, Any]:
    """Alternate fits of one network, portable and coded to a ratio; open what was coded."""
    volume = as_volume(io.read(path))
    network, _ = coded_networks.network_for_size(volume, int(volume.original_bytes / ratio))
    models: dict[str, Model] = {}

    def contestant(name: str, **options: Any) -> None:
        models[name] = neuralvolume.fit(volume, **options)

    seconds = alternate(
        {
            "portable": lambda: contestant("portable", network=network, portable=True),
            "coded": lambda: contestant("coded", ratio=ratio),
        },
        rounds,
    )
    turns = zip(seconds["coded"], seconds["portable"], strict=True)
    return {
        "volume": path.stem,
        "seconds_portable": statistics.median(seconds["portable"]),
        "seconds_coded": statistics.median(seconds["coded"]),
        "coded_by_portable": statistics.median(coded / portable for coded, portable in turns),
        "bytes": models["coded"].nbytes,
        "milliseconds_to_open": 1e3 * seconds_to_open(models["coded"].to_bytes()),
    }


def seconds_to_open(data: bytes, turns: int = 20) -> float:
    """Median over some turns, from bytes to a model that can be evaluated."""
    times = []
    for _ in range(turns):
        begin = time.perf_counter()
        Model.from_bytes(data)
        times.append(time.perf_counter() - begin)
    return statistics.median(times)


def main() -> None:
    parser = make_parser(__doc__)
    parser.add_argument("volumes", type=Path, nargs="+", help="volume files")
    parser.add_argument("--ratio", type=float, default=20, help="of the coded models")
    options = parser.parse_args()
    show([measure(path, options.ratio, options.rounds) for path in options.volumes], options.json)


if __name__ == "__main__":
    main()
