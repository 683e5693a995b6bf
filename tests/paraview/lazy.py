# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""Pipelines on an array that decodes itself, beside the same ones on its decoded values."""

import numpy as np
from paraview import simple
from vtkmodules.util.numpy_support import vtk_to_numpy
from vtkmodules.vtkCommonCore import vtkDataArray


def opened(path):
    """A .nvol file twice: arrays that decode themselves, and decoded ones."""
    reader = simple.NeuralVolumeReader(FileName=[path])
    decoded = simple.NeuralDecompress(Input=reader)
    decoded.UpdatePipeline()
    return reader, decoded


def new_array():
    """An array that stands for nothing yet."""
    from neuralvolume_vtk.vtkNeuralVolumeData import vtkNeuralDataArray  # the plugin's

    return vtkNeuralDataArray()


def data_of(proxy):
    proxy.UpdatePipeline()
    return proxy.GetClientSideObject().GetOutputDataObject(proxy.Port)


def arrays_of(data):
    """All numeric arrays of a data object, by where they are and their names."""
    found = {}
    for kind in range(8):
        attributes = data.GetAttributesAsFieldData(kind)
        for i in range(attributes.GetNumberOfArrays() if attributes else 0):
            array = attributes.GetArray(i)
            if array is not None and array.GetName() != "NeuralVolume":
                found[kind, array.GetName()] = array
    return found


def values_of(array):
    """Read value by value, never by a pointer."""
    if not array.HasStandardMemoryLayout():
        copy = vtkDataArray.CreateDataArray(array.GetDataType())
        copy.DeepCopy(array)
        array = copy
    return vtk_to_numpy(array)


def require_same(what, first, second, tolerance=0):
    """Same arrays of the same types and values, on the same points and cells."""
    assert first.GetClassName() == second.GetClassName(), what
    firsts, seconds = arrays_of(first), arrays_of(second)
    assert firsts.keys() == seconds.keys(), what
    assert firsts, what
    for key, array in firsts.items():
        assert array.GetNumberOfTuples() > 0, f"{what}: {key}"
        assert array.GetDataType() == seconds[key].GetDataType(), f"{what}: {key}"
        np.testing.assert_allclose(
            values_of(array), values_of(seconds[key]), tolerance, err_msg=f"{what}: {key}"
        )
    if hasattr(first, "GetPoint"):
        assert first.GetNumberOfPoints() == second.GetNumberOfPoints(), what
        assert first.GetNumberOfCells() == second.GetNumberOfCells(), what
        np.testing.assert_array_equal(first.GetBounds(), second.GetBounds(), what)
    if hasattr(first, "GetPoints") and first.GetPoints():
        np.testing.assert_array_equal(
            vtk_to_numpy(first.GetPoints().GetData()), vtk_to_numpy(second.GetPoints().GetData())
        )


def decoded_bricks(reader):
    return sum(array.GetNumberOfDecodedBricks() for array in lazy_arrays(reader))


def lazy_arrays(reader):
    arrays = arrays_of(reader.GetClientSideObject().GetOutputDataObject(0)).values()
    return [array for array in arrays if array.IsA("vtkNeuralDataArray")]
