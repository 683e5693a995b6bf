# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""Fits that leave ParaView's window alive, so that they can be watched and stopped.

The window asks sources with the hint LiveSource several times a second whether they need an update.
Other threads run Python only while the main one waits in Python: a fit goes on in compiled code all
the time, and in Python while such a question is answered.
"""

from __future__ import annotations

import atexit
import sys
import threading
import time
from collections.abc import Hashable
from concurrent.futures import CancelledError
from contextlib import suppress
from enum import Enum
from typing import Any, Protocol
from weakref import WeakSet

from vtkmodules.vtkCommonExecutionModel import vtkAlgorithm

from neuralvolume.fitting.problem import ProgressCallback
from neuralvolume.fitting.training import FitProgress
from neuralvolume.model import Model

THREAD_NAME = "neuralvolume fit"
ANSWER_SECONDS = 0.1
NEWS_SECONDS = 1.0  # from one to the next: the views are drawn anew for each

News = Enum("News", ["NONE", "PROGRESS", "DONE"])


class Fit(Protocol):
    """What takes long."""

    def __call__(self, *, progress: ProgressCallback) -> list[Model]:
        """Fit models; what the callback says is done, and what it raises is raised."""


class Background:
    """The fit of an algorithm in the background.

    It does not refer to the algorithm, whose deletion cancels the fit.

    Attributes
    ----------
    is_asked : bool
        Whether a window has asked for news.
    """

    def __init__(self, algorithm: vtkAlgorithm) -> None:
        self.is_asked = False
        self._running: _Running | None = None
        self._news_at = 0.0
        algorithm.AddObserver("DeleteEvent", self.cancel)
        _backgrounds.add(self)

    @property
    def progress(self) -> FitProgress | None:
        """Where the fit stands; None where there is none, or it has just begun."""
        return self._running.progress if self._running else None

    @property
    def status(self) -> str:
        """What the fit does; empty where there is none."""
        if self._running is None:
            return ""
        progress = self._running.progress
        done = f": {progress.fraction:.0%}" if progress else ""
        return "finishing" if self._running.is_stopped else f"fitting{done}"

    def models(self, key: Hashable, fit: Fit) -> list[Model] | None:
        """What `fit` gives, or None while it goes on; what was made from another key is dropped."""
        if self._running is None or self._running.key != key:
            self.cancel()
            self._running = _Running(key, fit)
        if not self._running.wait(ANSWER_SECONDS):
            return None
        done, self._running = self._running, None
        return done.result()

    def news(self) -> News:
        """Let the fit go on for a moment; what there is to see."""
        self.is_asked = True
        if self._running is None or self._running.is_told:
            return News.NONE
        if self._running.wait(ANSWER_SECONDS):
            self._running.is_told = True
            return News.DONE
        if self.progress is None or time.monotonic() < self._news_at:
            return News.NONE
        self._news_at = time.monotonic() + NEWS_SECONDS
        return News.PROGRESS

    def stop(self) -> None:
        """Train no further: the models so far are finished."""
        if self._running:
            self._running.is_stopped = True

    def cancel(self, *_event: Any) -> None:
        """Give up the fit; it ends by itself."""
        if self._running:
            self._running.is_cancelled = True
        self._running = None


class _Running:
    """A fit on a thread of its own."""

    def __init__(self, key: Hashable, fit: Fit) -> None:
        self.key = key
        self.progress: FitProgress | None = None
        self.is_stopped = self.is_cancelled = self.is_told = False
        self._models: list[Model] = []
        self._error: Exception | None = None
        self._thread = threading.Thread(target=self._run, args=[fit], name=THREAD_NAME)
        self._thread.start()

    def wait(self, seconds: float) -> bool:
        """Let it go on for so long at most; whether it is done."""
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def result(self) -> list[Model]:
        if self._error:
            raise self._error
        return self._models

    def _run(self, fit: Fit) -> None:
        try:
            self._models = fit(progress=self._report)
        except Exception as error:
            self._error = error

    def _report(self, progress: FitProgress) -> bool:
        # When Python ends it waits for its threads, and counts the main one as ended.
        if self.is_cancelled or not threading.main_thread().is_alive():
            raise CancelledError
        self.progress = progress
        return not self.is_stopped


_backgrounds: WeakSet[Background] = WeakSet()


@atexit.register
def _cancel_all() -> None:
    """An algorithm may outlive Python, a fit may not."""
    for background in _backgrounds:
        background.cancel()


def is_watched(background: Background) -> bool:
    """Whether a window asks for news, so that the pipeline need not wait for the fit.

    ParaView's window does, but may ask for data first; a script waits for what it has asked for. Of
    several processes the window asks one, and so none fits in the background.
    """
    if _is_script_waiting() or _process_count() > 1:
        return False
    return background.is_asked or _is_client()


def _is_script_waiting() -> bool:
    """Whether the pipeline was called by Python, not by a window or a server."""
    frame = sys._getframe()
    while frame.f_back is not None:
        frame = frame.f_back
        if frame.f_code.co_name == "<module>":
            return True
    return False


def _process_count() -> int:
    with suppress(ImportError):
        from vtkmodules.vtkParallelCore import vtkMultiProcessController

        controller = vtkMultiProcessController.GetGlobalController()
        return 1 if controller is None else int(controller.GetNumberOfProcesses())
    return 1


def _is_client() -> bool:
    """Of ParaView, with pipelines of its own: a window, as no script is waiting."""
    with suppress(ImportError):
        from paraview.modules.vtkRemotingCore import vtkProcessModule  # type: ignore[import-untyped]

        return bool(vtkProcessModule.GetProcessType() == vtkProcessModule.PROCESS_CLIENT)
    return False
