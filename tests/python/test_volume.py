# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""What counts as a volume, from numpy and from VTK."""

import numpy as np
import pytest
from fields import waves
from neuralvolume.volume import as_volume


def make_image(shape=(4, 5, 6)):
    pytest.importorskip("vtkmodules")
    from vtkmodules.vtkCommonDataModel import vtkImageData

    nz, ny, nx = shape
    image = vtkImageData()
    image.SetExtent(2, 1 + nx, -1, ny - 2, 0, nz - 1)
    image.SetOrigin(1.0, 2.0, 3.0)
    image.SetSpacing(0.5, 1.0, 2.0)
    image.SetDirectionMatrix(0, -1, 0, 1, 0, 0, 0, 0, 1)
    return image


def add_array(attributes, values, name, active=False):
    from vtkmodules.util.numpy_support import numpy_to_vtk

    array = numpy_to_vtk(values, deep=True)
    array.SetName(name)
    attributes.AddArray(array)
    if active:
        attributes.SetActiveScalars(name)


def test_contiguous_native_values_are_not_copied():
    values = waves((4, 5, 6))
    assert np.shares_memory(as_volume(values).values, values)


@pytest.mark.parametrize("name", ["int8", "uint16", "int32", "uint64", "float32", "float64"])
def test_known_types_are_kept(name):
    assert as_volume(np.ones((2, 3, 4), name)).values.dtype == name


@pytest.mark.parametrize(
    ("given", "taken"),
    [("bool", "uint8"), ("float16", "float32"), (">i2", "int16"), (">f8", "float64")],
)
def test_other_representations_hold_the_same_values(given, taken):
    values = (np.arange(24).reshape(2, 3, 4) % 2).astype(given)
    volume = as_volume(values)
    assert volume.values.dtype == taken
    assert volume.values.dtype.isnative
    np.testing.assert_array_equal(volume.values, values.astype(taken))
    assert volume.original_bytes == values.nbytes


@pytest.mark.parametrize("order", ["fortran", "strided", "reversed"])
def test_any_memory_order_gives_the_same_values(order):
    values = waves((6, 8, 10))
    views = {
        "fortran": np.asfortranarray(values),
        "strided": np.repeat(values, 2, axis=1)[:, ::2],
        "reversed": values[::-1].copy()[::-1],
    }
    volume = as_volume(views[order])
    assert volume.values.flags.c_contiguous
    np.testing.assert_array_equal(volume.values, values)


@pytest.mark.parametrize("dtype", ["complex64", "object", "datetime64[s]", "U4", "longdouble"])
def test_values_that_are_no_real_numbers_are_refused(dtype):
    with pytest.raises(TypeError, match="convert them"):
        as_volume(np.zeros((2, 2, 2), dtype))


@pytest.mark.parametrize(
    ("shape", "message"),
    [
        ((4, 4), "axes"),
        ((2, 2, 2, 2, 2), "axes"),
        ((0, 4, 4), "empty"),
        ((4, 4, 4, 0), "empty"),
        ((2, 2, 2, 17), "17 components"),
    ],
)
def test_wrong_shapes_are_refused(shape, message):
    with pytest.raises(ValueError, match=message):
        as_volume(np.zeros(shape, np.float32))


def test_numpy_lies_at_the_origin_with_unit_spacing():
    geometry = as_volume(np.zeros((4, 5, 6), np.uint8)).geometry
    assert tuple(geometry.extent) == (0, 5, 0, 4, 0, 3)
    assert tuple(geometry.origin) == (0, 0, 0)
    assert tuple(geometry.spacing) == (1, 1, 1)


def test_geometry_given_must_fit_the_array():
    from neuralvolume import Geometry

    with pytest.raises(ValueError, match="extent"):
        as_volume(np.zeros((4, 5, 6), np.uint8), geometry=Geometry((0, 3, 0, 4, 0, 5)))


