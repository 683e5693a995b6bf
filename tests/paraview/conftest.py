# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""Each test function here runs in a pvpython of its own, with the installed plugin.

The plugin is what PV_PLUGIN_PATH points to; without a DISPLAY a virtual screen is started.
"""

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import warnings
from pathlib import Path
from types import ModuleType

import neuralvolume
import numpy as np
import pytest

HERE = Path(__file__).parent
TIMEOUT_SECONDS = 240
SIZE = 48

# Here tests are only collected: importing ParaView would start it and change Python's paths.
sys.modules["paraview"] = ModuleType("paraview")
sys.modules["paraview"].simple = None


def find_plugin():
    for folder in os.environ.get("PV_PLUGIN_PATH", "").split(os.pathsep):
        plugin = Path(folder) / "NeuralVolume" / "NeuralVolume.so"
        if folder and plugin.is_file():
            return plugin
    return None


def command():
    if shutil.which("pvpython") is None:
        pytest.skip("pvpython is not installed")
    if os.environ.get("DISPLAY"):
        return ["pvpython"]
    return ["xvfb-run", "-a", "-s", "-screen 0 1600x1000x24 -noreset", "pvpython"]


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem):
    """Run the test function in pvpython with its fixtures, which must be paths or plain values."""
    plugin = find_plugin()
    if plugin is None:
        pytest.fail("no plugin in PV_PLUGIN_PATH: run '. scripts/env' first")
    arguments = {name: pyfuncitem.funcargs[name] for name in pyfuncitem._fixtureinfo.argnames}
    call = {
        "file": str(pyfuncitem.path),
        "function": pyfuncitem.originalname,
        "arguments": arguments,
        "plugin": str(plugin),
        "packages": sysconfig.get_path("purelib"),
    }
    finished = subprocess.run(
        [*command(), str(HERE / "in_pvpython.py"), json.dumps(call, default=str)],
        capture_output=True,
        text=True,
        timeout=TIMEOUT_SECONDS,
        check=False,
    )
    if finished.returncode != 0:
        pytest.fail(f"{finished.stdout}\n{finished.stderr}", pytrace=False)
    return True


@pytest.fixture(scope="session")
def plugin_path():
    return find_plugin()


def blobs():
    """Smooth blobs over a background of zero, in [0, 1]: shapes that tell the axes apart."""
    z, y, x = np.meshgrid(*3 * [np.linspace(-1, 1, SIZE)], indexing="ij")

    def blob(cx, cy, cz, radius):
        return np.exp(-((x - cx) ** 2 + (y - cy) ** 2 + (z - cz) ** 2) / radius**2)

    values = blob(0, 0, 0, 0.35) + 0.7 * blob(0.5, 0.1, 0, 0.25) + 0.5 * blob(0, 0.3, 0.6, 0.2)
    return values.astype("f4")


@pytest.fixture(scope="session")
def model_path(tmp_path_factory):
    """A fitted model of float32 point data on a shifted grid of unequal spacings."""
    geometry = neuralvolume.Geometry(
        extent=(2, SIZE + 1, -3, SIZE - 4, 0, SIZE - 1),
        origin=(5.0, -7.0, 11.0),
        spacing=(1.0, 0.75, 1.5),
    )
    model = neuralvolume.fit(blobs(), geometry=geometry, name="density", ratio=4, steps=400)
    path = tmp_path_factory.mktemp("model") / "blobs.nvol"
    model.save(path)
    return path


@pytest.fixture(scope="session")
def two_models_path(model_path, tmp_path_factory):
    """Models of two arrays of one image: "density", and "mirrored", which is its mirror image."""
    density = neuralvolume.Model.load(model_path)
    mirrored = neuralvolume.fit(
        blobs()[::-1], geometry=density.geometry, name="mirrored", ratio=4, steps=400
    )
    path = tmp_path_factory.mktemp("model") / "two.nvol"
    neuralvolume.save_models([density, mirrored], path)
    return path


@pytest.fixture(scope="session")
def series_path(model_path, tmp_path_factory):
    """The array "density" at the times 0 and 1, at which it is its mirror image."""
    steps = [neuralvolume.Model.load(model_path)]
    steps.append(
        neuralvolume.fit(
            blobs()[::-1], geometry=steps[0].geometry, name="density", ratio=4, steps=400
        )
    )
    for time, step in enumerate(steps):
        step.core.time = time
    path = tmp_path_factory.mktemp("model") / "series.nvol"
    neuralvolume.save_models(steps, path)
    return path


@pytest.fixture(scope="session")
def vector_model_path(tmp_path_factory):
    """A fitted model of a swirl of three components, as cell data."""
    z, y, x = np.meshgrid(*3 * [np.linspace(-1, 1, 40)], indexing="ij")
    fade = np.exp(-3 * (x**2 + y**2 + z**2))
    swirl = np.stack([-y * fade, x * fade, 0.5 * fade], axis=-1).astype("f4")
    model = neuralvolume.fit(swirl, association="cells", name="swirl", ratio=4, steps=400)
    path = tmp_path_factory.mktemp("model") / "swirl.nvol"
    model.save(path)
    return path


LAZY_SHAPE = (70, 66, 68)  # along x, y, z: 3 x 3 x 3 bricks
LAZY_GEOMETRY = neuralvolume.Geometry(
    extent=(2, 72, -3, 63, 0, 68), origin=(5.0, -7.0, 11.0), spacing=(1.0, 0.75, 1.5)
)


def lazy_volumes():
    """Volumes of many kinds, by name; values of about 0 to 250."""
    z, y, x = np.meshgrid(*[np.linspace(-1, 1, n) for n in LAZY_SHAPE[::-1]], indexing="ij")
    waves = 125 + 80 * np.sin(5 * x) * np.cos(4 * y) + 40 * z
    fade = 125 * np.exp(-3 * (x**2 + y**2 + z**2))
    swirl = np.stack([-y * fade, x * fade, 10 + 0.2 * fade], axis=-1)
    holes = waves.astype("f4")
    holes[10:20, 30:] = np.nan
    yield "points", waves.astype("f4"), {}
    yield "holes", holes, {}
    yield "integers", waves.astype("u1"), {"max_error": 2}
    yield "cells", waves, {"association": "cells", "geometry": LAZY_GEOMETRY}
    yield "vectors", swirl.astype("f4"), {}
    yield "cell_vectors", swirl, {"association": "cells", "geometry": LAZY_GEOMETRY}


@pytest.fixture(scope="session")
def lazy_models(tmp_path_factory):
    """A folder of fitted models, each of an array "value"."""
    folder = tmp_path_factory.mktemp("lazy")
    for name, values, options in lazy_volumes():
        with warnings.catch_warnings(action="ignore"):
            model = neuralvolume.fit(values, name="value", ratio=20, steps=100, **options)
        model.save(folder / f"{name}.nvol")
    return folder
