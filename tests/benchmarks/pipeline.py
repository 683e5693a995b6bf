# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""Bricks that ParaView's filters decode of a .nvol file, and their seconds.

Run by pvpython, with the plugin on PV_PLUGIN_PATH. Each turn opens the file anew. `lazy_s` is the
filter on the array that decodes itself, `decode_s` is decoding all, `filter_s` the filter on
what was decoded, and `ratio` is `lazy_s` to both together, turn by turn.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from paraview import simple
from timing import show

Make = Callable[[Any, list[str]], Any]  # from a source and its array to a filter


def centred(source: Any) -> tuple[Any, Any, Any]:
    """Low corner, middle and high corner of the bounds."""
    low, high = np.reshape(source.GetDataInformation().GetBounds(), (3, 2)).T
    return low, (low + high) / 2, high


def probe(source: Any, array: list[str]) -> Any:
    proxy = simple.ProbeLocation(Input=source, ProbeType="Fixed Radius Point Source")
    proxy.ProbeType.Center = list(centred(source)[1])
    return proxy


def line(source: Any, array: list[str]) -> Any:
    low, _, high = centred(source)
    ends = {"Point1": list(low), "Point2": list(high)}
    return simple.PlotOverLine(Input=source, SamplingPattern="Sample Uniformly", **ends)


def subset(source: Any, array: list[str]) -> Any:
    """A tenth of the samples along each axis, in the middle."""
    extent = np.reshape(source.GetDataInformation().GetExtent(), (3, 2))
    middle, half = extent.sum(axis=1) // 2, (extent[:, 1] - extent[:, 0]) // 20
    box = np.stack([middle - half, middle + half], axis=1)
    return simple.ExtractSubset(Input=source, VOI=[int(i) for i in box.ravel()])


def streams(source: Any, array: list[str]) -> Any:
    low, middle, high = centred(source)
    proxy = simple.StreamTracer(Input=source, Vectors=array, SeedType="Line")
    proxy.SeedType.Point1 = list(middle - (high - low) / 20)
    proxy.SeedType.Point2 = list(middle + (high - low) / 20)
    proxy.SeedType.Resolution = 20
    return proxy


def slice_along(axis: int) -> Make:
    def make(source: Any, array: list[str]) -> Any:
        proxy = simple.Slice(Input=source, SliceType="Plane")
        low, _, high = centred(source)
        proxy.SliceType.Origin = list(0.55 * low + 0.45 * high)  # not between two layers of bricks
        proxy.SliceType.Normal = [float(i == axis) for i in range(3)]
        return proxy

    return make


def at_middle(make: Any, values: str, **options: Any) -> Make:
    """A filter that takes a value in the middle of the range."""

    def with_value(source: Any, array: list[str]) -> Any:
        low, high = source.PointData[array[1]].GetRange(0)
        return make(Input=source, **options, **{values: (low + high) / 2})

    return with_value


def contour(source: Any, array: list[str]) -> Any:
    return at_middle(simple.Contour, "Isosurfaces", ContourBy=array)(source, array)


def clip(source: Any, array: list[str]) -> Any:
    return at_middle(simple.Clip, "Value", ClipType="Scalar", Scalars=array)(source, array)


def threshold(source: Any, array: list[str]) -> Any:
    return at_middle(simple.Threshold, "LowerThreshold", Scalars=array, UpperThreshold=1e30)(
        source, array
    )


def resampled(source: Any, array: list[str]) -> Any:
    return simple.ResampleToImage(Input=source, SamplingDimensions=[64, 64, 64])


def calculator(source: Any, array: list[str]) -> Any:
    return simple.Calculator(Input=source, Function=f'2*"{array[1]}"')


def histogram(source: Any, array: list[str]) -> Any:
    return simple.Histogram(Input=source, SelectInputArray=array)


def gradient(source: Any, array: list[str]) -> Any:
    return simple.Gradient(Input=source, ScalarArray=array)


class SlicePicture:
    """The representation Slice, as what is updated by drawing it."""

    def __init__(self, source: Any, array: list[str]) -> None:
        self.source = source
        self.view = simple.CreateView("RenderView")
        self.display = simple.Show(source, self.view, "UniformGridRepresentation")
        self.display.SetRepresentationType("Slice")
        self.display.Slice = source.GetDataInformation().GetExtent()[5] // 2
        simple.ColorBy(self.display, array)

    def UpdatePipeline(self) -> None:  # noqa: N802
        simple.Render(self.view)


FILTERS: dict[str, Make] = {
    "Probe": probe,
    "Plot Over Line": line,
    "Extract Subset": subset,
    "Stream Tracer": streams,
    "Slice representation": SlicePicture,
    "Slice x": slice_along(0),
    "Slice y": slice_along(1),
    "Slice z": slice_along(2),
    "Contour": contour,
    "Clip": clip,
    "Threshold": threshold,
    "Resample To Image": resampled,
    "Calculator": calculator,
    "Histogram": histogram,
    "Gradient": gradient,
}


def seconds_of(run: Callable[[], Any]) -> float:
    begin = time.perf_counter()
    run()
    return time.perf_counter() - begin


def opened(path: Path) -> tuple[Any, Any, float]:
    """A reader, its array and the seconds that opening took."""
    reader = simple.NeuralVolumeReader(FileName=[str(path)])
    seconds = seconds_of(reader.UpdatePipeline)
    image = reader.GetClientSideObject().GetOutputDataObject(0)
    return reader, image.GetPointData().GetArray(0), seconds


def applicable(path: Path, names: Sequence[str]) -> list[str]:
    """The filters that the file's array can go through."""
    components = opened(path)[1].GetNumberOfComponents()
    return [name for name in names if name != "Stream Tracer" or components == 3]


def turn(path: Path, make: Make, with_decoded: bool) -> dict[str, float]:
    """One turn of each contestant."""
    reader, values, opening = opened(path)
    array = ["POINTS", values.GetName()]
    lazy = make(reader, array)
    found = {"open_s": opening, "lazy_s": seconds_of(lazy.UpdatePipeline)}
    found |= {"bricks": values.GetNumberOfDecodedBricks(), "of": values.GetNumberOfBricks()}
    if with_decoded:
        decoded = simple.NeuralDecompress(Input=opened(path)[0])
        found["decode_s"] = seconds_of(decoded.UpdatePipeline)
        found["filter_s"] = seconds_of(make(decoded, array).UpdatePipeline)
        found["ratio"] = found["lazy_s"] / (found["decode_s"] + found["filter_s"])
    simple.ResetSession()
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("models", type=Path, nargs="+", help=".nvol files of one point array")
    parser.add_argument("--filters", nargs="+", choices=FILTERS, default=list(FILTERS))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only-lazy", action="store_true", help="where decoding all is too much")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    options = parser.parse_args()
    rows = []
    for path in options.models:
        for name in applicable(path, options.filters):
            make = FILTERS[name]
            turns = [turn(path, make, not options.only_lazy) for _ in range(options.rounds)]
            medians = {key: statistics.median(t[key] for t in turns) for key in turns[0]}
            share = 100 * medians["bricks"] / medians["of"]
            rows.append({"model": path.stem, "filter": name, **medians, "percent": share})
    show(rows, options.json)


if __name__ == "__main__":
    main()
