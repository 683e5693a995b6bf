# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""What test_refinement.py does in ParaView's window, step by step, from a timer of the window."""

import json
import os
import time
from pathlib import Path

import numpy as np
import scene
from paraview import simple

SAMPLING_RATE = 100  # makes pictures take several slices
DRAG_STEPS = 15
QUIET_SECONDS = 3


def show(model_path, view):
    """Show the same in any view."""
    view.OrientationAxesVisibility = view.UseFXAA = view.UseColorPaletteForBackground = 0
    source = simple.OpenDataFile(model_path)
    display = scene.show_volume(source, view, "Neural Volume", opacity=0.2)
    display.SamplingRate = SAMPLING_RATE
    scene.aim(view, source.GetDataInformation().GetBounds())
    return display


class Watch:
    """The pictures of a view as they are drawn: [seconds, whether the camera moves]."""

    def __init__(self, view):
        self.pictures = []
        self.last = self._begun = time.monotonic()
        self._window = view.GetRenderWindow()
        view.SMProxy.AddObserver("StartEvent", self._begin)
        view.SMProxy.AddObserver("EndEvent", self._end)

    def _begin(self, *_):
        self._begun = time.monotonic()

    def _end(self, *_):
        self.last = time.monotonic()
        moving = self._window.GetDesiredUpdateRate() > 1
        self.pictures.append([self.last - self._begun, moving])

    def still(self):
        return [seconds for seconds, moving in self.pictures if not moving]

    def is_quiet(self):
        return time.monotonic() - self.last > QUIET_SECONDS

    def restart(self):
        self.pictures.clear()
        self.last = time.monotonic()


def drag(interactor, step):
    interactor.SetEventInformation(100 + 4 * step, 200 + 2 * step)
    interactor.InvokeEvent("MouseMoveEvent")


def spoil(view, display):
    """Have another picture begun, and the present one be drawn anew."""
    distance = display.ScalarOpacityUnitDistance
    display.ScalarOpacityUnitDistance = 10 * distance
    simple.Render(view)
    display.ScalarOpacityUnitDistance = distance


def steps(view, display, watch):
    """Yield whenever the window shall answer; return what was seen."""
    interactor, window = view.GetInteractor(), view.GetRenderWindow()
    while not watch.is_quiet():
        yield
    seen = {"opening": watch.still()}

    watch.restart()
    display.ScalarOpacityUnitDistance *= 1.5
    simple.Render(view)
    seen["edited"] = watch.still()  # no more than the first slices
    drag(interactor, 0)
    interactor.InvokeEvent("LeftButtonPressEvent")
    for step in range(DRAG_STEPS):
        drag(interactor, step)
        yield
    seen["moving"] = [seconds for seconds, moving in watch.pictures if moving]
    seen["coarse"] = scene.shown(window)
    watch.restart()
    interactor.InvokeEvent("LeftButtonReleaseEvent")
    while not watch.is_quiet():
        yield
    seen["stopped"] = watch.still()
    seen["fine"] = scene.shown(window)

    spoil(view, display)
    seen["captured"] = scene.picture(view)
    spoil(view, display)
    simple.GetAnimationScene().Play()
    seen["played"] = scene.shown(window)
    names = ("CameraPosition", "CameraFocalPoint", "CameraViewUp", "ViewSize")
    seen["view"] = {name: list(getattr(view, name)) for name in names}
    seen["unit_distance"] = display.ScalarOpacityUnitDistance
    return seen


def save(seen, folder):
    pictures = {name: value for name, value in seen.items() if isinstance(value, np.ndarray)}
    np.savez(Path(folder) / "pictures.npz", **pictures)
    rest = {name: value for name, value in seen.items() if name not in pictures}
    (Path(folder) / "seen.json").write_text(json.dumps(rest))


def play(model_path, folder):
    """Play all steps, save what was seen, and end ParaView."""
    view = simple.GetActiveViewOrCreate("RenderView")
    watch = Watch(view)
    playing = steps(view, show(model_path, view), watch)

    def step(*_):
        try:
            next(playing)
        except StopIteration as end:
            save(end.value, folder)
            os._exit(0)

    view.GetInteractor().AddObserver("TimerEvent", step)
    view.GetInteractor().CreateRepeatingTimer(20)
