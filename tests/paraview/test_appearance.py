# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""Blend modes, light, shadows and paths of light, against ParaView's own Volume if it can."""

import os

import numpy as np
import scene
from paraview import simple
from scene import both_pictures

ALIKE = 0.97
ISOSURFACES = {"BlendMode": "Isosurface", "IsosurfaceValues": [0.3, 0.7]}
UNLIT = {"UseLight": 0, "background": (0, 0, 0)}


def shown(model_path, prepare=lambda view, display: None, view_options=None, **properties):
    """A picture of a neural volume."""
    source = simple.OpenDataFile(model_path)
    view = scene.new_view(**(view_options or {}))
    display = scene.show_volume(source, view, "Neural Volume", **properties)
    scene.aim(view, source.GetDataInformation().GetBounds())
    prepare(view, display)
    return scene.picture(view)


def difference(first, second):
    return np.abs(first - second).max()


def cut(view, source):
    """Put the slice aslant through the middle of the largest blob."""
    plane = simple.GetDisplayProperties(source, view).SliceFunction
    low, high = np.reshape(source.GetDataInformation().GetBounds(), (3, 2)).T
    plane.Origin, plane.Normal = list((low + high) / 2 + (1, 0, 0)), [1.0, -0.5, 0.3]


def test_blend_modes(model_path):
    composite = shown(model_path)
    for blend_mode in (1, 2, 3, 4):  # maximum, minimum, average, additive: not in ParaView's panel
        pictures = both_pictures(model_path, BlendMode=blend_mode, opacity=1.0)
        if blend_mode == 2:  # of a background of zero
            np.testing.assert_allclose(*pictures, atol=2 / 255)
        else:
            assert scene.ssim(*pictures) > 0.99
        projected = shown(model_path, IntensityProjection=blend_mode, opacity=1.0)
        np.testing.assert_array_equal(projected, pictures[1])
        assert difference(projected, composite) > 0.1
        other = shown(model_path, IntensityProjection=blend_mode, **ISOSURFACES)
        np.testing.assert_array_equal(other, shown(model_path, **ISOSURFACES))
    for shade in (0, 1):
        scene.require_alike(*both_pictures(model_path, Shade=shade, **ISOSURFACES), ALIKE)
        pictures = both_pictures(model_path, cut, BlendMode="Slice", Shade=shade, opacity=1.0)
        scene.require_alike(*pictures, ALIKE)
        assert difference(pictures[1], composite) > 0.1


def test_shading(model_path):
    flat = shown(model_path)
    for properties in (
        {},
        {"Diffuse": 0.3, "Specular": 0.8, "SpecularPower": 10.0},
        {"Orientation": [20.0, 35.0, -50.0], "Scale": [0.6, 0.6, 0.6]},
    ):
        pictures = both_pictures(model_path, Shade=1, **properties)
        scene.require_alike(*pictures, ALIKE)
        assert difference(pictures[1], flat) > 0.05
    unlit = shown(model_path, Shade=1, Ambient=1.0, view_options=UNLIT)
    np.testing.assert_array_equal(unlit, shown(model_path, view_options=UNLIT))

    def redden(view, source):
        light = simple.AddLight(view)
        light.Coords, light.DiffuseColor, light.Intensity = "Scene", [1.0, 0.0, 0.0], 0.7
        light.Position, light.FocalPoint = [1.0, 0.2, 0.1], [0.0, 0.0, 0.0]

    pictures = both_pictures(model_path, redden, Shade=1)
    scene.require_alike(*pictures, ALIKE)
    assert difference(pictures[1], both_pictures(model_path, Shade=1)[1]) > 0.1


def test_shadows_darken_what_is_shaded(model_path):
    shade = {"opacity": 1.0, "view_options": {"background": (0, 0, 0)}}
    none, single, full = (
        shown(model_path, Shade=1, Shadows=kind, **shade) for kind in ("None", "Single", "Full")
    )
    for shadowed in (single, full):
        assert np.all(shadowed <= none + 2 / 255)
        assert shadowed.mean() < 0.95 * none.mean()
    assert difference(single, full) > 0.05
    unshaded = shown(model_path, Shade=0, Shadows="Full", **shade)
    np.testing.assert_array_equal(unshaded, shown(model_path, **shade))


def test_white_fog_in_white_light_is_as_bright_as_it_is_opaque(model_path):
    """Nothing is lost where all light is scattered, and as much comes from everywhere."""

    def whiten(view, display):
        low, high = display.LookupTable.RGBPoints[0], display.LookupTable.RGBPoints[-4]
        display.LookupTable.RGBPoints = [low, 1, 1, 1, high, 1, 1, 1]

    dark = {"opacity": 0.1, "view_options": UNLIT}
    marched = shown(model_path, whiten, **dark)
    traced = shown(
        model_path,
        whiten,
        RenderingMethod="Path Tracing",
        EnvironmentLight=1.0,
        SamplesPerPixel=256,
        **dark,
    )
    assert marched.max() > 0.3
    bright = marched > 0.1
    np.testing.assert_allclose(traced[bright].mean(), marched[bright].mean(), rtol=0.02)


def test_path_tracing(model_path):
    traced = {"RenderingMethod": "Path Tracing", "SamplesPerPixel": 4}
    first = shown(model_path, **traced)
    np.testing.assert_array_equal(shown(model_path, **traced), first)
    darker = shown(model_path, EnvironmentLight=0.0, **traced)
    assert darker[..., :3].mean() < first[..., :3].mean()
    forwards = shown(model_path, VolumeAnisotropy=1.0, **traced)
    assert difference(forwards, first) > 0.1


def test_state_brings_appearances_back(model_path, tmp_path):
    looks = (
        {"RenderingMethod": "Path Tracing", "SamplesPerPixel": 2, "EnvironmentLight": 0.7},
        {"Shade": 1, "Specular": 0.5, "Ambient": 0.2, "Shadows": "Full", "SamplingRate": 2.0},
        {"IntensityProjection": "Maximum"},
        ISOSURFACES,
        {"BlendMode": "Slice"},
    )
    source = simple.OpenDataFile(model_path)
    view = scene.new_view()
    display = scene.show_volume(source, view, "Neural Volume")
    scene.aim(view, source.GetDataInformation().GetBounds())
    plain = {"Shade": 0, "IntensityProjection": "None", "RenderingMethod": "Ray Marching"}
    for look in looks:
        for name, value in (plain | look).items():
            setattr(display, name, value)
        cut(view, source)
        before = scene.picture(view)
        path = os.path.join(tmp_path, "state.pvsm")
        simple.SaveState(path)
        simple.ResetSession()
        simple.LoadState(path)
        view, source = simple.GetActiveView(), next(iter(simple.GetSources().values()))
        display = simple.GetDisplayProperties(source, view)
        np.testing.assert_array_equal(scene.picture(view), before, str(look))
