# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""Rate-distortion curves, a panel for each volume."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from .curves import front
from .points import OURS, Point
from .summary import PEERS

COLUMNS = 3
PANEL_INCHES = 3.6


def save(points: Sequence[Point], path: Path) -> None:
    """Write a picture in the format of the path's suffix."""
    curves = [point for point in points if point.task == "curve"]
    volumes = sorted({point.volume for point in curves})
    rows = -(-len(volumes) // COLUMNS)
    size = (COLUMNS * PANEL_INCHES, rows * PANEL_INCHES)
    figure = Figure(figsize=size, layout="constrained")
    axes = figure.subplots(rows, COLUMNS, squeeze=False)
    for panel, volume in zip(axes.flat, volumes, strict=False):
        _draw(panel, [point for point in curves if point.volume == volume])
        panel.set_title(volume)
    for panel in axes.flat[len(volumes) :]:
        panel.set_axis_off()
    figure.supxlabel("compression ratio")
    figure.supylabel("PSNR in dB")
    axes.flat[0].legend(fontsize="small")
    figure.savefig(path, dpi=120)


def _draw(panel: Axes, points: Sequence[Point]) -> None:
    original = points[0].ratio * points[0].bytes
    for codec in PEERS:
        found = [(point.psnr, point.bytes) for point in points if point.codec == codec]
        if curve := front(found):
            psnr, sizes = zip(*curve, strict=True)
            panel.plot([original / size for size in sizes], psnr, ".-", label=codec, linewidth=1)
    own = [point for point in points if point.codec == OURS]
    panel.plot([p.ratio for p in own], [p.psnr for p in own], "k*", label=OURS, markersize=9)
    panel.set_xscale("log")
    panel.grid(True, which="both", alpha=0.3)
