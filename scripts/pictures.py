# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""Draw a volume and its model side by side in ParaView: pvpython pictures.py VOLUME MODEL PICTURE.

ParaView's own Volume representation draws the original, Neural Volume draws the model; camera, colours and
opacity are the same. The plugin comes by PV_PLUGIN_PATH.
"""

import os
import sys

import numpy as np
from paraview import simple

SIZE = 640
VIEW_DIRECTION = np.array([-0.8, 0.45, 0.45])
# position in the value range, then red, green and blue, or opacity
COLOURS = [(0.0, 0.25, 0.12, 0.1), (0.35, 0.65, 0.35, 0.3), (0.6, 0.95, 0.8, 0.72), (1.0, 1.0, 1.0, 1.0)]
OPACITIES = [(0.0, 0.0), (0.25, 0.0), (0.45, 0.5), (1.0, 0.5)]


def original_source(path):
    """Return a pipeline source of the volume as the package reads it, so that every format works."""
    from neuralvolume.io import read_volume

    source = simple.TrivialProducer()
    source.GetClientSideObject().SetOutput(read_volume(path))
    return source


def show(view, source, representation, caption):
    display = simple.Show(source, view)
    display.SetRepresentationType(representation)
    array = source.PointData[0]
    simple.ColorBy(display, ("POINTS", array.Name))
    display.ScalarOpacityUnitDistance = min(spacing_of(source))
    low, high = array.GetRange(-1 if array.GetNumberOfComponents() > 1 else 0)
    colours = simple.GetColorTransferFunction(array.Name)
    colours.RGBPoints = [x for t, *rgb in COLOURS for x in (low + t * (high - low), *rgb)]
    opacities = simple.GetOpacityTransferFunction(array.Name)
    opacities.Points = [x for t, alpha in OPACITIES for x in (low + t * (high - low), alpha, 0.5, 0.0)]
    text = simple.Show(simple.Text(Text=caption), view)
    text.Color = [0, 0, 0]
    text.WindowLocation = "Lower Center"
    text.FontSize = 18


def spacing_of(source):
    extent = np.reshape(source.GetDataInformation().GetExtent(), (3, 2))
    bounds = np.reshape(source.GetDataInformation().GetBounds(), (3, 2))
    cells = np.maximum(extent[:, 1] - extent[:, 0], 1)
    widths = (bounds[:, 1] - bounds[:, 0]) / cells
    return widths[widths > 0]


def new_view():
    view = simple.CreateView("RenderView")
    view.UseColorPaletteForBackground = 0
    view.Background = [1, 1, 1]
    view.OrientationAxesVisibility = 0
    return view


def aim(view, bounds):
    low, high = np.reshape(bounds, (3, 2)).T
    centre, diagonal = (low + high) / 2, np.linalg.norm(high - low)
    view.CameraFocalPoint = list(centre)
    view.CameraPosition = list(centre + 1.45 * diagonal * VIEW_DIRECTION / np.linalg.norm(VIEW_DIRECTION))
    view.CameraViewUp = [0, 0, 1]


def main(volume, model, picture):
    original, neural = original_source(volume), simple.OpenDataFile(model)
    layout = simple.CreateLayout("side by side")
    sources = ((original, "Volume", volume), (neural, "Neural Volume", model))
    for hint, (source, representation, path) in enumerate(sources):
        source.UpdatePipeline()
        view = new_view()
        layout.AssignView(hint, view)
        megabytes = os.path.getsize(path) / 1e6
        show(view, source, representation, f"{representation}: {megabytes:.2f} MB")
        aim(view, original.GetDataInformation().GetBounds())
        if hint == 0:
            layout.SplitHorizontal(0, 0.5)
    simple.SaveScreenshot(picture, layout, ImageResolution=(2 * SIZE, SIZE))


if __name__ == "__main__":
    main(*sys.argv[1:])
