# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""Tables: bytes of the peers, ours over theirs at equal PSNR or bound, and what a ratio gives."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import groupby
from statistics import median
from typing import Any

from .curves import Pair, bytes_at, psnr_at
from .points import OURS, Point, Task

Row = dict[str, Any]
PEERS = ("zfp", "zfp rate", "SZ3", "SPERR", "TTHRESH")
BOUNDED_PEERS = ("zfp", "SZ3", "SPERR")


def curve_of(points: Iterable[Point], volume: str, codec: str) -> list[Pair]:
    """The points of a curve."""
    asked = ("curve", volume, codec)
    return [(p.psnr, p.bytes) for p in points if (p.task, p.volume, p.codec) == asked]


def bytes_within(points: Iterable[Point], volume: str, codec: str, bound: float) -> int | None:
    """Bytes under a bound of the error; where there are two bindings of a codec, the fewer."""
    asked = ("bound", volume, codec, bound)
    found = [p.bytes for p in points if (p.task, p.volume, p.codec, p.setting) == asked]
    return min(found, default=None)


def bytes_of_peers(
    points: Sequence[Point], psnrs: Sequence[float], bounds: Sequence[float]
) -> list[Row]:
    """What each peer needs for each PSNR and for each bound, in each volume."""
    rows = []
    for volume in dict.fromkeys(point.volume for point in points):
        for codec in _present(points, PEERS):
            curve = curve_of(points, volume, codec)
            row: Row = {"volume": volume, "codec": codec}
            row |= {f"{psnr:g} dB": _whole(bytes_at(psnr, curve)) for psnr in psnrs}
            row |= {f"±{bound:g}": bytes_within(points, volume, codec, bound) for bound in bounds}
            rows.append(row)
    return rows


def seconds(points: Sequence[Point]) -> list[Row]:
    """Of compression and decompression of a volume: medians over a codec's points of a task."""

    def key(point: Point) -> tuple[str, str, str]:
        return point.volume, point.task, point.codec

    rows = []
    for (volume, task, codec), group in groupby(sorted(points, key=key), key):
        found = list(group)
        row: Row = {"volume": volume, "task": task, "codec": codec}
        for name in ("compress_seconds", "decompress_seconds"):
            row[name] = median(getattr(point, name) for point in found)
        rows.append(row)
    return rows


def at_equal_psnr(points: Sequence[Point]) -> list[Row]:
    """Ours / theirs in bytes, for each volume and target."""

    def compare(own: Point, codec: str) -> float | None:
        return _over(own.bytes, bytes_at(own.psnr, curve_of(points, own.volume, codec)))

    return _rows(points, "curve", PEERS, compare)


def at_equal_bound(points: Sequence[Point]) -> list[Row]:
    """Ours / theirs in bytes, for each volume and bound of the error."""

    def compare(own: Point, codec: str) -> float | None:
        return _over(own.bytes, bytes_within(points, own.volume, codec, own.setting))

    return _rows(points, "bound", BOUNDED_PEERS, compare)


def at_ratio(points: Sequence[Point]) -> list[Row]:
    """Our PSNR at a ratio, and what the peers reach in as many bytes."""

    def compare(own: Point, codec: str) -> float | None:
        return psnr_at(own.bytes, curve_of(points, own.volume, codec))

    return _rows(points, "ratio", PEERS, compare)


def medians(rows: Sequence[Row]) -> list[Row]:
    """Of bytes over bytes: medians over volumes and wins, for each target and for all."""
    targets = sorted({row["asked"] for row in rows})
    groups = [(target, [row for row in rows if row["asked"] == target]) for target in targets]
    return [_medians_of(target, group) for target, group in [*groups, ("all", rows)] if group]


def _medians_of(target: float | str, rows: Sequence[Row]) -> Row:
    summary: Row = {"asked": target}
    for codec in [name for name in rows[0] if name in PEERS]:
        ratios = [row[codec] for row in rows if row[codec] is not None]
        summary[codec] = median(ratios) if ratios else None
        summary[f"wins: {codec}"] = f"{sum(ratio <= 1 for ratio in ratios)}/{len(ratios)}"
    return summary


def _rows(
    points: Sequence[Point],
    task: Task,
    peers: Sequence[str],
    compare: Callable[[Point, str], float | None],
) -> list[Row]:
    """One row for each volume and setting of ours: medians over seeds."""
    own = [point for point in points if (point.task, point.codec) == (task, OURS)]

    def key(point: Point) -> tuple[str, float]:
        return point.volume, point.setting

    rows = []
    for (volume, asked), group in groupby(sorted(own, key=key), key):
        seeds = list(group)
        row: Row = {"volume": volume, "asked": asked}
        for name in ("bytes", "ratio", "psnr", "max_error", "compress_seconds"):
            row[name] = median(getattr(point, name) for point in seeds)
        for codec in _present(points, peers):
            row[codec] = _median_of([compare(point, codec) for point in seeds])
        rows.append(row)
    return rows


def _present(points: Iterable[Point], peers: Sequence[str]) -> list[str]:
    codecs = {point.codec for point in points}
    return [peer for peer in peers if peer in codecs]


def _whole(size: float | None) -> int | None:
    return None if size is None else round(size)


def _over(own: int, theirs: float | None) -> float | None:
    return None if theirs is None else own / theirs


def _median_of(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return median(known) if known else None
