# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""Draw a model in each of the ways that Neural Volume offers: pvpython gallery.py MODEL FOLDER.

The plugin, which brings the package, comes by PV_PLUGIN_PATH.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from paraview import simple

SIZE = 400
DIRECTION = np.array([-0.75, 0.5, 0.35])  # from the volume to the camera
DISTANCE = 1.2  # of the camera, in diagonals
# position in the value range, then red, green and blue, or opacity
COLOURS = [(0.0, 0.2, 0.08, 0.07), (0.3, 0.55, 0.25, 0.2), (0.6, 0.95, 0.75, 0.65), (1, 1, 1, 1)]
SOLID = [(0.0, 0.0), (0.25, 0.0), (0.5, 0.5), (1.0, 0.6)]
FAINT = [(0.0, 0.0), (0.25, 0.0), (0.6, 0.03), (1.0, 0.05)]
FULL = [(0.0, 0.0), (1.0, 1.0)]

Bounds = np.ndarray[Any, Any]  # low and high corner


class Stage:
    """A view that shows the model."""

    def __init__(self, model: str) -> None:
        self.source = simple.OpenDataFile(model)
        self.source.UpdatePipeline()
        self.view = simple.CreateView("RenderView")
        self.view.ViewSize = [SIZE, SIZE]
        self.view.UseColorPaletteForBackground = 0
        self.view.BackgroundColorMode = "Single Color"
        self.view.Background = [0.08, 0.09, 0.11]
        self.view.OrientationAxesVisibility = 0
        self.view.AdditionalLights = []
        self.bounds = np.reshape(self.source.GetDataInformation().GetBounds(), (3, 2)).T
        self.display = self.show(self.source)
        self.colour(SOLID)
        self._aim()

    def show(self, source: Any) -> Any:
        """Show a source as a volume without a scalar bar."""
        source.UpdatePipeline()
        display = simple.Show(source, self.view)
        display.SetRepresentationType("Neural Volume")
        display.SetScalarBarVisibility(self.view, False)
        display.ScalarOpacityUnitDistance = 1.0
        display.Ambient, display.Diffuse, display.Specular = 0.25, 0.85, 0.25
        return display

    def colour(self, opacities: list[tuple[float, float]]) -> None:
        """Set colours and opacities over the array's range."""
        array = self.source.PointData[0]
        low, high = array.GetRange(0)

        def at(t: float) -> float:
            return float(low + t * (high - low))

        colours = simple.GetColorTransferFunction(array.Name)
        colours.RGBPoints = [x for t, *rgb in COLOURS for x in (at(t), *rgb)]
        opacity = simple.GetOpacityTransferFunction(array.Name)
        opacity.Points = [x for t, alpha in opacities for x in (at(t), alpha, 0.5, 0.0)]
        self.values = at

    def light(self) -> None:
        """Light from above, to the left of the camera, in place of that at the camera."""
        self.view.UseLight = 0
        light = simple.AddLight(self.view)
        light.Type = "Directional"
        light.Coords = "Scene"
        centre = self.bounds.mean(axis=0)
        light.Position = list(centre + 500.0 * np.array([-0.2, 0.55, 0.8]))
        light.FocalPoint = list(centre)

    def surface(self, opacity: float) -> None:
        """Add a ball in the middle."""
        centre, size = self.bounds.mean(axis=0), np.ptp(self.bounds, axis=0)
        ball = simple.Sphere(ThetaResolution=64, PhiResolution=64, Radius=0.26 * size.max())
        ball.Center = list(centre + size * (-0.22, 0.1, 0.05))
        display = simple.Show(ball, self.view)
        display.DiffuseColor = [0.3, 0.6, 0.9]
        display.Opacity = opacity

    def _aim(self) -> None:
        low, high = self.bounds
        direction = DIRECTION / np.linalg.norm(DIRECTION)
        self.view.CameraFocalPoint = list((low + high) / 2)
        distance = DISTANCE * np.linalg.norm(high - low)
        self.view.CameraPosition = list((low + high) / 2 + distance * direction)
        self.view.CameraViewUp = [0, 0, 1]


def composite(stage: Stage) -> None:
    """Add emission and absorption, as everything is set already."""


