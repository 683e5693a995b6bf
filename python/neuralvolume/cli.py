# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""The command line `neuralvolume`: its arguments, exit statuses and messages."""

from __future__ import annotations

import argparse
import io
import os
import re
import signal
import sys
import warnings
from pathlib import Path
from types import FrameType
from typing import Any

from neuralvolume import __version__, backends, commands
from neuralvolume.network_options import NETWORK_OPTIONS

USAGE_ERROR = 2
FAILURE = 1
INTERRUPTED = 130
TERMINATED = 143


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return the exit status.

    0: done, 1: failed, 2: wrong usage, 130 and 143: interrupted.
    """
    signal.signal(signal.SIGTERM, _terminate)
    warnings.showwarning = _show_warning
    _print_in_any_encoding()
    try:
        options = make_parser().parse_args(arguments)
        options.command(options)
        _flush_output()
    except commands.UsageError as error:
        print(f"neuralvolume: error: {error}", file=sys.stderr)
        return USAGE_ERROR
    except (OSError, ValueError, TypeError, RuntimeError, MemoryError) as error:
        print(f"neuralvolume: error: {_one_line(error)}", file=sys.stderr)
        return FAILURE
    except KeyboardInterrupt:
        print("neuralvolume: interrupted; nothing was written", file=sys.stderr)
        return INTERRUPTED
    return 0


def make_parser() -> argparse.ArgumentParser:
    """The parser of all commands; each sets `command` to the function that carries it out."""
    parser = argparse.ArgumentParser(
        prog="neuralvolume", description="Volumes as small neural networks."
    )
    parser.add_argument("--version", action="version", version=__version__)
    subparsers = parser.add_subparsers(required=True, metavar="COMMAND")
    _add_compress(subparsers)
    _add_decompress(subparsers)
    _add_info(subparsers)
    _add_compare(subparsers)
    _add_render(subparsers)
    _add_convert(subparsers)
    return parser


def _add_compress(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "compress", help="fit a network to a volume, or one to each of several steps in time"
    )
    parser.set_defaults(command=commands.compress)
    _add_volume(parser, "inputs", "IN", nargs="+")
    parser.add_argument(
        "--array", metavar="NAME", action="append", help="which array, may be repeated (all)"
    )
    _add_output(parser, "OUT.nvol")
    target = parser.add_mutually_exclusive_group()
    target.add_argument("--ratio", type=float, metavar="R", help="original size / model size")
    target.add_argument("--size", type=int, metavar="BYTES", help="size of the model at most")
    target.add_argument(
        "--psnr", type=float, metavar="DB", help="peak signal-to-noise ratio to reach"
    )
    bound = parser.add_mutually_exclusive_group()
    bound.add_argument(
        "--max-error", type=float, metavar="E", help="bound of every error, in the array's units"
    )
    bound.add_argument(
        "--relative-error", type=float, metavar="F", help="the same as a fraction of the range"
    )
    network = parser.add_argument_group("network options, instead of a target")
    for name, text in NETWORK_OPTIONS.items():
        kind = float if name == "per_level_scale" else int
        network.add_argument(f"--{name.replace('_', '-')}", type=kind, metavar="N", help=text)
    parser.add_argument(
        "--portable",
        action="store_true",
        help="parameters in half precision and tiny-cuda-nn's order, not coded",
    )
    parser.add_argument("--steps", type=int, metavar="N", help="longest training, in steps")
    parser.add_argument(
        "--time", type=float, metavar="SECONDS", help="longest training, in seconds"
    )
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="of all randomness")
    parser.add_argument("--backend", choices=backends.NAMES, default="auto", help="who trains")
    _add_json(parser)


def _add_decompress(subparsers: Any) -> None:
    parser = subparsers.add_parser("decompress", help="decode a model on the original's grid")
    parser.set_defaults(command=commands.decompress)
    _add_model(parser)
    _add_output(parser, "OUT.vti|OUT.npy|OUT.raw")


def _add_info(subparsers: Any) -> None:
    parser = subparsers.add_parser("info", help="say what a model holds")
    parser.set_defaults(command=commands.info)
    _add_model(parser)
    _add_json(parser)


def _add_compare(subparsers: Any) -> None:
    parser = subparsers.add_parser("compare", help="measure a model against the original")
    parser.set_defaults(command=commands.compare)
    _add_model(parser, with_array=False)
    _add_volume(parser, "original", "ORIGINAL")
    parser.add_argument("--array", metavar="NAME", help="which array (the active scalars)")
    _add_json(parser)


def _add_render(subparsers: Any) -> None:
    parser = subparsers.add_parser("render", help="draw a model, straight from its network")
    parser.set_defaults(command=commands.render)
    _add_model(parser)
    _add_output(parser, "PICTURE.png")
    parser.add_argument(
        "--size", type=_size, default=(512, 512), metavar="WxH", help="in pixels (512x512)"
    )
    parser.add_argument("--azimuth", type=float, default=30.0, metavar="DEGREES")
    parser.add_argument("--elevation", type=float, default=20.0, metavar="DEGREES")
    parser.add_argument("--zoom", type=float, default=1.25, metavar="FACTOR")


def _add_convert(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "convert", help="turn a model into the params.json of instant neural volumes, or back"
    )
    parser.set_defaults(command=commands.convert)
    _add_model(parser, metavar="IN.nvol|IN.json")
    _add_output(parser, "OUT.json|OUT.nvol")
    lacking = parser.add_argument_group("what a params.json does not say, or shall stand instead")
    lacking.add_argument(
        "--range", type=float, nargs=2, metavar=("MIN", "MAX"), help="of the values (0 1)"
    )
    lacking.add_argument("--name", help="of the array (value)")
    lacking.add_argument("--type", help="of the values: uint8, float64, ... (float32)")
    lacking.add_argument(
        "--spacing", type=float, nargs=3, metavar=("X", "Y", "Z"), help="of samples (1 1 1)"
    )
    lacking.add_argument(
        "--origin", type=float, nargs=3, metavar=("X", "Y", "Z"), help="first sample (0 0 0)"
    )


def _add_model(
    parser: argparse.ArgumentParser, *, with_array: bool = True, metavar: str = "IN.nvol"
) -> None:
    parser.add_argument("model", type=Path, metavar=metavar)
    if with_array:
        parser.add_argument("--array", metavar="NAME", help="which array, where there are several")
    when = parser.add_mutually_exclusive_group()
    when.add_argument("--step", type=int, metavar="N", help="which step in time, counted from 0")
    when.add_argument("--time", type=float, metavar="T", help="the step that shows at this time")


def _add_output(parser: argparse.ArgumentParser, metavar: str) -> None:
    parser.add_argument("-o", "--output", type=Path, required=True, metavar=metavar)


def _add_json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print one JSON object, nothing else")


def _add_volume(
    parser: argparse.ArgumentParser, name: str, metavar: str, nargs: str | None = None
) -> None:
    parser.add_argument(
        name,
        type=Path,
        nargs=nargs,
        metavar=metavar,
        help="image that VTK reads (.vti, .mhd, ...), .npy or .raw",
    )
    parser.add_argument("--association", choices=("points", "cells"), help="whose array")
    parser.add_argument(
        "--dims", nargs="+", metavar="N", help="of a .raw file: NX NY NZ [COMPONENTS], or NXxNYxNZ"
    )
    parser.add_argument("--dtype", help="of a .raw file: uint8, float32, '>u2', ...")


def _size(text: str) -> tuple[int, int]:
    match = re.fullmatch(r"([1-9]\d*)x([1-9]\d*)", text)
    if match is None:
        raise argparse.ArgumentTypeError(f"'{text}' is no size; give WIDTHxHEIGHT, like 800x600")
    return int(match[1]), int(match[2])


def _print_in_any_encoding() -> None:
    """Turn characters that the encoding lacks, in names and bars, into question marks."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")


def _flush_output() -> None:
    """Write what was printed; where that fails, let Python not try again when it exits."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise


def _terminate(_signal: int, _frame: FrameType | None) -> None:
    raise SystemExit(TERMINATED)


def _show_warning(message: Warning | str, *_details: Any, **_more: Any) -> None:
    print(f"neuralvolume: warning: {message}", file=sys.stderr)


def _one_line(error: BaseException) -> str:
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    return " ".join(str(error).split()) or type(error).__name__
