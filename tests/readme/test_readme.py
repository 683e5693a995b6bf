# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""Every code block of README.md runs as written, in order, in a folder with its volume."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from vtkmodules.vtkIOImage import vtkNIFTIImageReader
from vtkmodules.vtkIOXML import vtkXMLImageDataWriter

ROOT = Path(__file__).parents[2]
BLOCK = re.compile(r"^```(\w+)(?: ([\w-]+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
RUNNERS = {
    ("sh", ""): ["bash", "-euc"],
    ("python", ""): [sys.executable, "-c"],
    ("python", "pvpython"): ["pvpython"],
    ("python", "pyvista"): [str(ROOT / "build/pyvista/bin/python"), "-c"],
}
SECONDS = 300


def blocks() -> list[tuple[str, str, str]]:
    """(language, who runs it, text) of each block but those that set up."""
    found = BLOCK.findall((ROOT / "README.md").read_text())
    return [block for block in found if block[1] != "setup"]


def run(block: tuple[str, str, str], folder: Path) -> subprocess.CompletedProcess[str]:
    language, runner, text = block
    command = RUNNERS[language, runner]
    if runner == "pvpython":
        script = folder / "block.py"
        script.write_text(text)
        text = str(script)
    return subprocess.run(
        [*command, text], cwd=folder, capture_output=True, text=True, timeout=SECONDS, check=False
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with README.md's volume, made of the smallest brain of Debian's mricron-data."""
    path = tmp_path_factory.mktemp("readme")
    reader = vtkNIFTIImageReader()
    reader.SetFileName("/usr/share/mricron/templates/ch2bet.nii.gz")
    writer = vtkXMLImageDataWriter()
    writer.SetInputConnection(reader.GetOutputPort())
    writer.SetFileName(str(path / "brain.vti"))
    writer.SetDataModeToBinary()  # docs/limitations.md: appended sections
    assert writer.Write()
    return path


def test_every_block_says_who_runs_it() -> None:
    assert len(blocks()) >= len(RUNNERS)
    assert {block[:2] for block in blocks()} <= RUNNERS.keys()


@pytest.mark.parametrize("block", blocks(), ids=lambda block: " ".join(block[:2]).strip())
def test_block_runs(block: tuple[str, str, str], folder: Path) -> None:
    done = run(block, folder)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "ERR|" not in done.stderr, done.stderr


def test_files_that_the_readme_names_exist() -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)\)", (ROOT / "README.md").read_text())
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []
