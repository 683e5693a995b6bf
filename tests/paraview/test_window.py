# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""ParaView's window itself, played by its own test events: a fit in the background, and Stop."""

import subprocess

TIMEOUT_SECONDS = 200

# A fit would last for hours: only Stop, or the window's end, ends it.
SCRIPT = """
from paraview import servermanager, simple

options = '{"filters": {"NeuralCompress": {"Steps": 100000000, "Ratio": 4}}}'
servermanager.vtkSMSettings.GetInstance().AddCollectionFromString(options, 1.0)
source = simple.Wavelet(WholeExtent=[0, 40, 0, 40, 0, 40])
simple.Show(source)
simple.SetActiveSource(source)
"""

PANEL = "pqClientMainWindow/propertiesDock/propertiesPanel"
FRAME = "scrollArea/qt_scrollarea_viewport/scrollAreaWidgetContents/PropertiesFrame/ProxyPanel"


def event(where, command="activate", arguments=""):
    return f'<pqevent object="{where}" command="{command}" arguments="{arguments}" />'


BEGIN = [
    event("pqClientMainWindow/menubar/menuFilters/Neural Volume", arguments="NeuralCompress"),
    event(f"{PANEL}/Accept"),
    *10 * [event("pqClientMainWindow", "comment", "The window is idle for a moment.")],
]
STOP = [
    event(f"{PANEL}/{FRAME}/Stop/1QPushButton0"),
    *40 * [event("pqClientMainWindow", "comment", "The window is idle for a moment.")],
]
CHECK = f'<pqcheck object="{PANEL}/{FRAME}/FitStatus/FitStatus" property="text" arguments="%s" />'


def play(folder, events):
    """What ParaView's window says while it plays events, and is closed; at best nothing."""
    script, test = folder / "script.py", folder / "test.xml"
    script.write_text(SCRIPT)
    test.write_text("\n".join(["<pqevents>", *events, "</pqevents>"]))
    finished = subprocess.run(
        ["paraview", "--dr", f"--script={script}", f"--test-script={test}", "--exit"],
        capture_output=True,
        text=True,
        timeout=TIMEOUT_SECONDS,
        check=False,
    )
    complaints = [line for line in finished.stderr.splitlines() if "ERR" in line or "WARN" in line]
    return finished.returncode, complaints, finished.stdout + finished.stderr


def test_stop_ends_a_fit_and_the_window_another_one(tmp_path):
    from pathlib import Path

    code, complaints, said = play(Path(tmp_path), [*BEGIN, *STOP, CHECK % "stopped", *BEGIN])
    assert (code, complaints) == (0, []), said
