# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""Draw a volume and its model side by side in ParaView: pvpython pictures.py VOLUME MODEL PICTURE.

ParaView's own Volume representation draws the original, Neural Volume draws the model; camera,
colours and opacity are the same. The plugin, which brings the package, comes by PV_PLUGIN_PATH.
"""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
from paraview import simple
from vtkmodules.util.numpy_support import numpy_to_vtk
from vtkmodules.vtkCommonDataModel import vtkImageData

from neuralvolume import Model, io  # isort: skip  # the plugin is loaded by now

SIZE = 640
VIEW_DIRECTION = np.array([-0.8, 0.45, 0.45])
DISTANCE = 1.26  # of the camera, in diagonals
# position in the value range, then red, green and blue, or opacity
COLOURS = [
    (0.0, 0.2, 0.08, 0.07),
    (0.3, 0.55, 0.25, 0.2),
    (0.55, 0.9, 0.68, 0.58),
    (0.8, 1.0, 0.93, 0.88),
    (1.0, 1.0, 1.0, 1.0),
]
OPACITIES = [(0.0, 0.0), (0.2, 0.0), (0.7, 0.3), (1.0, 0.3)]


def read(path: str, name: str) -> Any:
    """Read the original as the package does, so that every format works; a pipeline source."""
    image = io.read(path)
    if isinstance(image, np.ndarray):
        values = numpy_to_vtk(image.reshape(-1, *image.shape[3:]), deep=True)
        values.SetName(name)
        image, dimensions = vtkImageData(), image.shape[2::-1]
        image.SetDimensions(dimensions)
        image.GetPointData().SetScalars(values)
    source = simple.TrivialProducer()
    source.GetClientSideObject().SetOutput(image)
    return source


def choose_colours(model: Model) -> None:
    """Set colours and opacities over the array's range, for both pictures."""
    low, high = np.transpose(model.ranges)
    low, high = (low[0], high[0]) if model.components == 1 else (0.0, np.linalg.norm(high))

    def at(t: float) -> float:
        return low + t * (high - low)

    colours = simple.GetColorTransferFunction(model.name)
    colours.RGBPoints = [x for t, *rgb in COLOURS for x in (at(t), *rgb)]
    opacities = simple.GetOpacityTransferFunction(model.name)
    opacities.Points = [x for t, alpha in OPACITIES for x in (at(t), alpha, 0.5, 0.0)]


def show(source: Any, model: Model, representation: str, caption: str) -> Any:
    """Show one of the two in a view of its own."""
    view = simple.CreateView("RenderView")
    view.UseColorPaletteForBackground = 0
    view.Background = [1, 1, 1]
    view.OrientationAxesVisibility = 0
    display = simple.Show(source, view)
    display.SetRepresentationType(representation)
    simple.ColorBy(display, (model.association.upper(), model.name))
    display.SetScalarBarVisibility(view, False)
    display.ScalarOpacityUnitDistance = min(model.geometry.spacing)
    text = simple.Show(simple.Text(Text=caption), view)
    text.Color = [0, 0, 0]
    text.FontSize = 14
    text.WindowLocation = "Lower Center"
    return view


def aim(view: Any, bounds: tuple[float, ...]) -> None:
    """Take the same camera for the same bounds."""
    low, high = np.reshape(bounds, (3, 2)).T
    centre, direction = (low + high) / 2, VIEW_DIRECTION / np.linalg.norm(VIEW_DIRECTION)
    view.CameraFocalPoint = list(centre)
    view.CameraPosition = list(centre + DISTANCE * np.linalg.norm(high - low) * direction)
    view.CameraViewUp = [0, 0, 1]


def main(volume: str, nvol: str, picture: str) -> None:
    """Read both, draw both, save one picture."""
    model = Model.load(nvol)
    original, neural = read(volume, model.name), simple.OpenDataFile(nvol)
    choose_colours(model)
    layout = simple.CreateLayout("side by side")
    layout.SplitHorizontal(0, 0.5)
    millions = model.original_bytes / 1e6, model.nbytes / 1e6
    captions = (
        f"Original volume, {millions[0]:.1f} MB",
        f"Neural volume, {millions[1]:.1f} MB: {model.ratio:.0f} times smaller",
    )
    views = (
        show(original, model, "Volume", captions[0]),
        show(neural, model, "Neural Volume", captions[1]),
    )
    for cell, view in enumerate(views, start=1):
        layout.AssignView(cell, view)
        aim(view, original.GetDataInformation().GetBounds())
    simple.SaveScreenshot(picture, layout, ImageResolution=(2 * SIZE, SIZE))


if __name__ == "__main__":
    main(*sys.argv[1:])
