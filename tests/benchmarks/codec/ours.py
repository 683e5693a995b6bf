# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""Runs of NeuralVolume: fit, bytes, and values decoded from the bytes alone."""

from __future__ import annotations

import time
import warnings
from typing import Any

import neuralvolume
from neuralvolume import Model

from .points import OURS, Point, Task, measure
from .subjects import Subject


def run(subject: Subject, task: Task, asked: float, seed: int, **target: Any) -> Point:
    """Fit to a target; decompression is loading the bytes and decoding all of them."""
    begin = time.perf_counter()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the record tells what was reached, and why no more
        model = neuralvolume.fit(subject.volume, seed=seed, **target)
    data = model.to_bytes()
    middle = time.perf_counter()
    decoded = Model.from_bytes(data).decode()
    end = time.perf_counter()
    psnr, max_error = measure(subject, decoded)
    return Point(
        task=task,
        volume=subject.name,
        codec=OURS,
        mode=", ".join(target),
        setting=asked,
        bytes=len(data),
        ratio=subject.bytes / len(data),
        psnr=psnr,
        max_error=max_error,
        compress_seconds=middle - begin,
        decompress_seconds=end - middle,
        seed=seed,
        note=model.report.stop_reason,
    )