def test_image_keeps_geometry_and_order():
    image = make_image()
    values = waves((4, 5, 6))
    add_array(image.GetPointData(), values.ravel(), "field", active=True)
    volume = as_volume(image)
    np.testing.assert_array_equal(volume.values, values)
    assert volume.name == "field"
    assert tuple(volume.geometry.extent) == (2, 7, -1, 3, 0, 3)
    assert tuple(volume.geometry.origin) == (1, 2, 3)
    assert tuple(volume.geometry.spacing) == (0.5, 1, 2)
    assert tuple(volume.geometry.direction) == (0, -1, 0, 1, 0, 0, 0, 0, 1)


def test_image_vectors_and_cells():
    image = make_image()
    vectors = np.arange(4 * 5 * 6 * 3, dtype=np.float32).reshape(-1, 3)
    cells = np.arange(3 * 4 * 5, dtype=np.int16)
    add_array(image.GetPointData(), vectors, "velocity")
    add_array(image.GetCellData(), cells, "label")
    velocity, label = as_volume(image, array="velocity"), as_volume(image, array="label")
    assert velocity.values.shape == (4, 5, 6, 3)
    np.testing.assert_array_equal(velocity.values.reshape(-1, 3), vectors)
    assert (label.association, label.values.shape) == ("cells", (3, 4, 5))
    np.testing.assert_array_equal(label.values.ravel(), cells)


def test_same_name_on_points_and_cells():
    image = make_image()
    add_array(image.GetPointData(), np.zeros(120, np.uint8), "value")
    add_array(image.GetCellData(), np.zeros(60, np.uint8), "value")
    assert as_volume(image, array="value").association == "points"
    assert as_volume(image, array="value", association="cells").association == "cells"


def test_missing_array_names_those_there_are():
    image = make_image()
    add_array(image.GetPointData(), np.zeros(120, np.uint8), "density")
    with pytest.raises(ValueError, match=r"'pressure'.*density"):
        as_volume(image, array="pressure")


def test_ambiguous_array_asks_for_a_name():
    image = make_image()
    add_array(image.GetPointData(), np.zeros(120, np.uint8), "a")
    add_array(image.GetPointData(), np.zeros(120, np.uint8), "b")
    with pytest.raises(ValueError, match=r"name an array.*a, b"):
        as_volume(image)


def test_empty_image_and_other_data_are_refused():
    from vtkmodules.vtkCommonDataModel import vtkImageData, vtkPolyData

    with pytest.raises(ValueError, match="empty"):
        as_volume(vtkImageData())
    with pytest.raises(TypeError, match="vtkPolyData"):
        as_volume(vtkPolyData())


@pytest.mark.parametrize(("kind", "bit", "count"), [("points", 2, 120), ("cells", 32, 60)])
def test_hidden_samples_are_invalid_and_duplicates_are_not(kind, bit, count):
    image = make_image()
    attributes = image.GetPointData() if kind == "points" else image.GetCellData()
    ghosts = np.zeros(count, np.uint8)
    ghosts[7], ghosts[8], ghosts[9] = bit, 1, bit | 1
    add_array(attributes, np.zeros(count, np.uint8), "value")
    add_array(attributes, ghosts, "vtkGhostType")
    volume = as_volume(image, array="value")
    assert np.flatnonzero(volume.invalid).tolist() == [7, 9]


def test_mask_joins_hidden_samples_and_values_that_are_not_finite():
    values = np.zeros((2, 3, 4, 2), np.float32)
    values[0, 0, 0, 1], values[1, 2, 3, 0] = np.nan, np.inf
    volume = as_volume(values)
    assert np.argwhere(volume.invalid_mask()).tolist() == [[0, 0, 0], [1, 2, 3]]


def test_the_time_is_the_pipelines_else_the_files():
    image = make_image()
    add_array(image.GetPointData(), np.zeros(120, "f4"), "a")
    assert as_volume(image).time is None
    add_array(image.GetFieldData(), np.array([2.5]), "TimeValue")
    assert as_volume(image).time == 2.5
    image.GetInformation().Set(image.DATA_TIME_STEP(), 7.0)
    assert as_volume(image).time == 7.0
