# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""How far drawing is from what the machine can do: gathered values and multiply-adds a second.

A C++ program, compiled for this machine, measures both at most: gathers at random from tables of
16 KiB and of 16 MiB, and multiply-adds in registers, on all cores. Of a picture what each sample
takes is counted: without shading 4 gathers of 4 bytes for eight values, one each for the
place of the brick, its mask, the extinction and three for the colour, and some 40 multiply-adds.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
from neuralvolume import Model, _core
from neuralvolume.rendering import Camera, scene
from timing import show

SIZE = (512, 512)
GATHERS = 4 + 2 + 4
MULTIPLY_ADDS = 40


def measure_machine() -> tuple[float, float, float]:
    """Gathered lanes a second from a small and a large table, and multiply-adds a second."""
    source = Path(__file__).with_name("limits.cpp")
    with tempfile.TemporaryDirectory() as folder:
        program = f"{folder}/limits"
        options = ["-std=c++20", "-O3", "-march=native", "-DHWY_COMPILE_ONLY_STATIC", "-pthread"]
        subprocess.run(["c++", *options, str(source), "-o", program], check=True)
        output = subprocess.run([program], check=True, capture_output=True, text=True).stdout
    small, large, multiply_adds = map(float, output.split())
    return small, large, multiply_adds


def dense(drawn: dict[str, Any]) -> dict[str, Any]:
    entries = np.array(drawn["entries"])
    entries[:, 3] = np.linspace(0.001, 0.03, len(entries))
    return {**drawn, "entries": entries}


def picture_seconds(renderer: _core.Renderer, drawn: dict[str, Any], rounds: int) -> float:
    renderer.render(**drawn)  # decodes
    seconds = []
    for _ in range(rounds):
        begin = time.perf_counter()
        renderer.render(**drawn)
        seconds.append(time.perf_counter() - begin)
    return statistics.median(seconds)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("models", type=Path, nargs="+", help=".nvol files")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    options = parser.parse_args()
    small, large, multiply_adds = measure_machine()
    rows = []
    for path in options.models:
        model = Model.load(path)
        sparse = scene(model, Camera(), SIZE)
        for name, drawn in {"sparse": sparse, "dense": dense(sparse)}.items():
            renderer = _core.Renderer(model.core)
            seconds = picture_seconds(renderer, drawn, options.rounds)
            samples = renderer.samples
            rows.append(
                {
                    "picture": f"{path.stem}, {name}",
                    "seconds": seconds,
                    "million_samples": samples / 1e6,
                    "gathered_gb": samples * GATHERS * 4 / 1e9,
                    "of_small_table": samples * GATHERS / seconds / small,
                    "of_large_table": samples * GATHERS / seconds / large,
                    "of_multiply_adds": samples * MULTIPLY_ADDS / seconds / multiply_adds,
                }
            )
    show(rows, options.json)


if __name__ == "__main__":
    main()
