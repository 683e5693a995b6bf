# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""Volumes among translucent surfaces: against a closed form, and against ParaView's own Volume."""

import itertools

import numpy as np
import scene
from pair import Pair, add_plane
from paraview import simple

FOG = np.array([0.2, 0.5, 0.9])
FOG_OPACITY = 0.04  # of a unit of length
BACKGROUND = np.array([0.3, 0.2, 0.1])


def blend(planes, half):
    """What is seen along the axis of a box of fog with planes across it, from back to front."""
    colour, place = BACKGROUND, -half
    for depth, plane, opacity in [*sorted(planes, key=lambda entry: entry[0]), (np.inf, FOG, 0.0)]:
        through = (1 - FOG_OPACITY) ** (np.clip(depth, place, half) - place)
        colour = through * colour + (1 - through) * FOG
        colour = opacity * np.array(plane) + (1 - opacity) * colour
        place = np.clip(depth, place, half)
    return colour


def show_fog(model_path, view):
    """A model as a box of homogeneous fog, its middle, and half its length along y."""
    source = simple.OpenDataFile(model_path)
    display = scene.show_volume(source, view, "Neural Volume", ScalarOpacityUnitDistance=1.0)
    low, high = source.PointData[0].GetRange(0)
    display.LookupTable.RGBPoints = [low, *FOG, high, *FOG]
    display.ScalarOpacityFunction.Points = [low, FOG_OPACITY, 0.5, 0, high, FOG_OPACITY, 0.5, 0]
    corners = np.reshape(source.GetDataInformation().GetBounds(), (3, 2))
    return corners.mean(axis=1), (corners[1, 1] - corners[1, 0]) / 2


def test_fog_and_planes_blend_as_the_closed_form_says(model_path):
    view = scene.new_view(101, BACKGROUND, CameraParallelProjection=1, UseFXAA=0)
    middle, half = show_fog(model_path, view)
    towards = np.array([0.0, -1.0, 0.0])
    view.CameraFocalPoint, view.CameraPosition = list(middle), list(middle + 8 * half * towards)
    view.CameraViewUp, view.CameraParallelScale = [0, 0, 1], half / 2
    red, green, white = (0.9, 0.1, 0.1), (0.1, 0.8, 0.2), (1.0, 1.0, 1.0)
    for planes in (
        [],
        [(1.3, red, 0.5)],
        [(0.4, red, 0.5)],
        [(-0.7, red, 0.5)],
        [(-1.2, red, 0.5)],
        [(1.3, red, 0.3), (0.6, green, 0.4), (-0.5, white, 0.2), (-1.4, green, 0.6)],
        [(0.8, red, 0.3), (0.4, green, 0.3), (0.0, white, 0.3), (-0.4, red, 0.3), (-0.8, white, 1)],
    ):
        planes = [(depth * half, colour, opacity) for depth, colour, opacity in planes]
        shown = [add_plane(view, *plane, middle, towards, 4 * half) for plane in planes]
        seen = scene.picture(view)[40:60, 40:60, :3]
        np.testing.assert_allclose(
            seen - blend(planes, half), np.zeros_like(seen), atol=3.5 / 255, err_msg=str(planes)
        )
        for plane in shown:
            simple.Delete(plane)


def test_a_translucent_plane_before_in_and_behind(model_path):
    seen = []
    for depth in (1.1, 0.1, -0.3, -1.1):
        pair = Pair(model_path)
        pair.add_plane(depth)
        seen.append(pair.require_alike(0.98)[1])
        pair.set(CameraParallelProjection=1)
        pair.require_alike(0.98)
    for first, second in itertools.pairwise(seen):
        assert np.abs(first - second).max() > 0.1


def test_many_surfaces_however_they_are_drawn(model_path):
    pair = Pair(model_path)
    pair.add_surfaces()
    plain = pair.require_alike(0.97)
    peels = pair.views[0].MaximumNumberOfPeels
    for options in (
        {"UseFXAA": 1},
        {"UseFXAA": 0, "MultiSamples": 8},
        {"MultiSamples": 0, "UseAmbientOcclusion": 1},
        {"UseAmbientOcclusion": 0, "MaximumNumberOfPeels": 1},
        {"MaximumNumberOfPeels": peels, "DepthPeelingForVolumes": 0},
        {"DepthPeeling": 0},
        {"DepthPeeling": 1, "DepthPeelingForVolumes": 1, "OrientationAxesVisibility": 1},
    ):
        pair.set(**options)
        pair.require_alike(0.95)
    pair.set(OrientationAxesVisibility=0)
    for view in pair.views:
        window = view.GetRenderWindow()
        window.SetDesiredUpdateRate(5.0)
        view.GetActiveCamera().Azimuth(1e-3)
        window.Render()
    moving = [scene.shown(view.GetRenderWindow())[..., :3] for view in pair.views]
    scene.require_alike(*moving, 0.9)
    large = pair.require_alike(0.97, size=3 * scene.SIZE)
    scene.require_alike(large[1][1::3, 1::3], plain[1], 0.9)
    for stereo in ("Red-Blue", "Interlaced", "SplitViewportHorizontal"):
        pair.set(StereoRender=1, StereoType=stereo)
        pair.require_alike(0.95)
    pair.set(StereoRender=0)
    pair.require_alike(0.97)
    for volume in pair.volumes:
        volume.UseCropping = 1
        volume.CroppingOrigin, volume.CroppingScale = [4.0, 0.0, 10.0], [0.5, 0.7, 0.8]
    cropped = pair.require_alike(0.97)
    assert np.abs(cropped[1] - plain[1]).max() > 0.1
