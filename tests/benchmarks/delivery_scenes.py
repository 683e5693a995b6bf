# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""What delivery.py measures, in pvpython: delivery_scenes.py PORT MODEL.

The decoded volume stands for the original, which has as many bytes.
"""

from __future__ import annotations

import sys

from paraview import simple

MOVES = 10
LOCAL, REMOTE = 100_000, 0  # megabytes from which on the server draws


def say(what: str, times: int = 1) -> None:
    print("done", what, times, sep="\t")
    sys.stdin.readline()


def new_view(threshold: int):
    view = simple.CreateView("RenderView")
    view.ViewSize = [512, 512]
    view.RemoteRenderThreshold = threshold
    view.OrientationAxesVisibility = 0
    return view


def draw(what: str, source, representation: str, threshold: int) -> None:
    view = new_view(threshold)
    simple.Render(view)
    say("preparation")
    display = simple.Show(source, view, representationType=None)
    display.SetRepresentationType(representation)
    simple.ColorBy(display, ("POINTS", source.PointData[0].Name))
    simple.ResetCamera(view)
    simple.Render(view)
    say(f"{what}: first picture")
    for _ in range(MOVES):
        view.GetActiveCamera().Azimuth(7)
        simple.Render(view)
    say(f"{what}: camera move", MOVES)
    simple.Delete(view)


def main() -> None:
    port, model = sys.argv[1:]
    simple.Connect("localhost", int(port))
    reader = simple.OpenDataFile(model)
    original = simple.NeuralDecompress(Input=reader)
    original.UpdatePipeline()
    array = original.PointData[0]
    surface = simple.Contour(Input=original, ContourBy=["POINTS", array.Name])
    surface.Isosurfaces = [sum(array.GetRange()) / 2]
    surface.UpdatePipeline()
    draw("Neural Volume, drawn by the client", reader, "Neural Volume", LOCAL)
    draw("Neural Volume, drawn by the server", reader, "Neural Volume", REMOTE)
    draw("Volume of the original, drawn by the server", original, "Volume", REMOTE)
    draw("Contour of the original, drawn by the client", surface, "Surface", LOCAL)
    draw("Contour of the original, drawn by the server", surface, "Surface", REMOTE)
    size = original.GetDataInformation().GetMemorySize()
    print(f"the original has {size} KiB in memory", file=sys.stderr)


if __name__ == "__main__":
    main()
