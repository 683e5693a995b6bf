# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""What the tests do in pvpython: scenes, pictures as arrays, and what ParaView complained of."""

import os
import tempfile
from contextlib import contextmanager

import numpy as np
from paraview import simple
from skimage.io import imsave
from skimage.metrics import structural_similarity
from vtkmodules.util.numpy_support import vtk_to_numpy
from vtkmodules.vtkCommonCore import vtkOutputWindow, vtkStringOutputWindow
from vtkmodules.vtkIOImage import vtkPNGReader
from vtkmodules.vtkRenderingCore import vtkWindowToImageFilter

SIZE = 240


class Messages:
    def __init__(self, window):
        self._window = window
        self._taken = 0

    def take(self):
        """Errors and warnings since the last call."""
        text = self._window.GetOutput() or ""
        new, self._taken = text[self._taken :], len(text)
        return new.strip()


@contextmanager
def collected_messages():
    """Collect VTK's errors and warnings instead of showing them."""
    global messages
    previous, window = vtkOutputWindow.GetInstance(), vtkStringOutputWindow()
    vtkOutputWindow.SetInstance(window)
    messages = Messages(window)
    try:
        yield messages
    finally:
        vtkOutputWindow.SetInstance(previous)


def new_view(size=SIZE, background=(0.2, 0.25, 0.3), **properties):
    view = simple.CreateView("RenderView")
    view.ViewSize = [size, size]
    view.UseColorPaletteForBackground = 0
    view.BackgroundColorMode = "Single Color"
    view.Background = background
    view.OrientationAxesVisibility = 0
    for name, value in properties.items():
        setattr(view, name, value)
    return view


def aim(view, bounds, direction=(0.9, -0.5, 0.4), zoom=1.0):
    """Look along -direction at the middle of bounds, from a distance that shows all of it."""
    low, high = np.reshape(bounds, (3, 2)).T
    centre, radius = (low + high) / 2, np.linalg.norm(high - low) / 2
    direction = np.array(direction) / np.linalg.norm(direction)
    view.CameraFocalPoint = list(centre)
    view.CameraPosition = list(centre + 3.8 * radius / zoom * direction)
    view.CameraViewUp = [0, 0, 1]
    view.CameraParallelScale = radius / zoom


def show_volume(source, view, representation, opacity=0.6, component=None, **properties):
    """Show the source's first array, with a map of its own over the array's range."""
    source.UpdatePipeline()
    association, data = "POINTS", source.PointData
    if len(data) == 0:
        association, data = "CELLS", source.CellData
    array = data[0]
    display = simple.Show(source, view)
    display.SetRepresentationType(representation)
    chosen = (association, array.Name) + ((component,) if component else ())
    simple.ColorBy(display, chosen)
    low, high = component_range(array, component)
    colours = simple.GetColorTransferFunction(array.Name)
    colours.RGBPoints = [low, 0.1, 0.2, 0.9, (low + high) / 2, 0.9, 0.8, 0.2, high, 0.9, 0.1, 0.1]
    opacities = simple.GetOpacityTransferFunction(array.Name)
    opacities.Points = [low, 0, 0.5, 0, low + 0.1 * (high - low), 0, 0.5, 0, high, opacity, 0.5, 0]
    display.ScalarOpacityUnitDistance = 2.0
    for name, value in properties.items():
        setattr(display, name, value)
    return display


def component_range(array, component):
    names = {"X": 0, "Y": 1, "Z": 2}
    if array.GetNumberOfComponents() == 1:
        return array.GetRange(0)
    return array.GetRange(names.get(component, -1))


def picture(view, size=None, **options):
    """Save a screenshot and read it back: (row, column, channel) in [0, 1], bottom row first."""
    path = os.path.join(tempfile.mkdtemp(), "picture.png")
    resolution = [size, size] if size else list(view.ViewSize)
    simple.SaveScreenshot(path, view, ImageResolution=resolution, **options)
    reader = vtkPNGReader()
    reader.SetFileName(path)
    reader.Update()
    return pixels(reader.GetOutput())


def pixels(image):
    columns, rows, _ = image.GetDimensions()
    return vtk_to_numpy(image.GetPointData().GetScalars()).reshape(rows, columns, -1) / 255.0


def ssim(first, second):
    return structural_similarity(first, second, win_size=7, data_range=1.0, channel_axis=2)


def require_alike(first, second, at_least):
    """SSIM at least so much, and something to see; otherwise both pictures are kept and named."""
    similarity = ssim(first[..., :3], second[..., :3])
    if similarity < at_least or np.ptp(second[..., :3]) < 0.3:
        folder = tempfile.mkdtemp(prefix="neuralvolume-")
        for name, image in (("first", first), ("second", second)):
            imsave(f"{folder}/{name}.png", (255 * image[::-1]).round().astype(np.uint8))
        raise AssertionError(f"SSIM is {similarity:.4f}, not {at_least}, or empty: see {folder}")


def decompressed(source):
    return simple.NeuralDecompress(Input=source)


def shown(window):
    """What a window shows, as `picture` gives it."""
    grabber = vtkWindowToImageFilter()
    grabber.SetInput(window)
    grabber.ShouldRerenderOff()
    grabber.ReadFrontBufferOff()
    grabber.Update()
    return pixels(grabber.GetOutput())


def both_pictures(
    model_path, prepare=lambda view, source: None, component=None, view_options=None, **properties
):
    """The same scene with ParaView's Volume of the decoded array, and with Neural Volume."""
    pictures = []
    for representation in ("Volume", "Neural Volume"):
        source = simple.OpenDataFile(model_path)
        if representation == "Volume":
            source = decompressed(source)
        view = new_view(**(view_options or {}))
        show_volume(source, view, representation, component=component, **properties)
        aim(view, source.GetDataInformation().GetBounds())
        prepare(view, source)
        pictures.append(picture(view))
    return pictures
