# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""Memory that drawing models in ParaView takes, beyond that of ParaView with an empty view.

Run by pvpython on a screen, with the plugin on PV_PLUGIN_PATH. The camera moves around and into
each volume, with a sparse and a dense opacity map; the peak counts.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import numpy as np
from paraview import simple
from timing import show

EDGE = 512
DISTANCES = (1.5, 0.8, 0.3)  # of the camera from the middle, in diagonals
# position in the value range and opacity
MAPS = {"sparse": ((0, 0), (0.6, 0), (1, 0.8)), "dense": ((0, 0.001), (1, 0.03))}


def memory_mb(field: str) -> float:
    """VmRSS, what is in memory now, or VmHWM, what was at most."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(field):
            return float(line.split()[1]) * 1024 / 1e6
    raise OSError(f"/proc/self/status has no {field}")


def draw_around(view: Any, bounds: Any, turns: int) -> None:
    low, high = np.reshape(bounds, (3, 2)).T
    middle, diagonal = (low + high) / 2, np.linalg.norm(high - low)
    for distance in DISTANCES:
        for turn in range(turns):
            angle = 2 * np.pi * turn / turns
            direction = np.array([np.cos(angle), np.sin(angle), 0.4])
            view.CameraPosition = list(middle + distance * diagonal * direction)
            view.CameraFocalPoint = list(middle)
            view.CameraViewUp = [0, 0, 1]
            simple.Render(view)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("models", nargs="+", help=".nvol files")
    parser.add_argument("--turns", type=int, default=6, help="pictures at each distance")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    options = parser.parse_args()
    view = simple.CreateView("RenderView")
    view.ViewSize = [EDGE, EDGE]
    simple.Render(view)
    rows = []
    for path in options.models:
        for kind, points in MAPS.items():
            empty = memory_mb("VmRSS")
            Path("/proc/self/clear_refs").write_text("5")  # forget the peak
            source = simple.OpenDataFile(path)
            display = simple.Show(source, view)
            array = source.PointData[0]
            low, high = array.GetRange(0)
            opacity = simple.GetOpacityTransferFunction(array.Name)
            opacity.Points = [
                x for t, alpha in points for x in (low + t * (high - low), alpha, 0.5, 0)
            ]
            display.SetRepresentationType("Neural Volume")
            draw_around(view, source.GetDataInformation().GetBounds(), options.turns)
            peak = memory_mb("VmHWM")
            rows.append({"model": Path(path).stem, "map": kind, "beyond_empty_mb": peak - empty})
            simple.Delete(source)
            simple.Render(view)
    show(rows, options.json)


if __name__ == "__main__":
    main()