def shaded(stage: Stage) -> None:
    """Light the volume by its gradients."""
    stage.display.Shade = 1
    stage.light()


def single_shadow(stage: Stage) -> None:
    """Add one shadow for each ray."""
    shaded(stage)
    stage.display.Shadows = "Single"


def full_shadows(stage: Stage) -> None:
    """Add a shadow for each sample."""
    shaded(stage)
    stage.display.Shadows = "Full"


def path_tracing(stage: Stage) -> None:
    """Follow light that is scattered."""
    stage.light()
    stage.display.RenderingMethod = "Path Tracing"
    stage.display.SamplesPerPixel = 256


def isosurface(stage: Stage) -> None:
    """Draw one surface, opaque."""
    stage.colour(FULL)
    stage.light()
    stage.display.Shade = 1
    stage.display.BlendMode = "Isosurface"
    stage.display.IsosurfaceValues = [stage.values(0.45)]
    array = stage.source.PointData[0].Name
    simple.GetOpacityTransferFunction(array).Points = [0, 1, 0.5, 0, 1, 1, 0.5, 0]


def slice_plane(stage: Stage) -> None:
    """Cut the volume in two."""
    stage.colour(FULL)
    stage.display.BlendMode = "Slice"
    stage.display.SliceFunction = "Plane"
    stage.display.SliceFunction.Origin = list(stage.bounds.mean(axis=0))
    stage.display.SliceFunction.Normal = [-0.5, 0.3, 0.5]


def projection(name: str) -> Callable[[Stage], None]:
    """Project the values along each ray."""

    def draw(stage: Stage) -> None:
        stage.colour(FULL)
        stage.display.ScalarOpacityUnitDistance = 100.0  # what Additive divides by
        stage.display.IntensityProjection = name

    return draw


def cropped(stage: Stage) -> None:
    """Leave out a half."""
    shaded(stage)
    stage.display.UseCropping = 1
    stage.display.CroppingScale = [0.5, 1.0, 1.0]
    low, high = stage.bounds
    stage.display.CroppingOrigin = [float((high - low)[0] / 2), 0.0, 0.0]


def opaque_surface(stage: Stage) -> None:
    """Put a ball into a faint volume."""
    stage.colour(FAINT)
    stage.surface(1.0)


def translucent_surface(stage: Stage) -> None:
    """Put a translucent ball into the volume."""
    shaded(stage)
    stage.surface(0.4)


def two_dimensional(stage: Stage) -> None:
    """Show only where the value changes fast, in a colour of its own for high values."""
    shaded(stage)
    low, high = stage.values(0.0), stage.values(1.0)
    width = high - low
    function = stage.display.TransferFunction2D
    function.OutputDimensions = [128, 128]
    function.Range = [low, high, 0.0, 1.0]
    faint = [low + 0.3 * width, 0.1, 0.3 * width, 0.6, 0.95, 0.6, 0.4, 0.03]
    dense = [low + 0.62 * width, 0.05, 0.3 * width, 0.5, 0.5, 0.75, 1.0, 0.7]
    function.Boxes = [*faint, *dense]
    stage.display.UseTransfer2D = 1


PICTURES: dict[str, Callable[[Stage], None]] = {
    "composite": composite,
    "shaded": shaded,
    "shadow-single": single_shadow,
    "shadows-full": full_shadows,
    "path-tracing": path_tracing,
    "isosurface": isosurface,
    "slice": slice_plane,
    "maximum": projection("Maximum"),
    "average": projection("Average"),
    "additive": projection("Additive"),
    "cropped": cropped,
    "surface-opaque": opaque_surface,
    "surface-translucent": translucent_surface,
    "two-dimensional": two_dimensional,
}


def main(model: str, folder: str, *names: str) -> None:
    """Draw the pictures of these names, or all."""
    Path(folder).mkdir(parents=True, exist_ok=True)
    for name in names or PICTURES:
        stage = Stage(model)
        PICTURES[name](stage)
        path = str(Path(folder) / f"{name}.png")
        simple.SaveScreenshot(path, stage.view, ImageResolution=[SIZE, SIZE])
        simple.ResetSession()


if __name__ == "__main__":
    main(*sys.argv[1:])
