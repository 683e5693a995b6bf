# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""Where the camera stands and which values are background."""

import numpy as np
import pytest
from neuralvolume.rendering import Camera, otsu_threshold


def project(camera, point, aspect=1.0, center=(0.0, 0.0, 0.0), radius=1.0):
    matrix = camera.world_to_clip(np.array(center), radius, aspect)
    clip = matrix @ (*point, 1.0)
    return clip[:3] / clip[3]


@pytest.mark.parametrize("azimuth", [0, 30, 200])
@pytest.mark.parametrize("elevation", [-60, 0, 45])
def test_center_is_in_the_middle_and_z_points_up(azimuth, elevation):
    camera = Camera(azimuth, elevation)
    x, y, z = project(camera, (5, 6, 7), center=(5, 6, 7))
    assert (x, y) == pytest.approx((0, 0))
    assert -1 < z < 1
    top = project(camera, (0, 0, 0.5))
    assert top[0] == pytest.approx(0)
    assert top[1] > 0


@pytest.mark.parametrize(
    ("azimuth", "elevation", "nearest"),
    [(0, 0, (0, 1, 0)), (90, 0, (1, 0, 0)), (180, 0, (0, -1, 0)), (0, 90, (0, 0, 1))],
)
def test_camera_stands_where_its_angles_say(azimuth, elevation, nearest):
    camera, point = Camera(azimuth, elevation), np.array(nearest)
    assert project(camera, point)[2] < project(camera, -point)[2]
    assert project(camera, point)[:2] == pytest.approx((0, 0))


@pytest.mark.parametrize("aspect", [0.5, 1.0, 2.0])
def test_sphere_fills_the_shorter_side(aspect):
    rng = np.random.default_rng(0)
    points = rng.normal(size=(4000, 3))
    points /= np.linalg.norm(points, axis=1, keepdims=True)
    seen = np.array([project(Camera(zoom=1.0), point, aspect) for point in points])
    extent = np.abs(seen).max(axis=0)
    assert np.all(extent <= 1 + 1e-9)
    shorter = 0 if aspect < 1 else 1
    assert extent[shorter] > 0.97


def test_zoom_magnifies():
    x, y, _ = project(Camera(0, 0, 1), (0.3, 0, 0.2))
    assert project(Camera(0, 0, 2), (0.3, 0, 0.2))[:2] == pytest.approx((2 * x, 2 * y))


def test_threshold_lies_between_two_classes():
    rng = np.random.default_rng(0)
    values = np.concatenate([rng.normal(10, 2, 5000), rng.normal(80, 5, 2000)])
    assert 20 < otsu_threshold(values, values.min(), values.max()) < 65
