# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""Types, components, hidden samples and several arrays go through the filters."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from images import (
    ABSOLUTE,
    NETWORK,
    RELATIVE,
    add_array,
    attributes_of,
    compress,
    decompressed,
    make_image,
    positions,
    values_of,
)
from neuralvolume.filters import NeuralCompress, NeuralVolumeReader, NeuralVolumeWriter
from numpy.typing import NDArray
from vtkmodules import vtkCommonCore
from vtkmodules.vtkCommonCore import VTK_BIT, vtkDataArray
from vtkmodules.vtkCommonDataModel import vtkDataSetAttributes, vtkImageData

DIMENSIONS = (9, 8, 7)
HIDDEN = {
    "points": vtkDataSetAttributes.HIDDENPOINT,
    "cells": vtkDataSetAttributes.HIDDENCELL,
}
INTEGERS = [
    *("Char", "SignedChar", "UnsignedChar", "Short", "UnsignedShort", "Int", "UnsignedInt"),
    *("Long", "UnsignedLong", "LongLong", "UnsignedLongLong", "IdType"),
]


def wave(low: float, high: float, samples: int = 9 * 8 * 7) -> NDArray[np.float64]:
    """From `low` to `high`, both included."""
    values = np.sin(np.linspace(-np.pi / 2, np.pi / 2, samples))
    return low + (high - low) * (values + 1) / 2


def vtk_array(kind: str, values: NDArray[np.float64]) -> vtkDataArray:
    array = getattr(vtkCommonCore, f"vtk{kind}Array")()
    array.SetNumberOfTuples(values.size)
    for i, value in enumerate(values):
        array.SetTuple1(i, value)
    return array


def tuples(array: vtkDataArray) -> NDArray[np.float64]:
    return np.array([array.GetTuple1(i) for i in range(array.GetNumberOfTuples())])


def through(array: Any, **options: Any) -> vtkDataArray:
    result = decompressed(add_array(make_image(DIMENSIONS), array), **options)
    return result.GetPointData().GetArray("field")


@pytest.mark.parametrize("kind", [*INTEGERS, "Bit"])
def test_integers_are_exact_where_that_is_asked(kind: str) -> None:
    array = vtk_array(kind, np.round(wave(0, 1 if kind == "Bit" else 100)))
    decoded = through(array, ErrorBound=ABSOLUTE, MaxError=0)
    np.testing.assert_array_equal(tuples(decoded), tuples(array))


@pytest.mark.parametrize("kind", [*INTEGERS, "Float", "Double"])
def test_width_and_sign_of_a_type_stay(kind: str) -> None:
    """The whole range of integers: nothing may wrap around."""
    original = vtk_array(kind, np.zeros(1))
    low, high = original.GetDataTypeMin(), original.GetDataTypeMax()
    if kind in ("Float", "Double"):
        low, high = -1.5, 2.5
    array = vtk_array(kind, wave(low, high * (1 - 1e-12)))
    decoded = through(array, ErrorBound=RELATIVE, RelativeError=0.01)
    assert decoded.GetDataTypeSize() == array.GetDataTypeSize()
    assert decoded.GetDataTypeMin() == array.GetDataTypeMin()
    assert decoded.GetDataTypeMax() == array.GetDataTypeMax()
    assert np.abs(tuples(decoded) - tuples(array)).max() <= 0.01 * (high - low)


def test_bits_become_bytes() -> None:
    array = vtk_array("Bit", np.round(wave(0, 1)))
    assert array.GetDataType() == VTK_BIT
    assert through(array).GetDataTypeAsString() == "unsigned char"


@pytest.mark.parametrize("components", [2, 3, 6, 9, 16])
@pytest.mark.parametrize("association", ["points", "cells"])
def test_vectors_and_tensors(components: int, association: str) -> None:
    """Each component has a range of its own, and none takes another's place."""
    image = make_image(DIMENSIONS)
    steps = np.arange(components)
    values = positions(image, association)[:, :1] * (steps + 1) + 1000 * steps
    add_array(image, values, association=association)
    result = decompressed(image, ErrorBound=RELATIVE, RelativeError=1e-4)
    decoded = values_of(result, association=association)
    np.testing.assert_allclose(decoded, values, atol=1e-4 * np.ptp(values))


def test_components_keep_their_names() -> None:
    image = make_image(DIMENSIONS)
    add_array(image, np.stack([wave(0, 1), wave(5, 3)], axis=1))
    array = image.GetPointData().GetArray(0)
    array.SetComponentName(0, "radial")
    array.SetComponentName(1, "azimuthal")
    result = decompressed(image).GetPointData().GetArray(0)
    assert [result.GetComponentName(i) for i in range(2)] == ["radial", "azimuthal"]


