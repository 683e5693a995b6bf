# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""How long ParaView's window does not answer while it draws a model, and how soon it shows one.

Starts `paraview` on a screen, with the plugin on PV_PLUGIN_PATH, once for each model. There a timer
of the window's event loop beats every 5 ms: the longest time between two beats is the longest
stall, with all that ParaView does around a picture. A slice is a still picture, from its beginning
to its end. What is waited for counts from the call that asks for it to the end of the picture.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

BEAT_MILLISECONDS = 5
QUIET_SECONDS = 1.5
MOST_SECONDS = 15  # that are spent on refining one picture
DRAG_STEPS = 40
EDITS = 8
EDIT_SECONDS = 0.5
LONGEST_SECONDS = 120
SCRIPT = """
import sys
sys.path.insert(0, {folder!r})
import responsiveness
responsiveness.play({model!r}, {result!r})
"""


class Watch:
    """Beats of the event loop and pictures of a view, in milliseconds, by what is being done."""

    def __init__(self, view: Any, act: Callable[[], None]) -> None:
        from vtkmodules.util.misc import calldata_type
        from vtkmodules.vtkCommonCore import VTK_INT

        self.stage = "opening"
        self.stalls: dict[str, list[float]] = defaultdict(list)
        self.slices: dict[str, list[float]] = defaultdict(list)
        self.last_picture = self._begun = self._beat = time.perf_counter()
        view.SMProxy.AddObserver("StartEvent", self._on_start)
        view.SMProxy.AddObserver("EndEvent", self._on_end)
        interactor = view.GetInteractor()
        self._act = act

        @calldata_type(VTK_INT)
        def on_timer(_caller: Any, _event: str, timer: int) -> None:
            if timer == self._timer:
                self._on_beat()

        interactor.AddObserver("TimerEvent", on_timer)
        self._timer = interactor.CreateRepeatingTimer(BEAT_MILLISECONDS)

    def _on_beat(self) -> None:
        now = time.perf_counter()
        self.stalls[self.stage].append(1e3 * (now - self._beat))
        self._beat = now
        self._act()

    def _on_start(self, *_: object) -> None:
        self._begun = time.perf_counter()

    def _on_end(self, *_: object) -> None:
        self.last_picture = time.perf_counter()
        self.slices[self.stage].append(1e3 * (self.last_picture - self._begun))

    def until_picture(self, ask: Callable[[], None]) -> float:
        """Milliseconds until what was asked for is on the screen."""
        begun = time.perf_counter()
        ask()
        return 1e3 * (self.last_picture - begun)

    def wait(self, seconds: float) -> Iterator[None]:
        end = time.perf_counter() + seconds
        while time.perf_counter() < end:
            yield

    def wait_for_quiet(self) -> Iterator[None]:
        end = time.perf_counter() + MOST_SECONDS
        while min(end, self.last_picture + QUIET_SECONDS) > time.perf_counter():
            yield


def open_model(model: str, view: Any) -> tuple[Any, Any]:
    """Show it as ParaView does by itself, the camera looking from above on a corner."""
    from paraview import simple

    source = simple.OpenDataFile(model)
    display = simple.Show(source, view)
    view.CameraPosition, view.CameraViewUp = [0.9, -1.5, 0.6], [0, 0, 1]
    view.CameraFocalPoint = [0, 0, 0]
    simple.ResetCamera(view)
    simple.Render(view)
    return source, display


def drag(interactor: Any, step: int) -> None:
    interactor.SetEventInformation(200 + 6 * step, 300 + 2 * step)
    interactor.InvokeEvent("MouseMoveEvent")


def edit(display: Any, view: Any, number: int) -> None:
    """Another opacity at the middle of the range."""
    from paraview import simple

    opacities = simple.GetOpacityTransferFunction(display.ColorArrayName[1])
    points = list(opacities.Points)
    low, high = points[0], points[-4]
    opacities.Points = [low, 0, 0.5, 0, (low + high) / 2, 0.1 + 0.05 * number, 0.5, 0, *points[-4:]]
    simple.Render(view)


