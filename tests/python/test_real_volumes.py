# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""Quality on real volumes, where NEURALVOLUME_DATA names a folder of them; and memory of a fit."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from neuralvolume import compare, fit, io
from neuralvolume.fitting.sizing import portable_networks
from neuralvolume.volume import as_volume

FOLDER = os.environ.get("NEURALVOLUME_DATA", "")

MEMORY_SCRIPT = """
import json, resource, numpy as np, neuralvolume
peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
z, y, x = np.ogrid[:256, :256, :256]
volume = ((x * 3 + y * 2 + z) % 251).astype(np.uint8)
neuralvolume.fit(volume[:32, :32, :32].copy(), steps=10)
before = peak()
model = neuralvolume.fit(volume, ratio=20, steps=50)
print(json.dumps({"mib": peak() - before, "parameters": model.network.parameter_count}))
"""


@pytest.mark.skipif(not FOLDER, reason="NEURALVOLUME_DATA names no folder")
@pytest.mark.parametrize(
    ("name", "raw_ratio", "psnr"),
    [("mni152_t1", 20, 33.5), ("vismale", 20, 35), ("wmag91", 8, 31), ("lcdm", 8, 31)],
)
def test_quality_at_a_raw_size(name, raw_ratio, psnr):
    volume = as_volume(io.read(Path(FOLDER) / f"{name}.vti"))
    budget = volume.original_bytes // raw_ratio
    network = portable_networks.network_for_budget(budget, volume.dimensions, volume.components)
    model = fit(volume, network=network)
    assert 2 * network.parameter_count <= budget
    assert compare(model, volume).psnr >= psnr


def test_memory_of_a_fit_is_bounded():
    command = [sys.executable, "-c", MEMORY_SCRIPT]
    result = subprocess.run(command, capture_output=True, text=True, timeout=300, check=True)
    facts = json.loads(result.stdout)
    training_state = 4 * 4 * facts["parameters"] / 2**20  # parameters, gradient, two moments
    assert facts["mib"] < training_state + 300