def test_arrays_that_are_no_block_of_memory() -> None:
    """As simulations hand them over in situ: a buffer for each component."""
    arrays = vtkCommonCore.vtkSOADataArrayTemplate["float64"]()
    arrays.SetNumberOfComponents(2)
    arrays.SetNumberOfTuples(9 * 8 * 7)
    values = np.stack([wave(0, 1), wave(5, 3)], axis=1)
    for i, pair in enumerate(values):
        arrays.SetTuple2(i, *pair)
    image = add_array(make_image(DIMENSIONS), arrays)
    result = decompressed(image, ErrorBound=ABSOLUTE, MaxError=0.01)
    np.testing.assert_allclose(values_of(result), values, atol=0.01)


def mark(image: vtkImageData, samples: list[int], mark: int, association: str = "points") -> None:
    """As BlankPoint, BlankCell and the ghost generators do."""
    marks = np.zeros(values_of(image, association=association).shape[0], np.uint8)
    marks[samples] = mark
    add_array(image, marks, "vtkGhostType", association)


@pytest.mark.parametrize("association", ["points", "cells"])
def test_blanked_samples_come_back_without_a_value(association: str) -> None:
    image = make_image(DIMENSIONS)
    values = positions(image, association) @ [1.0, 2.0, 3.0]
    hidden = [3, 50, 51]
    values[hidden] = 1e9  # what is behind a blanked sample must not count
    add_array(image, values, association=association)
    mark(image, hidden, HIDDEN[association], association)
    result = decompressed(image, ErrorBound=ABSOLUTE, MaxError=0.01)
    decoded = values_of(result, association=association)
    assert np.flatnonzero(np.isnan(decoded)).tolist() == hidden
    valid = ~np.isnan(decoded)
    np.testing.assert_allclose(decoded[valid], values[valid], atol=0.01)


def test_blanked_integers_come_back_as_the_minimum() -> None:
    image = make_image(DIMENSIONS)
    values = np.round(wave(-20, 20)).astype(np.int16)
    values[7] = 9999
    add_array(image, values)
    mark(image, [7], HIDDEN["points"])
    decoded = values_of(decompressed(image, ErrorBound=ABSOLUTE, MaxError=0))
    assert decoded[7] == -20
    np.testing.assert_array_equal(np.delete(decoded, 7), np.delete(values, 7))


def test_ghosts_of_a_neighbour_count() -> None:
    """A duplicate holds the same values as elsewhere: it trains and comes back."""
    image = add_array(make_image(DIMENSIONS), wave(0, 1))
    mark(image, list(range(72)), vtkDataSetAttributes.DUPLICATEPOINT)
    decoded = values_of(decompressed(image, ErrorBound=ABSOLUTE, MaxError=0.01))
    np.testing.assert_allclose(decoded, wave(0, 1), atol=0.01)


def test_values_that_are_not_finite_come_back_as_nan() -> None:
    values = np.stack([wave(0, 1), wave(2, 5)], axis=1)
    values[4, 0], values[9, 1], values[20] = np.nan, np.inf, -np.inf
    result = decompressed(
        add_array(make_image(DIMENSIONS), values), ErrorBound=ABSOLUTE, MaxError=0.01
    )
    decoded = values_of(result)
    finite = np.isfinite(values).all(axis=1)
    assert np.isnan(decoded[~finite]).all()
    np.testing.assert_allclose(decoded[finite], values[finite], atol=0.01)


def four_arrays() -> tuple[vtkImageData, dict[tuple[str, str], float]]:
    """Two on points, two on cells, of which two have one name; each has a value of its own."""
    image = make_image(DIMENSIONS)
    values = {("a", "points"): 1.0, ("b", "points"): 2.0, ("b", "cells"): 3.0, ("c", "cells"): 4.0}
    for (name, association), value in values.items():
        count = 9 * 8 * 7 if association == "points" else 8 * 7 * 6
        add_array(image, np.full(count, value), name, association)
    return image, values


def test_the_array_asked_for_is_taken() -> None:
    image, values = four_arrays()
    for (name, association), value in values.items():
        fitted = compress(image, name, association)
        fitted.Update()
        result = fitted.GetOutputDataObject(0)
        assert attributes_of(result, association).GetArray(name).GetRange() == (value, value)
        arrays = [attributes_of(result, kind).GetNumberOfArrays() for kind in ("points", "cells")]
        assert sum(arrays) == 1


def test_all_arrays_are_taken_unless_some_are_asked_for(tmp_path: Path) -> None:
    image, values = four_arrays()
    fitted, writer, reader = NeuralCompress(), NeuralVolumeWriter(), NeuralVolumeReader()
    fitted.SetInputDataObject(image)
    fitted.SetTarget(NETWORK)
    writer.SetInputConnection(fitted.GetOutputPort())
    for algorithm in (writer, reader):
        algorithm.SetFileName(str(tmp_path / "four.nvol"))
    writer.Write()
    reader.Update()
    for result in (fitted.GetOutputDataObject(0), reader.GetOutputDataObject(0)):
        for (name, association), value in values.items():
            assert attributes_of(result, association).GetArray(name).GetRange() == (value, value)
