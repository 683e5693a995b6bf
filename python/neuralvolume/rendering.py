# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""Pictures of a model: a camera around it and colours that suit most scans."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neuralvolume import _core
from neuralvolume.model import Model

Matrix = NDArray[np.float64]

VIEW_ANGLE = 30.0  # degrees, of the shorter side of the picture
BACKGROUND = (0.08, 0.09, 0.11)
COLOURS = ((0.25, 0.10, 0.07), (0.72, 0.42, 0.30), (0.93, 0.80, 0.66), (1.0, 0.98, 0.94))
OPACITY = 0.5
ENTRIES = 256
UNIT_DISTANCES = 100
PREVIEW_SAMPLES = 64
MAGNITUDE = -1


@dataclass(frozen=True)
class Camera:
    """A perspective camera that looks at the middle of a volume, z upwards.

    Attributes
    ----------
    azimuth, elevation : float
        In degrees; the camera stands on the volume's +y side at 0, towards +x at 90, above at an
        elevation of 90.
    zoom : float
        At 1 the sphere around the volume fills the picture.
    """

    azimuth: float = 30.0
    elevation: float = 20.0
    zoom: float = 1.25

    def world_to_clip(self, center: Matrix, radius: float, aspect: float) -> Matrix:
        """4 x 4 matrix to homogeneous device coordinates, for a sphere to be looked at."""
        half_angle = math.radians(VIEW_ANGLE / 2)
        distance = radius / math.sin(half_angle)
        near, far = distance - 1.01 * radius, distance + 1.01 * radius
        view = np.eye(4)
        view[:3, :3] = self._axes()
        view[:3, 3] = -view[:3, :3] @ center - (0.0, 0.0, distance)
        focal = self.zoom / math.tan(half_angle)
        projection = np.zeros((4, 4))
        projection[0, 0] = focal / max(aspect, 1.0)
        projection[1, 1] = focal * min(aspect, 1.0)
        projection[2, 2:] = (near + far) / (near - far), 2 * near * far / (near - far)
        projection[3, 2] = -1.0
        return projection @ view

    def _axes(self) -> Matrix:
        """Right, up and backward in the world, as rows."""
        azimuth, elevation = math.radians(self.azimuth), math.radians(self.elevation)
        across = np.array([math.sin(azimuth), math.cos(azimuth), 0.0])
        up = np.array([0.0, 0.0, 1.0])
        backward = math.cos(elevation) * across + math.sin(elevation) * up
        raised = math.cos(elevation) * up - math.sin(elevation) * across
        return np.array([np.cross(raised, backward), raised, backward])


def render(
    model: Model,
    camera: Camera = Camera(),
    size: tuple[int, int] = (512, 512),
) -> NDArray[np.uint8]:
    """Draw a model straight from its network.

    Parameters
    ----------
    size : (width, height) in pixels

    Returns
    -------
    (height, width, 3) array, the top row first
    """
    return _over_background(_core.Renderer(model.core).render(**scene(model, camera, size)))


def scene(model: Model, camera: Camera, size: tuple[int, int]) -> dict[str, Any]:
    """What `_core.Renderer` draws a picture from: matrices, colours, opacities and steps."""
    to_world = unit_to_world(model)
    center = to_world[:3, :3] @ (0.5, 0.5, 0.5) + to_world[:3, 3]
    corners = np.array(np.meshgrid(*[(-0.5, 0.5)] * 3)).reshape(3, -1)
    radius = float(np.linalg.norm(to_world[:3, :3] @ corners, axis=0).max())
    to_clip = camera.world_to_clip(center, radius, size[0] / size[1])
    entries, bounds = default_colours(model)
    return {
        "clip_to_unit": np.linalg.inv(to_clip @ to_world),
        "unit_to_world": to_world[:3, :3],
        "size": size,
        "entries": entries,
        "minimum": bounds[0],
        "maximum": bounds[1],
        "sample_distance": float(np.abs(model.geometry.spacing).min()),
        "opacity_unit_distance": 2 * radius / UNIT_DISTANCES,
        "component": 0 if model.components == 1 else MAGNITUDE,
        "jitter": True,
    }


def unit_to_world(model: Model) -> Matrix:
    """4 x 4 matrix from the unit cube, sample i of n at (i + 0.5) / n, to the world."""
    geometry = model.geometry
    axes = np.reshape(geometry.direction, (3, 3)) * np.asarray(geometry.spacing)
    first = np.asarray(geometry.extent[::2], float)
    offset = first - 0.5 if model.association == "points" else first
    matrix = np.eye(4)
    matrix[:3, :3] = axes * np.asarray(model.dimensions)
    matrix[:3, 3] = np.asarray(geometry.origin) + axes @ offset
    return matrix


def default_colours(model: Model) -> tuple[NDArray[np.float32], tuple[float, float]]:
    """Colours and opacities (entries, 4), and the values of the first and the last.

    The background, by Otsu's threshold, is transparent.
    """
    stride = max(1, max(model.dimensions) // PREVIEW_SAMPLES)
    values = model.decode(stride=stride).astype(np.float64)
    if model.components > 1:
        values = np.linalg.norm(values, axis=-1)
    values = values[np.isfinite(values)]
    low, high = float(values.min(initial=math.inf)), float(values.max(initial=-math.inf))
    if not low < high:
        low, high = 0.0, 1.0
    threshold = otsu_threshold(values, low, high)
    ramp = np.linspace(0.0, 1.0, ENTRIES)
    begin = (threshold - low) / (high - low)
    visible = np.clip((ramp - begin) / max(1.0 - begin, 1e-6), 0.0, 1.0)
    stops = np.linspace(0.0, 1.0, len(COLOURS))
    channels = [np.interp(visible, stops, channel) for channel in zip(*COLOURS, strict=True)]
    return np.stack([*channels, OPACITY * visible], axis=1).astype(np.float32), (low, high)


def otsu_threshold(values: NDArray[Any], low: float, high: float) -> float:
    """The value that divides the histogram into the two most distinct classes (Otsu 1979)."""
    counts, edges = np.histogram(values, bins=ENTRIES, range=(low, high))
    centers = (edges[1:] + edges[:-1]) / 2
    below, total = np.cumsum(counts), counts.sum()
    sum_below = np.cumsum(counts * centers)
    above = total - below
    with np.errstate(divide="ignore", invalid="ignore"):
        gap = sum_below / below - (sum_below[-1] - sum_below) / above
        variance = np.nan_to_num(below * above * gap**2)
    best = np.flatnonzero(variance >= variance.max() * (1 - 1e-9))
    return float(edges[1 + best].mean())


def _over_background(pixels: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Premultiplied RGBA, the bottom row first, over the background."""
    colour = pixels[::-1, :, :3] + (1.0 - pixels[::-1, :, 3:]) * np.array(BACKGROUND)
    return np.round(np.clip(colour, 0.0, 1.0) * 255).astype(np.uint8)