def scenario(model: str, view: Any, watch: Watch) -> Iterator[None]:
    """Yield whenever the window shall answer; return what was measured."""
    seen: dict[str, Any] = {"pixels": 1e-6 * view.ViewSize[0] * view.ViewSize[1]}
    yield from watch.wait(QUIET_SECONDS)
    shown: list[Any] = []
    seen["open_ms"] = watch.until_picture(lambda: shown.extend(open_model(model, view)))
    seen["first_picture_ms"] = watch.slices["opening"][-1]
    begun = watch.last_picture
    yield
    yield  # what ParaView does after opening
    watch.stage = "first refinement"
    yield from watch.wait_for_quiet()
    seen["refined_s"] = watch.last_picture - begun

    interactor = view.GetInteractor()
    watch.stage = "drag"
    drag(interactor, 0)
    interactor.InvokeEvent("LeftButtonPressEvent")
    moves = []
    for step in range(1, DRAG_STEPS):
        moves.append(watch.until_picture(lambda step=step: drag(interactor, step)))
        yield
    interactor.InvokeEvent("LeftButtonReleaseEvent")
    yield
    watch.stage = "refinement"
    yield from watch.wait_for_quiet()

    watch.stage = "edit"
    edits = []
    for number in range(EDITS):
        edits.append(watch.until_picture(lambda number=number: edit(shown[1], view, number)))
        yield from watch.wait(EDIT_SECONDS)
    yield from watch.wait_for_quiet()
    for name, waits in (("move_ms", moves), ("edit_ms", edits)):
        seen[name], seen[f"{name}_longest"] = statistics.median(waits), max(waits)
    for stage in ("first refinement", "refinement", "drag", "edit"):
        seen[f"{stage}_stall_ms"] = max(watch.stalls[stage])
    slices = watch.slices["refinement"] + watch.slices["first refinement"]
    seen["slice_ms"], seen["slice_ms_longest"] = statistics.median(slices), max(slices)
    seen["all"] = {"stalls": watch.stalls, "slices": watch.slices, "moves": moves, "edits": edits}
    return seen


def play(model: str, result: str) -> None:
    """In ParaView's window: play the scenario, save what was measured, and end ParaView."""
    from paraview import simple

    def act() -> None:
        try:
            next(playing)
        except StopIteration as end:
            Path(result).write_text(json.dumps(end.value))
            os._exit(0)

    view = simple.GetActiveViewOrCreate("RenderView")
    watch = Watch(view, act)
    playing = scenario(model, view, watch)


def measure(model: Path) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        result, script = Path(folder, "result.json"), Path(folder, "script.py")
        here = str(Path(__file__).parent.resolve())
        script.write_text(
            SCRIPT.format(folder=here, model=str(model.resolve()), result=str(result))
        )
        subprocess.run(
            ["paraview", "--dr", f"--script={script}"], timeout=LONGEST_SECONDS, check=True
        )
        return {"model": model.stem, **json.loads(result.read_text())}


def show(rows: list[dict[str, Any]]) -> None:
    """A line for each figure, a column for each model."""
    for name in rows[0]:
        values = [row[name] for row in rows]
        texts = [f"{value:.3g}" if isinstance(value, float) else value for value in values]
        print(f"{name.replace('_', ' '):32}", *[f"{text:>12}" for text in texts])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("models", nargs="+", type=Path, metavar="MODEL.nvol")
    parser.add_argument("--json", action="store_true", help="print all that was measured, as JSON")
    options = parser.parse_args()
    rows = [measure(model) for model in options.models]
    if options.json:
        json.dump(rows, sys.stdout)
        return
    show([{name: value for name, value in row.items() if name != "all"} for row in rows])


if __name__ == "__main__":
    main()
