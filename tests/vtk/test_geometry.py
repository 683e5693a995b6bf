# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""A compressed image lies where the original lies, sample by sample."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from images import (
    ABSOLUTE,
    add_array,
    attributes_of,
    compress,
    decompressed,
    make_image,
    positions,
    values_of,
)
from neuralvolume import Model
from neuralvolume.filters import NeuralDecompress, NeuralVolumeReader, NeuralVolumeWriter
from numpy.typing import NDArray
from vtkmodules.vtkCommonCore import vtkPoints
from vtkmodules.vtkCommonDataModel import vtkImageData, vtkPolyData
from vtkmodules.vtkFiltersCore import vtkProbeFilter

angles = st.floats(-np.pi, np.pi)
lengths = st.floats(0.05, 20)
signs = st.sampled_from([1.0, -1.0])


def rotation(a: float, b: float, c: float) -> NDArray[np.float64]:
    """Turn by a, b, c around z, y, x."""
    z = [[np.cos(a), -np.sin(a), 0], [np.sin(a), np.cos(a), 0], [0, 0, 1]]
    y = [[np.cos(b), 0, np.sin(b)], [0, 1, 0], [-np.sin(b), 0, np.cos(b)]]
    x = [[1, 0, 0], [0, np.cos(c), -np.sin(c)], [0, np.sin(c), np.cos(c)]]
    return np.array(z) @ np.array(y) @ np.array(x)


@st.composite
def images(draw: st.DrawFn) -> vtkImageData:
    """Any place, any orientation, mirrored or not; spacings may be negative."""
    spacing = [draw(lengths) * draw(signs) for _ in range(3)]
    turned = rotation(draw(angles), draw(angles), draw(angles))
    return make_image(
        draw(st.tuples(*3 * [st.integers(1, 6)]).filter(lambda n: n != (1, 1, 1))),
        first=draw(st.tuples(*3 * [st.integers(-9, 9)])),
        origin=draw(st.tuples(*3 * [st.floats(-1000, 1000)])),
        spacing=spacing,
        direction=turned @ np.diag([1, 1, draw(signs)]),
    )


def placed(image: vtkImageData) -> tuple[Any, ...]:
    matrix = image.GetDirectionMatrix()
    direction = tuple(matrix.GetElement(i, j) for i in range(3) for j in range(3))
    return image.GetExtent(), image.GetOrigin(), image.GetSpacing(), direction


@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(image=images(), association=st.sampled_from(["points", "cells"]), seed=st.integers(0, 99))
def test_geometry_goes_through_filters_and_files(
    tmp_path: Path, image: vtkImageData, association: str, seed: int
) -> None:
    count = image.GetNumberOfPoints() if association == "points" else image.GetNumberOfCells()
    values = np.random.default_rng(seed).normal(size=count)
    fitted = compress(add_array(image, values, association=association))
    writer, reader, decoded = NeuralVolumeWriter(), NeuralVolumeReader(), NeuralDecompress()
    path = str(tmp_path / "field.nvol")
    writer.SetInputConnection(fitted.GetOutputPort())
    writer.SetFileName(path)
    writer.Write()
    reader.SetFileName(path)
    decoded.SetInputConnection(reader.GetOutputPort())
    decoded.Update()
    results = [each.GetOutputDataObject(0) for each in (fitted, reader, decoded)]
    for result in results:
        assert placed(result) == placed(image)
        assert attributes_of(result, association).GetNumberOfArrays() == 1
    evaluated = Model.load(path).evaluate(positions(image, association))
    arrays = [values_of(result, association=association) for result in results]
    np.testing.assert_array_equal(arrays[0], arrays[1])
    np.testing.assert_array_equal(arrays[0], arrays[2])
    np.testing.assert_allclose(evaluated, arrays[0], atol=1e-4 * (np.ptp(values) or 1))


@pytest.mark.parametrize("mirror", [1, -1])
def test_a_ramp_in_space_is_found_where_it_was(mirror: int) -> None:
    """As of an oblique MRI: rotated, anisotropic, far from the origin."""
    direction = rotation(0.3, -0.2, 1.1) @ np.diag([1, 1, mirror])
    image = make_image((13, 17, 9), (4, -3, 7), (-90, 126.5, -72), (0.9, 0.9, 3.0), direction)
    axis = np.array([0.6, -0.3, 0.7])
    ramp = positions(image) @ axis
    tolerance = 0.01  # of a millimetre along the axis
    result = decompressed(add_array(image, ramp), ErrorBound=ABSOLUTE, MaxError=tolerance)
    inside = np.random.default_rng(0).dirichlet(np.ones(8), 200)
    corners = positions(image)[[0, 12, 12 * 17, 13 * 17 - 1, -1, -13, -13 * 17, -13 * 16]]
    probed = probe(result, inside @ corners)
    np.testing.assert_allclose(probed, inside @ corners @ axis, atol=tolerance * 1.001)


def probe(image: vtkImageData, at: NDArray[np.float64]) -> NDArray[Any]:
    """Linear interpolation by VTK."""
    points, where, filter_ = vtkPoints(), vtkPolyData(), vtkProbeFilter()
    points.SetDataTypeToDouble()
    for position in at:
        points.InsertNextPoint(position)
    where.SetPoints(points)
    filter_.SetInputData(where)
    filter_.SetSourceData(image)
    filter_.Update()
    assert values_of(filter_.GetOutput(), "vtkValidPointMask").all()
    return values_of(filter_.GetOutput())


@pytest.mark.parametrize("dimensions", [(9, 8, 1), (1, 8, 9), (9, 1, 8), (11, 1, 1), (1, 1, 1)])
@pytest.mark.parametrize("association", ["points", "cells"])
def test_flat_images(dimensions: tuple[int, int, int], association: str) -> None:
    image = make_image(dimensions, (2, 3, 4), (1, 2, 3), (0.5, 1, 2))
    ramp = positions(image, association) @ [1.0, 2.0, 3.0]
    image = add_array(image, ramp, association=association)
    result = decompressed(image, ErrorBound=ABSOLUTE, MaxError=0.01)
    assert placed(result) == placed(image)
    np.testing.assert_allclose(values_of(result, association=association), ramp, atol=0.01)
