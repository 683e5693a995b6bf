# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""A client and a server: whichever of them draws, pictures are those of the built-in session."""

import os
import socket
import subprocess
from contextlib import contextmanager

import numpy as np
import scene
from paraview import simple

LOCAL, REMOTE = 1000, 0  # megabytes from which on the server draws
MPI = ["mpirun", "--allow-run-as-root", "--oversubscribe", "-np"]


@contextmanager
def session(plugin, processes=1):
    """Start a server of so many processes and connect to it, with the plugin on both sides."""
    with socket.socket() as probe:
        probe.bind(("localhost", 0))
        port = probe.getsockname()[1]
    launch = [*MPI, str(processes)] if processes > 1 else []
    mine = ("PV_PLUGIN_PATH", "OMPI_", "PMIX_")  # this process is an MPI job of its own
    environment = {name: value for name, value in os.environ.items() if not name.startswith(mine)}
    server = subprocess.Popen(
        ["timeout", "200", *launch, "pvserver", f"--server-port={port}"],
        stdout=subprocess.PIPE,
        env=environment,
        text=True,
    )
    try:
        while "Accepting connection" not in server.stdout.readline():
            assert server.poll() is None, "pvserver has ended"
        simple.Connect("localhost", port)
        simple.LoadPlugin(plugin, remote=True)
        simple.LoadPlugin(plugin, remote=False)
        yield
        simple.Disconnect()
    finally:
        server.terminate()
        server.wait()


def show(source):
    view = scene.new_view(UseFXAA=0)  # between a client and a server ParaView applies it twice
    display = scene.show_volume(source, view, "Neural Volume")
    scene.aim(view, source.GetDataInformation().GetBounds())
    return view, display


def drawn_by(side, view):
    view.RemoteRenderThreshold = side
    picture = scene.picture(view)
    assert view.GetClientSideObject().GetUseDistributedRenderingForRender() == (side == REMOTE)
    return picture


def crop(display):
    display.UseCropping = 1
    display.CroppingOrigin = [3.0, 0.0, 0.0]
    display.CroppingScale = [0.5, 1.0, 1.0]


def test_a_file_of_two_steps(series_path, plugin_path):
    view, display = show(simple.OpenDataFile(series_path))
    expected = []
    for view.ViewTime in (0, 1):
        expected.append(scene.picture(view))
    crop(display)
    cropped = scene.picture(view)
    for other in (expected[0], cropped):
        assert np.abs(expected[1] - other).max() > 0.1
    with session(plugin_path):
        view, display = show(simple.OpenDataFile(series_path))
        for side in (LOCAL, REMOTE, LOCAL):
            for view.ViewTime in (0, 1):
                np.testing.assert_array_equal(drawn_by(side, view), expected[int(view.ViewTime)])
        crop(display)
        for side in (REMOTE, LOCAL):
            np.testing.assert_array_equal(drawn_by(side, view), cropped)


def test_a_pipeline(plugin_path):
    def compressed():
        wavelet = simple.Wavelet()
        fitted = simple.NeuralCompress(Input=wavelet, Steps=200)
        return simple.ExtractSubset(Input=fitted, VOI=[-10, 4, -8, 10, -10, 10])

    view, _ = show(compressed())
    expected = scene.picture(view)
    assert np.ptp(expected) > 0.3
    with session(plugin_path):
        subset = compressed()
        view, display = show(subset)
        for side in (LOCAL, REMOTE):
            np.testing.assert_array_equal(drawn_by(side, view), expected)
        subset.Input = simple.Calculator(Input=subset.Input, Function="1.1*RTData")
        simple.ColorBy(display, ("POINTS", "Result"))
        for side in (REMOTE, LOCAL):
            assert np.abs(drawn_by(side, view) - view.Background).max() < 0.01
        assert 'no model of the point array "Result"' in scene.messages.take()


def test_two_processes_draw_a_part_each(model_path, plugin_path):
    """Without and with a translucent surface in the volume."""

    def add_sphere(view):
        sphere = simple.Sphere(Center=view.CameraFocalPoint, Radius=20.0)
        sphere.ThetaResolution = sphere.PhiResolution = 40
        simple.Show(sphere, view).Opacity = 0.5

    view, _ = show(simple.OpenDataFile(model_path))
    expected = scene.picture(view)
    add_sphere(view)
    among_surfaces = scene.picture(view)
    with session(plugin_path, processes=2):
        view, _ = show(simple.OpenDataFile(model_path))
        np.testing.assert_array_equal(drawn_by(LOCAL, view), expected)
        seam = 2.5 / 255  # pictures of parts are composited as bytes
        np.testing.assert_allclose(drawn_by(REMOTE, view), expected, atol=seam)
        add_sphere(view)
        np.testing.assert_array_equal(drawn_by(LOCAL, view), among_surfaces)
        # ParaView cuts the surface where the parts meet
        scene.require_alike(drawn_by(REMOTE, view), among_surfaces, 0.98)
