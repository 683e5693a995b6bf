# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""Rate-distortion of NeuralVolume against zfp, SZ3, SPERR and (where found) TTHRESH."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from itertools import chain, product
from pathlib import Path

from ..timing import show
from . import ours, peers, plot, summary, sweep
from .points import Point, Task
from .record import Record
from .subjects import Subject, name_of, read


def make_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.codec", description=__doc__)
    parser.add_argument("volumes", type=Path, nargs="+", help="volume files")
    add = parser.add_argument
    targets = [30.0, 32.5, 35.0, 37.5, 40.0]
    add("--psnr", type=float, nargs="*", default=targets, help="our targets in dB")
    add("--max-error", type=float, nargs="*", default=[1e-2, 1e-3], help="fractions of the range")
    add("--ratio", type=float, nargs="*", default=[100.0], help="our targets of compression")
    add("--seeds", type=int, nargs="+", default=[0])
    add("--output", type=Path, default=Path("codec.json"), help="the record; a plot lies beside it")
    add("--reuse-peers", type=Path, help="a record whose peers on the same volumes count")
    add("--peers-only", action="store_true", help="no fits")
    return parser


def run_peers(subject: Subject, options: argparse.Namespace) -> Iterator[Point]:
    lowest, highest = min(options.psnr, default=30.0), max(options.psnr, default=40.0)
    for peer in peers.on_curves():
        yield from sweep.curve(subject, peer, lowest, highest)
    for peer in peers.with_bound():
        yield from sweep.bounded(subject, peer, options.max_error)


def run_ours(subject: Subject, options: argparse.Namespace) -> Iterator[Point]:
    targets: list[tuple[Task, str, list[float]]] = [
        ("curve", "psnr", options.psnr),
        ("bound", "relative_error", options.max_error),
        ("ratio", "ratio", options.ratio),
    ]
    for task, name, values in targets:
        for value, seed in product(values, options.seeds):
            try:
                yield ours.run(subject, task, value, seed, **{name: value})
            except ValueError as error:
                print(f"{subject.name}: {name} {value:g} is refused: {error}", file=sys.stderr)


def measure(subject: Subject, options: argparse.Namespace, earlier: Record) -> list[Point]:
    """All points of a volume, said as they come."""
    points = earlier.peers_of(subject)
    for point in chain(
        () if points else run_peers(subject, options),
        () if options.peers_only else run_ours(subject, options),
    ):
        points.append(point)
        print(point.describe(), file=sys.stderr, flush=True)
    return points


def tables_of(points: list[Point], options: argparse.Namespace) -> dict[str, list[summary.Row]]:
    equal_psnr = summary.at_equal_psnr(points)
    equal_bound = summary.at_equal_bound(points)
    tables = {
        "bytes of the peers": summary.bytes_of_peers(points, options.psnr, options.max_error),
        "our bytes / theirs at equal PSNR": equal_psnr,
        "the same, medians over volumes": summary.medians(equal_psnr),
        "our bytes / theirs at an equal bound of the error": equal_bound,
        "the same bound, medians over volumes": summary.medians(equal_bound),
        "PSNR of ours at a ratio, of theirs in as many bytes": summary.at_ratio(points),
        "seconds": summary.seconds(points),
    }
    return {title: rows for title, rows in tables.items() if rows}


def parse() -> argparse.Namespace:
    parser = make_parser()
    options = parser.parse_args()
    names = [name_of(path) for path in options.volumes]
    if twice := {name for name in names if names.count(name) > 1}:
        parser.error(f"several volumes are called {', '.join(sorted(twice))}; rename them")
    return options


def main() -> None:
    options = parse()
    earlier = Record.load(options.reuse_peers) if options.reuse_peers else Record()
    record = Record()
    for path in options.volumes:
        subject = read(path)
        record.volumes.append(subject.facts())
        record.points += measure(subject, options, earlier)
        tables = tables_of(record.points, options)
        record.save(options.output, tables)
        plot.save(record.points, options.output.with_suffix(".png"))
    for title, rows in tables.items():
        print(f"\n{title}")
        show([{name: "-" if v is None else v for name, v in row.items()} for row in rows], False)


if __name__ == "__main__":
    main()
