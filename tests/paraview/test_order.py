# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""Several volumes in one view: what lies before what, and what they make where they overlap."""

import itertools

import numpy as np
import scene
from paraview import simple

GREEN, RED, BLUE = (0.2, 0.9, 0.3), (0.9, 0.2, 0.3), (0.2, 0.3, 0.9)
FOG = 0.02  # opacity of a unit of length


def middle_and_radius(source):
    low, high = np.reshape(source.GetDataInformation().GetBounds(), (3, 2)).T
    return (low + high) / 2, np.linalg.norm(high - low) / 2


def add_plane(view, source, shift, colour, opacity=0.5, size=1.0):
    """A plane across the view, unlit, so many radii of the volume before its middle.

    It covers a part of the volume, or with a larger size all of the view.
    """
    middle, radius = middle_and_radius(source)
    towards = np.array(view.CameraPosition) - middle
    towards /= np.linalg.norm(towards)
    right = np.cross(view.CameraViewUp, towards)
    right /= np.linalg.norm(right)
    up = np.cross(towards, right)
    corner = middle + radius * (shift * towards - 0.9 * size * right - 0.6 * size * up)
    plane = simple.Plane(
        Origin=list(corner),
        Point1=list(corner + 1.1 * size * radius * right),
        Point2=list(corner + 1.3 * size * radius * up),
    )
    display = simple.Show(plane, view)
    display.AmbientColor = display.DiffuseColor = colour
    display.Ambient, display.Diffuse, display.Opacity = 1.0, 0.0, opacity


def fog(view, source, colour, representation="Neural Volume", **properties):
    """The whole volume in one colour, equally dense everywhere."""
    source.UpdatePipeline()
    display = simple.Show(source, view)
    display.SetRepresentationType(representation)
    name = source.PointData[0].Name
    simple.ColorBy(display, ("POINTS", name), separate=True)
    colours = simple.GetColorTransferFunction(name, display, separate=True)
    colours.RGBPoints = [0.0, *colour, 1.0, *colour]
    opacities = simple.GetOpacityTransferFunction(name, display, separate=True)
    opacities.Points = [0.0, FOG, 0.5, 0.0, 1.0, FOG, 0.5, 0.0]
    display.ScalarOpacityUnitDistance = 1.0
    for key, value in properties.items():
        setattr(display, key, value)


def look_along_x(view, bounds):
    view.CameraParallelProjection = 1
    scene.aim(view, bounds, direction=(1.0, 0.0, 0.0), zoom=2.0)


def middle_of(picture):
    return picture[picture.shape[0] // 2, picture.shape[1] // 2, :3]


def through_fog(length, colour, behind):
    left = (1 - FOG) ** length
    return (1 - left) * np.array(colour) + left * np.array(behind)


def show_fogs(model_path, shown, shift, **options):
    """Two fogs, the second one shifted along x; shown: in this order, colours and representations.

    Returns the view, seen along x from above, and the ends of both fogs.
    """
    view = scene.new_view(UseFXAA=0, **options)
    for colour, representation in shown:
        source = simple.OpenDataFile(model_path)
        if representation == "Volume":
            source = scene.decompressed(source)
        place = [0.0, 0.0, 0.0] if colour == BLUE else [shift, 0.0, 0.0]
        fog(view, source, colour, representation, Position=place)
    bounds = np.array(source.GetDataInformation().GetBounds())
    ends = [bounds[:2].copy(), bounds[:2] + shift]
    bounds[:2] = np.min(ends), np.max(ends)
    look_along_x(view, bounds)
    return view, ends


def mixture(colour_ends, behind):
    """What light from behind becomes through fogs of (colour, (low, high)), the highest nearest."""
    cuts = sorted({float(end) for _, ends in colour_ends for end in ends})
    shown = np.array(behind)
    for low, high in itertools.pairwise(cuts):
        here = [colour for colour, ends in colour_ends if ends[0] <= low and high <= ends[1]]
        if here:
            shown = through_fog(len(here) * (high - low), np.mean(here, axis=0), shown)
    return shown


def test_neural_volumes(model_path):
    """Apart and overlapping, whatever the order in which they are added, seen from both sides."""
    neural = [(BLUE, "Neural Volume"), (RED, "Neural Volume")]
    for shift in (60.0, -60.0, 30.0, -5.0):
        pictures = []
        for shown in (neural, neural[::-1]):
            view, ends = show_fogs(model_path, shown, shift)
            pictures.append(scene.picture(view))
            expected = mixture([(BLUE, ends[0]), (RED, ends[1])], view.Background)
            np.testing.assert_allclose(middle_of(pictures[-1]), expected, atol=3 / 255)
        np.testing.assert_allclose(*pictures, atol=3 / 255)
        view.GetActiveCamera().Azimuth(180)
        mirrored = [(BLUE, -ends[0][::-1]), (RED, -ends[1][::-1])]
        expected = mixture(mirrored, view.Background)
        np.testing.assert_allclose(middle_of(scene.picture(view)), expected, atol=3 / 255)


def test_neural_beside_ordinary_volumes(model_path):
    shown = [(BLUE, "Volume"), (RED, "Neural Volume")]  # ParaView clips moved ordinary ones
    for order in (shown, shown[::-1]):
        for shift in (60.0, -60.0):
            view, ends = show_fogs(model_path, order, shift)
            expected = mixture([(BLUE, ends[0]), (RED, ends[1])], view.Background)
            np.testing.assert_allclose(middle_of(scene.picture(view)), expected, atol=6 / 255)


def test_neural_volumes_among_translucent_surfaces(model_path):
    neural = [(BLUE, "Neural Volume"), (RED, "Neural Volume")]
    between, amid_both, before_both = (60.0, 0.5), (20.0, 0.5), (20.0, 1.2)
    for shift, part in (between, amid_both, before_both):
        view, ends = show_fogs(model_path, neural, shift)
        source = simple.GetActiveSource()
        middle, radius = middle_and_radius(source)
        cut = float(np.min(ends) + part * np.ptp(ends))
        size = 10.0 if part > 1 else 1.0
        add_plane(view, source, (cut - middle[0]) / radius, GREEN, opacity=0.3, size=size)
        fogs = [(BLUE, ends[0]), (RED, ends[1])]
        lower = [(colour, np.minimum(end, cut)) for colour, end in fogs]
        upper = [(colour, np.maximum(end, cut)) for colour, end in fogs]
        expected = 0.3 * np.array(GREEN) + 0.7 * mixture(lower, view.Background)
        picture = scene.picture(view)
        np.testing.assert_allclose(
            picture[picture.shape[0] // 2, picture.shape[1] // 2 - 12],
            mixture(upper, expected),
            atol=4 / 255,
        )


def test_a_hidden_volume_leaves_the_other(model_path):
    """And so does one without a model to draw."""
    neural = [(BLUE, "Neural Volume"), (RED, "Neural Volume")]
    view, ends = show_fogs(model_path, neural, 20.0)
    scene.picture(view)
    first, second = simple.GetSources().values()
    for hidden, left, colour in ((first, second, RED), (second, first, BLUE)):
        simple.Hide(hidden, view)
        simple.Show(left, view)
        expected = mixture([(colour, ends[0])], view.Background)
        np.testing.assert_allclose(middle_of(scene.picture(view)), expected, atol=3 / 255)
