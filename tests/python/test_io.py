# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""Volume files: round trips, and damaged or missing ones."""

import gzip
import os
import struct
import zlib

import numpy as np
import pytest
from fields import waves
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from neuralvolume import io
from neuralvolume.io import plain
from neuralvolume.io.atomic import atomic_path
from neuralvolume.io.png import write_png
from neuralvolume.volume import as_volume

TYPES = st.sampled_from(["u1", "i2", ">u2", "<u4", "f4", ">f8"])


@settings(deadline=None, max_examples=30)
@given(
    hnp.arrays(TYPES, hnp.array_shapes(min_dims=3, max_dims=4, max_side=5)),
    st.sampled_from(["npy", "raw"]),
)
def test_plain_files_hold_the_array(tmp_path_factory, values, suffix):
    path = tmp_path_factory.mktemp("plain") / f"values.{suffix}"
    if suffix == "npy":
        np.save(path, values)
        read = io.read(path)
    else:
        values.tofile(path)
        dims = (*values.shape[2::-1], *values.shape[3:])
        read = io.read(path, dims=dims, dtype=values.dtype)
    assert isinstance(read, np.memmap)
    assert read.dtype == values.dtype
    np.testing.assert_array_equal(read, values)


@settings(deadline=None, max_examples=30)
@given(
    hnp.arrays(
        st.sampled_from(["u1", "i2", "f4", "f8"]),
        hnp.array_shapes(min_dims=3, max_dims=4, max_side=5),
    ),
    st.integers(1, 3),
)
def test_slabs_make_the_file_that_numpy_makes(tmp_path_factory, values, thickness):
    folder = tmp_path_factory.mktemp("slabs")
    slabs = [values[z : z + thickness] for z in range(0, len(values), thickness)]
    plain.write_npy(slabs, values.shape, values.dtype, folder / "a.npy")
    plain.write_raw(slabs, folder / "a.raw")
    np.testing.assert_array_equal(np.load(folder / "a.npy"), values)
    assert (folder / "a.raw").read_bytes() == values.tobytes()


def test_raw_size_must_be_that_of_dims_and_type(tmp_path):
    (tmp_path / "a.raw").write_bytes(bytes(100))
    with pytest.raises(ValueError, match=r"100 bytes.*4 x 5 x 6 uint8 takes 120"):
        io.read(tmp_path / "a.raw", dims=(4, 5, 6), dtype="uint8")
    with pytest.raises(ValueError, match="give dims and dtype"):
        io.read(tmp_path / "a.raw")
    with pytest.raises(ValueError, match="all >= 1"):
        io.read(tmp_path / "a.raw", dims=(4, 0, 6), dtype="uint8")
    with pytest.raises(TypeError, match="nonsense"):
        io.read(tmp_path / "a.raw", dims=(4, 5, 5), dtype="nonsense")


def test_dims_belong_to_raw_files_alone(tmp_path):
    np.save(tmp_path / "a.npy", np.zeros((2, 2, 2)))
    with pytest.raises(ValueError, match=r"for \.raw files"):
        io.read(tmp_path / "a.npy", dims=(2, 2, 2), dtype="float64")


def test_missing_file_folder_and_unknown_suffix(tmp_path):
    (tmp_path / "a.xyz").write_text("?")
    with pytest.raises(FileNotFoundError):
        io.read(tmp_path / "missing.vti")
    with pytest.raises(IsADirectoryError):
        io.read(tmp_path)
    with pytest.raises(ValueError, match=r"unknown suffix '\.xyz'"):
        io.read(tmp_path / "a.xyz")


def test_npy_that_is_none(tmp_path):
    (tmp_path / "a.npy").write_bytes(b"no array")
    with pytest.raises(ValueError, match=r"a\.npy"):
        io.read(tmp_path / "a.npy")
    np.save(tmp_path / "b.npy", np.array([{}], object), allow_pickle=True)
    with pytest.raises(ValueError, match=r"b\.npy"):
        io.read(tmp_path / "b.npy")


