# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""Seconds of a still and of a moving frame, and the still one against marching every step."""

from __future__ import annotations

import argparse
import statistics
import time
from pathlib import Path
from typing import Any

import numpy as np
from neuralvolume import Model
from neuralvolume.rendering import Camera, scene
from skimage.metrics import structural_similarity
from timing import show

SIZE = (512, 512)
MOVING_COARSENESS = 4  # pixels along an edge, as the mapper draws while the camera moves
MOVING_STEPS = 2.0  # samples a step


def timed(model: Model, drawn: dict[str, Any], rounds: int) -> tuple[float, Any]:
    """Median seconds of a picture, and the picture."""
    renderer = _core.Renderer(model.core)
    renderer.render(**drawn)  # decodes
    seconds = []
    for _ in range(rounds):
        begin = time.perf_counter()
        picture = renderer.render(**drawn)
        seconds.append(time.perf_counter() - begin)
    return statistics.median(seconds), picture


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("models", type=Path, nargs="+", help=".nvol files")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    options = parser.parse_args()
    rows = []
    for path in options.models:
        model = Model.load(path)
        still = scene(model, Camera(), SIZE)
        coarse = (SIZE[0] // MOVING_COARSENESS, SIZE[1] // MOVING_COARSENESS)
        moving = scene(model, Camera(), coarse)
        moving["sample_distance"] *= MOVING_STEPS
        seconds, picture = timed(model, still, options.rounds)
        brute_seconds, brute = timed(model, {**still, "skip_empty_space": False}, 1)
        rows.append(
            {
                "model": path.stem,
                "still_s": seconds,
                "moving_s": timed(model, moving, options.rounds)[0],
                "every_step_s": brute_seconds,
                "differing_pixels": int(np.any(picture != brute, axis=-1).sum()),
                "ssim": structural_similarity(picture, brute, channel_axis=-1, data_range=1.0),
            }
        )
    show(rows, options.json)


if __name__ == "__main__":
    main()
