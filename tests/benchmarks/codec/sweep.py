# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""Runs of the peers: settings walked until a curve covers the PSNRs of interest."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from itertools import count

from .peers import Peer
from .points import Point, Task, measure
from .subjects import Subject

MAX_STEPS = 30  # in one direction
MARGIN = 1.0  # dB beyond the PSNRs of interest


def run(subject: Subject, peer: Peer, task: Task, setting: float, asked: float) -> Point:
    """Compress and decompress each component; `asked` is what the record says."""
    total, planes, compress_seconds, decompress_seconds = 0, [], 0.0, 0.0
    for plane in subject.planes:
        begin = time.perf_counter()
        data = peer.compress(plane, setting)
        middle = time.perf_counter()
        planes.append(peer.decompress(data, plane.shape, plane.dtype))
        decompress_seconds += time.perf_counter() - middle
        compress_seconds += middle - begin
        total += len(data)
    psnr, max_error = measure(subject, subject.join(planes))
    return Point(
        task=task,
        volume=subject.name,
        codec=peer.codec,
        mode=peer.mode,
        setting=asked,
        bytes=total,
        ratio=subject.bytes / total,
        psnr=psnr,
        max_error=max_error,
        compress_seconds=compress_seconds,
        decompress_seconds=decompress_seconds,
    )


def curve(subject: Subject, peer: Peer, lowest: float, highest: float) -> Iterator[Point]:
    """Points from below `lowest` to above `highest` dB, as far as the codec goes."""

    def at(index: int) -> Point:
        fraction = peer.start * peer.step**index
        setting = fraction if peer.is_rate else fraction * subject.range
        return run(subject, peer, "curve", setting, fraction)

    first = at(0)
    yield first
    coarser = first
    for index in count(1):
        if coarser.psnr < lowest - MARGIN or index > MAX_STEPS:
            break
        previous, coarser = coarser, at(index)
        if coarser.bytes == previous.bytes:
            break  # it can do no less
        yield coarser
    finer = first
    for index in count(-1, -1):
        if finer.psnr > highest + MARGIN or -index > MAX_STEPS:
            break
        finer = at(index)
        yield finer


def bounded(subject: Subject, peer: Peer, fractions: Sequence[float]) -> Iterator[Point]:
    """Points of an error bound, given as fractions of the range."""
    for fraction in fractions:
        yield run(subject, peer, "bound", subject.tolerance(fraction), fraction)
