# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""Take pictures of ParaView's window while Neural Compress fits a volume, and after Stop.

    . scripts/env
    xvfb-run -a -s '-screen 0 1280x1024x24' python scripts/window.py VOLUME FOLDER

writes FOLDER/fitting.png and FOLDER/paraview.png. The window plays ParaView's own test events. This
needs xdotool, ImageMagick's `import` and, for ParaView's icons, Debian's libqt5svg5.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

FITTING_SECONDS = 25  # from Apply to the first picture
FINISHING_SECONDS = 60  # more to the second one

SCRIPT = """
from paraview import simple
volume = simple.OpenDataFile({volume!r})
view = simple.GetActiveViewOrCreate("RenderView")
simple.RenameSource("brain.vti", volume)
simple.Show(volume, view)
view.CameraPosition, view.CameraViewUp = [560, 330, 240], [0, 0, 1]
simple.ResetCamera(view)
simple.SetActiveSource(volume)
"""
PANEL = "pqClientMainWindow/propertiesDock/propertiesPanel"
FRAME = "scrollArea/qt_scrollarea_viewport/scrollAreaWidgetContents/PropertiesFrame/ProxyPanel"


def event(where: str, command: str = "activate", arguments: str = "") -> str:
    """Write one of ParaView's test events."""
    return f'<pqevent object="{where}" command="{command}" arguments="{arguments}" />'


FILTERS = "pqClientMainWindow/menubar/menuFilters/Neural Volume"
BEGIN = [event(FILTERS, arguments="NeuralCompress"), event(f"{PANEL}/Accept")]
IDLE = event("pqClientMainWindow", "comment", "Some tenths of a second.")
STOP = event(f"{PANEL}/{FRAME}/Stop/1QPushButton0")


def arrange() -> None:
    """Let the window fill the screen, and the panel be wide."""
    search = "xdotool search --onlyvisible --name ^ParaView windowsize 1280 1024 sleep 2"
    subprocess.run(search.split(), check=True)
    press = "mousemove 295 600 sleep 0.5 mousedown 1 sleep 0.5"
    drag = "mousemove 360 600 sleep 0.5 mousemove 430 600 sleep 0.5 mouseup 1"
    subprocess.run(f"xdotool {press} {drag}".split(), check=True)


def take(picture: Path, volume: str, seconds: float, events: list[str]) -> None:
    """Let ParaView's window play events, and take its picture after some seconds."""
    with tempfile.TemporaryDirectory() as folder:
        script, test = Path(folder, "script.py"), Path(folder, "test.xml")
        script.write_text(SCRIPT.format(volume=volume))
        test.write_text("\n".join(["<pqevents>", *events, "</pqevents>"]))
        command = ["paraview", "--dr", f"--script={script}", f"--test-script={test}"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as window:
            assert window.stdout
            next(line for line in window.stdout if line.startswith("Playing"))
            arrange()
            time.sleep(seconds)
            subprocess.run(["import", "-window", "root", "-trim", picture], check=True)
            window.kill()


def main(volume: str, folder: str) -> None:
    """Take both pictures."""
    fitting = [*BEGIN, *2000 * [IDLE]]
    take(Path(folder, "fitting.png"), volume, FITTING_SECONDS, fitting)
    stopped = [*BEGIN, *100 * [IDLE], STOP, *2000 * [IDLE]]
    take(Path(folder, "paraview.png"), volume, FITTING_SECONDS + FINISHING_SECONDS, stopped)


if __name__ == "__main__":
    main(*sys.argv[1:])
