# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""Files with an appended section are the same volumes without it, however VTK wrote them."""

from __future__ import annotations

import numpy as np
import pytest
from neuralvolume import io
from neuralvolume.io.appended import write_inline

vtk_xml = pytest.importorskip("vtkmodules.vtkIOXML")
from vtkmodules.util.numpy_support import numpy_to_vtk, vtk_to_numpy  # noqa: E402
from vtkmodules.vtkCommonDataModel import vtkImageData  # noqa: E402

SHAPE = (9, 11, 13)
VALUES = {
    "noise": np.random.default_rng(3).random((*SHAPE, 2)),
    "steps": np.arange(np.prod(SHAPE), dtype=np.int16).reshape(*SHAPE, 1),
}


def write(path, mode, compressor, encoded, header):
    image = vtkImageData()
    image.SetDimensions(SHAPE[::-1])
    image.SetSpacing(0.5, 1.0, 2.0)
    for name, values in VALUES.items():
        array = numpy_to_vtk(values.reshape(-1, values.shape[-1]), deep=True)
        array.SetName(name)
        image.GetPointData().AddArray(array)
    writer = vtk_xml.vtkXMLImageDataWriter()
    writer.SetFileName(str(path))
    writer.SetInputData(image)
    getattr(writer, f"SetDataModeTo{mode}")()
    getattr(writer, f"SetCompressorTypeTo{compressor}")()
    getattr(writer, f"SetHeaderTypeTo{header}")()
    writer.SetEncodeAppendedData(encoded)
    writer.SetBlockSize(1024)
    assert writer.Write()


def assert_holds_values(image):
    assert image.GetSpacing() == (0.5, 1.0, 2.0)
    for name, values in VALUES.items():
        found = vtk_to_numpy(image.GetPointData().GetArray(name))
        np.testing.assert_array_equal(found.reshape(values.shape), values)


@pytest.mark.parametrize("header", ["UInt32", "UInt64"])
@pytest.mark.parametrize("encoded", [False, True])
@pytest.mark.parametrize("compressor", ["None", "ZLib", "LZ4", "LZMA"])
def test_inline_copy_holds_the_same_values(compressor, encoded, header, tmp_path):
    write(tmp_path / "appended.vti", "Appended", compressor, encoded, header)
    write_inline(tmp_path / "appended.vti", tmp_path / "inline.vti")
    assert b"AppendedData" not in (tmp_path / "inline.vti").read_bytes()
    assert_holds_values(io.read(tmp_path / "inline.vti"))


@pytest.mark.parametrize("mode", ["Ascii", "Binary", "Appended"])
def test_every_mode_is_read(mode, tmp_path):
    write(tmp_path / "a.vti", mode, "ZLib", True, "UInt32")
    assert_holds_values(io.read(tmp_path / "a.vti"))


def test_damaged_file_is_an_error(tmp_path):
    path = tmp_path / "a.vti"
    write(path, "Appended", "ZLib", True, "UInt32")
    content = path.read_bytes()
    path.write_bytes(content.replace(b"<PointData", b"<PointDatum"))
    with pytest.raises(ValueError, match=r"cannot read .*a\.vti"):
        io.read(path)
