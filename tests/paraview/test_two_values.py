# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""Opacity by another array, and transfer functions of two values, against ParaView's Volume."""

import os

import numpy as np
import scene
from paraview import simple
from scene import both_pictures, require_alike

# ParaView's Volume takes no other unit distance for the opacities of another array.
SEPARATE = {
    "UseSeparateOpacityArray": 1,
    "OpacityArrayName": ["POINTS", "mirrored"],
    "ScalarOpacityUnitDistance": 1.0,
}


def boxes_of(low, high):
    """Two boxes of colour and opacity: x, y, width, height, red, green, blue, opacity."""
    width = high - low
    soft = [low + 0.1 * width, 0.0, 0.5 * width, 0.6, 1.0, 0.3, 0.1, 0.1]
    hard = [low + 0.5 * width, 0.1, 0.5 * width, 0.9, 0.1, 0.4, 1.0, 0.3]
    return [*soft, *hard]


def two_dimensional(second=None):
    """Classify "density" together with another array or, without one, its gradient."""

    def prepare(view, source):
        display = simple.GetDisplayProperties(source, view)
        low, high = source.PointData["density"].GetRange(0)
        function = display.TransferFunction2D
        function.OutputDimensions = [64, 64]
        function.Range = [low, high, 0, 1]
        function.Boxes = boxes_of(low, high)
        display.UseTransfer2D = 1
        display.UseGradientForTransfer2D = int(second is None)
        if second:
            display.ColorArray2Name = ["POINTS", second]

    return prepare


def difference(first, second):
    return np.abs(first - second).max()


def test_opacity_of_another_array(two_models_path):
    plain = both_pictures(two_models_path, ScalarOpacityUnitDistance=1.0)[1]
    for shade in (0, 1):
        pictures = both_pictures(two_models_path, Shade=shade, **SEPARATE)
        require_alike(*pictures, 0.98)
        assert difference(pictures[1], plain) > 0.1


def test_functions_of_two_values(two_models_path):
    plain = both_pictures(two_models_path)[1]
    drawn = []
    for second in (None, "mirrored"):
        pictures = both_pictures(two_models_path, two_dimensional(second))
        require_alike(*pictures, 0.98)
        assert difference(pictures[1], plain) > 0.1
        drawn.append(pictures[1])
    assert difference(*drawn) > 0.1


def test_an_edited_function_is_drawn_and_saved(two_models_path, tmp_path):
    source = simple.OpenDataFile(two_models_path)
    view = scene.new_view()
    display = scene.show_volume(source, view, "Neural Volume")
    scene.aim(view, source.GetDataInformation().GetBounds())
    two_dimensional("mirrored")(view, source)
    before = scene.picture(view)
    function = display.TransferFunction2D
    function.Boxes = list(function.Boxes)[:8]
    edited = scene.picture(view)
    assert difference(edited, before) > 0.1
    path = os.path.join(tmp_path, "state.pvsm")
    simple.SaveState(path)
    simple.ResetSession()
    simple.LoadState(path)
    np.testing.assert_array_equal(scene.picture(simple.GetActiveView()), edited)


def test_arrays_that_cannot_decide_the_opacity(two_models_path):
    reader = simple.OpenDataFile(two_models_path)
    doubled = simple.Calculator(Input=reader, Function="2*density", ResultArrayName="doubled")
    view = scene.new_view()
    display = scene.show_volume(doubled, view, "Neural Volume")
    scene.aim(view, reader.GetDataInformation().GetBounds())
    display.UseSeparateOpacityArray = 1
    for association, name, problem in (
        ("POINTS", "doubled", 'no model of the point array "doubled"'),
        ("CELLS", "doubled", "not both of points or both of cells"),
        ("POINTS", "absent", 'no point array "absent"'),
    ):
        display.OpacityArrayName = [association, name]
        assert np.abs(scene.picture(view) - view.Background).max() < 0.01
        assert scene.messages.take().count(problem) == 1
    display.UseSeparateOpacityArray = 0
    assert np.ptp(scene.picture(view)) > 0.3
