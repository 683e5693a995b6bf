# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""Image files through VTK's readers and writers, whose errors become exceptions."""

from __future__ import annotations

import importlib
import os
import re
import sys
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from neuralvolume.io.appended import write_inline

if TYPE_CHECKING:
    from vtkmodules.vtkCommonDataModel import vtkImageData

READERS = {
    ".vti": ("vtkIOXML", "vtkXMLImageDataReader"),
    ".pvti": ("vtkIOXML", "vtkXMLPImageDataReader"),
    ".vtk": ("vtkIOLegacy", "vtkStructuredPointsReader"),
    ".mhd": ("vtkIOImage", "vtkMetaImageReader"),
    ".mha": ("vtkIOImage", "vtkMetaImageReader"),
    ".nii": ("vtkIOImage", "vtkNIFTIImageReader"),
    ".nii.gz": ("vtkIOImage", "vtkNIFTIImageReader"),
    ".hdr": ("vtkIOImage", "vtkNIFTIImageReader"),
    ".mrc": ("vtkIOImage", "vtkMRCReader"),
    ".tif": ("vtkIOImage", "vtkTIFFReader"),
    ".tiff": ("vtkIOImage", "vtkTIFFReader"),
}

MESSAGE = re.compile(r"^\w+ \(0x[0-9a-f]+\): (.*)$", re.MULTILINE)
PIPELINE_ECHO = re.compile(r"^Algorithm \w+ \(0x[0-9a-f]+\) returned failure")
METAIO_FAILURE = re.compile(r"^MetaImage: .*$", re.MULTILINE)


class VtkLog:
    """What VTK and the libraries below it had to say."""

    def __init__(self) -> None:
        self.vtk = ""
        self.native = ""

    def errors(self) -> list[str]:
        """One line an error."""
        blocks = re.split(r"\n(?=ERROR: |Warning: |Generic Warning: )", self.vtk)
        found = [text for b in blocks if b.startswith("ERROR") for text in MESSAGE.findall(b)]
        own = [message for message in found if not PIPELINE_ECHO.match(message)]
        return own + METAIO_FAILURE.findall(self.native)


@contextmanager
def captured_log() -> Iterator[VtkLog]:
    """Collect what VTK, and libraries below it on stderr, say instead of showing it."""
    from vtkmodules.vtkCommonCore import vtkOutputWindow, vtkStringOutputWindow

    log, window, previous = VtkLog(), vtkStringOutputWindow(), vtkOutputWindow.GetInstance()
    vtkOutputWindow.SetInstance(window)
    sys.stderr.flush()
    saved_stderr = os.dup(2)
    with tempfile.TemporaryFile() as captured:
        os.dup2(captured.fileno(), 2)
        try:
            yield log
        finally:
            os.dup2(saved_stderr, 2)
            os.close(saved_stderr)
            vtkOutputWindow.SetInstance(previous)
            log.vtk = window.GetOutput()
            captured.seek(0)
            log.native = captured.read().decode(errors="replace")


def read_image(path: Path, suffix: str) -> vtkImageData:
    """Read an image with VTK's reader for `suffix`; ValueError carries the reader's message."""
    try:
        return _read(path, suffix)
    except ValueError as error:
        if suffix != ".vti":
            raise
        try:
            return _read_inline(path, suffix)
        except ValueError:
            raise error from None


def _read_inline(path: Path, suffix: str) -> vtkImageData:
    with tempfile.TemporaryDirectory() as folder:
        inline = Path(folder) / path.name
        write_inline(path, inline)
        return _read(inline, suffix)


def _read(path: Path, suffix: str) -> vtkImageData:
    module, name = READERS[suffix]
    reader = getattr(importlib.import_module(f"vtkmodules.{module}"), name)()
    with captured_log() as log:
        reader.SetFileName(str(path))
        reader.Update()
    image = reader.GetOutput()
    errors = log.errors()
    if errors or image is None or image.GetNumberOfPoints() == 0:
        reason = "; ".join(dict.fromkeys(errors)) or "the file holds no image data"
        raise ValueError(f"cannot read {path}: {reason}")
    _warn_of_ignored_times(reader, path)
    return image


def _warn_of_ignored_times(reader: Any, path: Path) -> None:
    times = reader.GetTimeDimension() if hasattr(reader, "GetTimeDimension") else 1
    if times > 1:
        warnings.warn(f"{path} holds {times} time steps; the first is read", stacklevel=4)


def write_vti(image: vtkImageData, path: Path) -> None:
    """Write an image as .vti, compressed with zlib; OSError where it cannot be written."""
    from vtkmodules.vtkCommonMisc import vtkErrorCode
    from vtkmodules.vtkIOXML import vtkXMLImageDataWriter

    writer = vtkXMLImageDataWriter()
    writer.SetFileName(str(path))
    writer.SetInputData(image)
    writer.SetDataModeToBinary()  # VTK itself may fail on an appended section: io/appended.py
    with captured_log() as log:
        written = writer.Write()
    if not written or writer.GetErrorCode():
        reason = vtkErrorCode.GetStringFromErrorCode(writer.GetErrorCode())
        raise OSError("; ".join(log.errors()) or reason)
