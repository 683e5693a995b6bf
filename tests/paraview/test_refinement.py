# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""Still pictures in ParaView's window: drawn in slices, between which the window answers."""

import json
import subprocess
import sys
from pathlib import Path

import in_window
import numpy as np
import scene
from paraview import simple

TIMEOUT_SECONDS = 200
SCRIPT = """
import sys
sys.path[:0] = {paths!r}
import in_window
in_window.play({model!r}, {folder!r})
"""
SLICE_SECONDS = 1.0  # 0.1 on a machine that does nothing else


def play(model_path, folder):
    """What was seen in ParaView's window: times of pictures, and pictures."""
    script = Path(folder, "script.py")
    paths = [str(Path(__file__).parent), *[path for path in sys.path if "site-packages" in path]]
    script.write_text(SCRIPT.format(paths=paths, model=model_path, folder=folder))
    finished = subprocess.run(
        ["paraview", "--dr", f"--script={script}"],
        capture_output=True,
        text=True,
        timeout=TIMEOUT_SECONDS,
        check=False,
    )
    assert finished.returncode == 0, finished.stdout + finished.stderr
    return json.loads(Path(folder, "seen.json").read_text()), np.load(Path(folder, "pictures.npz"))


def at_once(model_path, seen):
    """Draw what the window showed in the end, as a script does it."""
    view = simple.CreateView("RenderView")
    display = in_window.show(model_path, view)
    display.ScalarOpacityUnitDistance = seen["unit_distance"]
    for name, value in seen["view"].items():
        setattr(view, name, value)
    simple.Render(view)
    return scene.shown(view.GetRenderWindow())


def test_a_still_picture_comes_in_slices_between_which_the_window_answers(model_path, tmp_path):
    seen, pictures = play(model_path, tmp_path)
    for name in ("opening", "stopped"):
        assert len(seen[name]) > 2, f"{name} took no slices: {seen[name]}"
        assert np.median(seen[name]) < SLICE_SECONDS, name
    assert len(seen["edited"]) < len(seen["stopped"]), "the drag began after refinement"
    assert len(seen["moving"]) > in_window.DRAG_STEPS / 2
    assert np.median(seen["moving"]) < SLICE_SECONDS

    fine = pictures["fine"]
    for name in ("captured", "played"):
        np.testing.assert_array_equal(pictures[name], fine, name)
    scene.require_alike(pictures["coarse"], fine, 0.8)
    np.testing.assert_allclose(at_once(model_path, seen), fine, atol=1.01 / 255)