DAMAGED = {
    "a.vti": b"no xml",
    "b.vti": b'<VTKFile type="ImageData"><ImageData WholeExtent="0 3 0 3 0 3">'
    b'<Piece Extent="0 3 0 3 0 3"><PointData><DataArray type="UInt8" Name="v" format="ascii">1 2'
    b"</DataArray></PointData></Piece></ImageData></VTKFile>",
    "a.mhd": b"no header",
    "b.mhd": b"ObjectType = Image\nNDims = 3\nDimSize = 4 4 4\nElementType = MET_UCHAR\n"
    b"ElementDataFile = missing.raw\n",
    "a.mha": b"ObjectType = Image\nNDims = 3\nDimSize = 4 4 4\nElementType = MET_UCHAR\n"
    b"ElementDataFile = LOCAL\nabc",
    "a.nrrd": b"no header",
    "c.nrrd": b"NRRD0004\ntype: uchar\ndimension: 3\nsizes: 4 4 4\nencoding: gzip\n\nabc",
    "d.nrrd": b"NRRD0004\ntype: uchar\ndimension: 3\nencoding: raw\n\nabc",
    "b.nrrd": b"NRRD0004\ntype: uchar\ndimension: 3\nsizes: 4 4 4\nencoding: raw\n\nabc",
    "a.nii": b"no header",
    "a.nii.gz": b"no gzip",
    "a.vtk": b"no header",
    "a.tif": b"no picture",
}


@pytest.mark.parametrize("name", DAMAGED)
def test_damaged_image_is_an_error_with_the_readers_reason(name, tmp_path, capfd):
    pytest.importorskip("vtkmodules")
    (tmp_path / name).write_bytes(DAMAGED[name])
    with pytest.raises(ValueError, match=f"cannot read .*{name}: ..."):
        io.read(tmp_path / name)
    assert capfd.readouterr().err == ""


def write_with_vtk(module, name, image, path):
    import importlib

    writer = getattr(importlib.import_module(f"vtkmodules.{module}"), name)()
    writer.SetFileName(str(path))
    writer.SetInputData(image)
    writer.Write()


@pytest.mark.parametrize(
    ("suffix", "module", "writer"),
    [
        ("vti", "vtkIOXML", "vtkXMLImageDataWriter"),
        ("vtk", "vtkIOLegacy", "vtkStructuredPointsWriter"),
        ("mhd", "vtkIOImage", "vtkMetaImageWriter"),
        ("nii", "vtkIOImage", "vtkNIFTIImageWriter"),
        ("nii.gz", "vtkIOImage", "vtkNIFTIImageWriter"),
        ("tif", "vtkIOImage", "vtkTIFFWriter"),
    ],
)
def test_what_vtk_writes_is_read(suffix, module, writer, tmp_path):
    pytest.importorskip("vtkmodules")
    from test_volume import add_array
    from vtkmodules.vtkCommonDataModel import vtkImageData

    values, image = waves((4, 5, 6), "uint8"), vtkImageData()
    image.SetDimensions(6, 5, 4)
    image.SetSpacing(0.5, 1.0, 2.0)
    add_array(image.GetPointData(), values.ravel(), "field", active=True)
    path = tmp_path / f"a.{suffix}"
    write_with_vtk(module, writer, image, path)
    volume = as_volume(io.read(path))
    assert volume.values.dtype == "uint8"
    np.testing.assert_array_equal(np.sort(volume.values.ravel()), np.sort(values.ravel()))
    if suffix != "tif":
        np.testing.assert_array_equal(volume.values, values)
        assert tuple(volume.geometry.spacing) == (0.5, 1.0, 2.0)


NRRD_HEADER = (
    "NRRD0004\n# comment\ntype: {type}\ndimension: 3\nsizes: 6 5 4\n{more}encoding: {encoding}\n"
)


@pytest.mark.parametrize("dtype", ["uint8", "<i2", ">f4"])
@pytest.mark.parametrize("encoding", ["raw", "gzip", "ascii"])
@pytest.mark.parametrize("detached", [False, True])
def test_nrrd_is_read(dtype, encoding, detached, tmp_path):
    values = waves((4, 5, 6), np.dtype(dtype).name).astype(dtype)
    data = {
        "raw": values.tobytes(),
        "gzip": gzip.compress(values.tobytes()),
        "ascii": " ".join(map(str, values.ravel().tolist())).encode(),
    }[encoding]
    names = {"uint8": "unsigned char", "int16": "short", "float32": "float"}
    more = f"endian: {'big' if dtype[0] == '>' else 'little'}\n"
    more += "data file: a.bin\n" if detached else ""
    header = NRRD_HEADER.format(type=names[values.dtype.name], more=more, encoding=encoding)
    (tmp_path / "a.nrrd").write_bytes(header.encode() + (b"" if detached else b"\n" + data))
    (tmp_path / "a.bin").write_bytes(data)
    volume = as_volume(io.read(tmp_path / "a.nrrd"))
    assert volume.values.dtype == values.dtype.newbyteorder("=")
    np.testing.assert_array_equal(volume.values, values)


