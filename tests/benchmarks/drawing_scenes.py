# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""Windows in which one volume is drawn, by this project or by VTK."""

from __future__ import annotations

import shutil
import site
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import vtkmodules.vtkRenderingVolumeOpenGL2  # noqa: F401  # the GPU mapper
from neuralvolume_vtk.vtkNeuralVolumeRendering import vtkNeuralVolumeMapper
from numpy.typing import NDArray
from vtkmodules.util.numpy_support import vtk_to_numpy
from vtkmodules.vtkCommonDataModel import vtkImageData, vtkPiecewiseFunction
from vtkmodules.vtkRenderingCore import (
    vtkColorTransferFunction,
    vtkRenderer,
    vtkRenderWindow,
    vtkVolume,
    vtkVolumeProperty,
    vtkWindowToImageFilter,
)
from vtkmodules.vtkRenderingVolume import vtkFixedPointVolumeRayCastMapper, vtkVolumeMapper
from vtkmodules.vtkRenderingVolumeOpenGL2 import vtkOpenGLGPUVolumeRayCastMapper

EDGE = 512
STILL_RATE, MOVING_RATE = 0.002, 15.0  # pictures a second that a window asks for
COLOURS = ((0.25, 0.1, 0.07), (0.72, 0.42, 0.3), (0.93, 0.8, 0.66), (1.0, 0.98, 0.94))

Map = Sequence[tuple[float, float]]  # values and opacities over a unit distance


def opacity_maps(values: NDArray[Any]) -> dict[str, Map]:
    """A sparse one, of the highest sixth of the values, and a dense one, where all are seen."""
    low, high = float(values.min()), float(values.max())
    threshold = float(np.quantile(values.ravel()[:: max(1, values.size // 1_000_000)], 5 / 6))
    threshold = min(max(threshold, low + 0.02 * (high - low)), high - 0.1 * (high - low))
    sparse = [(low, 0.0), (threshold, 0.0), ((threshold + high) / 2, 0.4), (high, 0.8)]
    return {"sparse": sparse, "dense": [(low, 0.001), (high, 0.03)]}


def make_property(opacities: Map, unit_distance: float, shade: bool) -> vtkVolumeProperty:
    low, high = opacities[0][0], opacities[-1][0]
    opacity, colour = vtkPiecewiseFunction(), vtkColorTransferFunction()
    for value, alpha in opacities:
        opacity.AddPoint(value, alpha)
    for value, rgb in zip(np.linspace(low, high, len(COLOURS)), COLOURS, strict=True):
        colour.AddRGBPoint(value, *rgb)
    result = vtkVolumeProperty()
    result.SetScalarOpacity(opacity)
    result.SetColor(colour)
    result.SetScalarOpacityUnitDistance(unit_distance)
    result.SetInterpolationTypeToLinear()
    result.SetShade(shade)
    return result


def fixed_point_mapper(step: float) -> vtkVolumeMapper:
    mapper = vtkFixedPointVolumeRayCastMapper()
    mapper.AutoAdjustSampleDistancesOff()
    mapper.SetSampleDistance(step)
    mapper.SetInteractiveSampleDistance(step)
    mapper.SetImageSampleDistance(1.0)
    return mapper


def gpu_mapper(step: float) -> vtkVolumeMapper:
    mapper = vtkOpenGLGPUVolumeRayCastMapper()
    mapper.AutoAdjustSampleDistancesOff()
    mapper.SetSampleDistance(step)
    return mapper


def neural_mapper(step: float) -> vtkVolumeMapper:
    """Its steps are a sample long by themselves."""
    return vtkNeuralVolumeMapper()


def similarity(first: NDArray[Any], second: NDArray[Any]) -> float:
    """SSIM of two pictures, by scikit-image of the environment that has the command line."""
    command = Path(shutil.which("neuralvolume") or "")
    site.addsitedir(str(next(command.parents[1].glob("lib/*/site-packages"))))
    from skimage.metrics import structural_similarity

    return float(structural_similarity(first, second, channel_axis=2, data_range=1.0))


class Stage:
    """A window that shows one volume."""

    def __init__(
        self, image: vtkImageData, array: str, mapper: vtkVolumeMapper, prop: vtkVolumeProperty
    ) -> None:
        mapper.SetInputDataObject(image)
        mapper.SetScalarModeToUsePointFieldData()
        mapper.SelectScalarArray(array)
        volume = vtkVolume()
        volume.SetMapper(mapper)
        volume.SetProperty(prop)
        self._renderer = vtkRenderer()
        self._renderer.SetBackground(0.08, 0.09, 0.11)
        self._renderer.AddViewProp(volume)
        self.window = vtkRenderWindow()
        self.window.SetSize(EDGE, EDGE)
        self.window.SetMultiSamples(0)
        self.window.AddRenderer(self._renderer)
        self._renderer.ResetCamera()
        camera = self._renderer.GetActiveCamera()
        camera.Elevation(-70)
        camera.Azimuth(25)
        camera.OrthogonalizeViewUp()
        camera.Zoom(1.4)
        self.set_rate(STILL_RATE)

    def set_rate(self, rate: float) -> None:
        self.window.SetDesiredUpdateRate(rate)

    def turn(self, degrees: float) -> None:
        self._renderer.GetActiveCamera().Azimuth(degrees)
        self._renderer.ResetCameraClippingRange()

    def draw(self) -> float:
        """Seconds that a picture takes."""
        begin = time.perf_counter()
        self.window.Render()
        self.window.WaitForCompletion()
        return time.perf_counter() - begin

    def close(self) -> None:
        self.window.Finalize()

    def picture(self) -> NDArray[np.float64]:
        grabber = vtkWindowToImageFilter()
        grabber.SetInput(self.window)
        grabber.ShouldRerenderOff()
        grabber.ReadFrontBufferOff()
        grabber.Update()
        scalars = grabber.GetOutput().GetPointData().GetScalars()
        return vtk_to_numpy(scalars).reshape(EDGE, EDGE, 3) / 255.0
