# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""What views show beside and over volumes, several views together, and selecting in them."""

import os
import tempfile

import numpy as np
import scene
from pair import Pair
from paraview import simple
from skimage.io import imread


def test_annotations_lie_over_the_volume(model_path):
    pair = Pair(model_path)
    pair.set(OrientationAxesVisibility=1, OrientationAxesInteractivity=0)
    for view in pair.views:
        view.AxesGrid.Visibility = 1
        bar = simple.GetScalarBar(simple.GetColorTransferFunction("density"), view)
        bar.WindowLocation, bar.Position, bar.ScalarBarLength = "Any Location", [0.45, 0.3], 0.4
        bar.Visibility = 1
        text = simple.Show(simple.Text(Text="Volume"), view)
        text.WindowLocation, text.Position, text.FontSize = "Any Location", [0.3, 0.5], 20
    pair.require_alike(0.97)
    for view in pair.views:
        view.AxesGrid.Visibility = 0
    neural = pair.pictures()[1]
    pair.volumes[1].ScalarOpacityUnitDistance = 1e9  # transparent
    alone = pair.pictures()[1]
    written = (alone > 0.97).all(axis=-1)
    assert written.sum() > 50
    np.testing.assert_allclose(neural[written], alone[written], atol=0.05)


def test_views_side_by_side(model_path):
    pair = Pair(model_path)
    pair.add_surfaces()
    layout = simple.CreateLayout()
    for view in pair.views:
        simple.AssignViewToLayout(view=view, layout=layout)
    layout.SetSize(2 * scene.SIZE, scene.SIZE)
    path = os.path.join(tempfile.mkdtemp(), "views.png")
    simple.SaveScreenshot(path, layout, ImageResolution=[4 * scene.SIZE, 2 * scene.SIZE])
    both = imread(path)[::-1, :, :3] / 255
    half = both.shape[1] // 2 - 5  # there is a gap between views
    scene.require_alike(both[:, :half], both[:, -half:], 0.95)


def test_selecting_leaves_the_picture_as_it_was(model_path):
    pair = Pair(model_path)
    sphere = pair.add_sphere((0, 0, 0), 0.4, (0.2, 0.4, 1.0), 0.5)
    view = pair.views[1]
    simple.Render(view)  # the first time ParaView moves the camera
    before = scene.picture(view)
    everything = [0, 0, scene.SIZE - 1, scene.SIZE - 1]
    simple.SelectSurfacePoints(Rectangle=everything, View=view)
    selected = simple.ExtractSelection(Input=sphere)
    selected.UpdatePipeline()
    assert selected.GetDataInformation().GetNumberOfPoints() > 0
    simple.ClearSelection(sphere)
    np.testing.assert_array_equal(scene.picture(view), before)