def test_nrrd_geometry(tmp_path):
    more = (
        "space: left-posterior-superior\nkinds: domain domain domain\n"
        "space directions: (0,2,0) (-1,0,0) (0,0,0.5)\nspace origin: (7,8,9)\n"
    )
    header = NRRD_HEADER.format(type="uchar", more=more, encoding="raw")
    (tmp_path / "a.nrrd").write_bytes(header.encode() + b"\n" + bytes(120))
    geometry = as_volume(io.read(tmp_path / "a.nrrd")).geometry
    assert geometry.extent == [0, 5, 0, 4, 0, 3]
    assert geometry.origin == [7, 8, 9]
    assert geometry.spacing == [2, 1, 0.5]
    assert geometry.direction == [0, -1, 0, 1, 0, 0, 0, 0, 1]


def test_nrrd_vectors_have_components_last(tmp_path):
    values = np.arange(4 * 5 * 6 * 3, dtype=np.float32).reshape(4, 5, 6, 3)
    header = (
        "NRRD0005\ntype: float\ndimension: 4\nsizes: 3 6 5 4\nkinds: vector domain domain domain\n"
    )
    header += "spacings: nan 1 2 3\nendian: little\nencoding: raw\n\n"
    (tmp_path / "a.nrrd").write_bytes(header.encode() + values.tobytes())
    volume = as_volume(io.read(tmp_path / "a.nrrd"))
    np.testing.assert_array_equal(volume.values, values)
    assert volume.geometry.spacing == [1, 2, 3]


@pytest.mark.parametrize("suffix", ["vti", "npy", "raw"])
def test_decoded_model_is_in_the_file(model, suffix, tmp_path):
    if suffix == "vti":
        pytest.importorskip("vtkmodules")
    path = tmp_path / f"a.{suffix}"
    io.write([model], path)
    raw = {"dims": model.dimensions, "dtype": model.dtype} if suffix == "raw" else {}
    volume = as_volume(io.read(path, **raw))
    np.testing.assert_array_equal(volume.values, model.decode())
    assert os.listdir(tmp_path) == [path.name]
    if suffix == "vti":
        assert list(volume.geometry.origin) == list(model.geometry.origin)


def test_slabs_cover_a_volume_larger_than_one(model, tmp_path, monkeypatch):
    monkeypatch.setattr(io, "SLAB_BYTES", model.original_bytes // 3)
    io.write([model], tmp_path / "a.npy")
    np.testing.assert_array_equal(np.load(tmp_path / "a.npy"), model.decode())


def test_unwritable_outputs(model, tmp_path):
    with pytest.raises(ValueError, match=r"\.vti or \.npy or \.raw"):
        io.write([model], tmp_path / "a.png")
    with pytest.raises(FileNotFoundError, match="no folder"):
        io.write([model], tmp_path / "nowhere" / "a.npy")


def write_half(path):
    with atomic_path(path) as partial:
        partial.write_text("half")
        raise OSError("disk is full")


def test_failed_write_leaves_what_was_there(tmp_path):
    path = tmp_path / "a.raw"
    path.write_text("before")
    with pytest.raises(OSError, match=r"cannot write .*a\.raw': disk is full"):
        write_half(path)
    assert path.read_text() == "before"
    assert os.listdir(tmp_path) == ["a.raw"]


def test_png_holds_the_pixels(tmp_path):
    pixels = np.random.default_rng(0).integers(0, 256, (5, 7, 3), np.uint8)
    write_png(pixels, tmp_path / "a.png")
    data = (tmp_path / "a.png").read_bytes()
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    assert struct.unpack(">II", data[16:24]) == (7, 5)
    length = struct.unpack(">I", data[33:37])[0]
    rows = np.frombuffer(zlib.decompress(data[41 : 41 + length]), np.uint8).reshape(5, 22)
    np.testing.assert_array_equal(rows[:, 0], 0)
    np.testing.assert_array_equal(rows[:, 1:].reshape(5, 7, 3), pixels)
