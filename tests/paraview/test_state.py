# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""State files and traces bring back pipelines and their pictures."""

import os

import numpy as np
import scene
from paraview import simple


def show_both(model_path):
    """A file and a compressed array, with maps, a transform and a camera of their own."""
    reader = simple.OpenDataFile(model_path)
    wavelet = simple.Wavelet(WholeExtent=[-10, 10, -10, 10, -10, 10])
    compressed = simple.NeuralCompress(Input=wavelet, Steps=200, Seed=5)
    view = scene.new_view()
    simple.SetActiveView(view)
    cropped = {"UseCropping": 1, "CroppingOrigin": [3, 0, 0], "CroppingScale": [0.7, 1, 1]}
    scene.show_volume(reader, view, "Neural Volume", opacity=0.9, **cropped)
    display = scene.show_volume(compressed, view, "Neural Volume", opacity=0.4)
    display.Position = [30.0, 10.0, 60.0]
    scene.aim(view, (0, 60, -15, 40, 0, 80), direction=(0.4, -0.9, 0.3))
    return view


def require_restored(before, restore):
    """The picture is as it was, in a session that holds nothing but what was restored."""
    simple.ResetSession()
    restore()
    view = simple.GetActiveView()
    assert {proxy.GetXMLName() for proxy in simple.GetSources().values()} == {
        "NeuralVolumeReader",
        "NeuralCompress",
        "RTAnalyticSource",
    }
    assert np.ptp(before) > 0.3
    np.testing.assert_array_equal(scene.picture(view), before)


def test_state_file(model_path, tmp_path):
    before = scene.picture(show_both(model_path))
    path = os.path.join(tmp_path, "state.pvsm")
    simple.SaveState(path)
    require_restored(before, lambda: simple.LoadState(path))


def test_state_as_python(model_path):
    from paraview import smstate

    before = scene.picture(show_both(model_path))
    script = smstate.get_state()
    require_restored(before, lambda: exec(script, {}))


def test_trace(model_path):
    from paraview import smtrace

    smtrace.start_trace()
    view = simple.CreateView("RenderView")
    reader = simple.OpenDataFile(model_path)
    simple.Show(reader, view)
    compressed = simple.NeuralCompress(Input=simple.Wavelet(), Steps=200, Seed=5)
    simple.ColorBy(simple.Show(compressed, view), ("POINTS", "RTData"))
    simple.ResetCamera(view)
    script = smtrace.stop_trace()
    require_restored(scene.picture(view), lambda: exec(script, {}))
