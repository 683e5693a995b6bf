# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""What ParaView does with an array that decodes itself is what it does with the decoded values."""

import os

import lazy
import numpy as np
import pytest
import scene
from paraview import simple
from vtkmodules.util.numpy_support import numpy_to_vtk, vtk_to_numpy

BRICKS = 27  # of each model


def filters_for(source, kind, name):
    """Filters by name, on an array of points or cells."""
    low, high = np.reshape(source.GetDataInformation().GetBounds(), (3, 2)).T
    array, on = [kind, name], {"Input": source}
    probe = simple.ProbeLocation(**on, ProbeType="Fixed Radius Point Source")
    probe.ProbeType.Center = list((low + 2 * high) / 3)
    yield "Probe", probe
    yield "Extract Subset", simple.ExtractSubset(**on, VOI=[4, 20, 0, 30, 7, 25], SampleRateI=2)
    yield "Plot Over Line", simple.PlotOverLine(**on, Point1=list(low), Point2=list(high))
    yield "Threshold", simple.Threshold(**on, Scalars=array, LowerThreshold=90, UpperThreshold=160)
    yield "Resample To Image", simple.ResampleToImage(**on, SamplingDimensions=[40, 30, 20])
    attributes = {"POINTS": "Point Data", "CELLS": "Cell Data"}[kind]
    yield "Calculator", simple.Calculator(**on, AttributeType=attributes, Function=f"2*{name}")
    yield "Histogram", simple.Histogram(**on, SelectInputArray=array, BinCount=20)
    yield "Gradient", simple.Gradient(**on, ScalarArray=array)
    yield "Slice", simple.Slice(**on)
    yield "Clip", simple.Clip(**on, ClipType="Scalar", Scalars=array, Value=120)
    yield "Extract Surface", simple.ExtractSurface(**on)
    if kind == "POINTS":
        yield "Contour", simple.Contour(**on, ContourBy=array, Isosurfaces=[100, 150])
    else:
        yield "Cell Data To Point Data", simple.CellDatatoPointData(**on)


def vector_filters_for(source, kind, name):
    """Filters of vectors, by name."""
    low, high = np.reshape(source.GetDataInformation().GetBounds(), (3, 2)).T
    streams = simple.StreamTracer(Input=source, Vectors=[kind, name], SeedType="Line")
    streams.SeedType.Point1 = list(0.7 * low + 0.3 * high)
    streams.SeedType.Point2 = list(0.4 * low + 0.6 * high)
    streams.SeedType.Resolution = 5
    yield "Stream Tracer", streams
    glyphs = simple.Glyph(Input=source, GlyphMode="Every Nth Point", Stride=1000)
    glyphs.OrientationArray = glyphs.ScaleArray = [kind, name]
    glyphs.ScaleFactor = 0.1
    yield "Glyph", glyphs


@pytest.mark.parametrize("model", ["points", "holes", "integers", "cells"])
def test_filters(lazy_models, model):
    reader, decoded = lazy.opened(os.path.join(lazy_models, f"{model}.nvol"))
    kind = "CELLS" if model == "cells" else "POINTS"
    pairs = zip(
        filters_for(reader, kind, "value"), filters_for(decoded, kind, "value"), strict=True
    )
    for (what, ours), (_, expected) in pairs:
        lazy.require_same(what, lazy.data_of(ours), lazy.data_of(expected))
        decoded_bricks = lazy.decoded_bricks(reader)
        if what == "Extract Subset":
            assert 0 < decoded_bricks < BRICKS / 4, decoded_bricks
        if what == "Gradient":
            assert decoded_bricks == BRICKS, "no brick twice while a layer fits the cache"
    assert lazy.decoded_bricks(reader) == 2 * BRICKS, "one decoding for all that need a pointer"


@pytest.mark.parametrize("model", ["vectors", "cell_vectors"])
def test_filters_of_vectors(lazy_models, model):
    reader, decoded = lazy.opened(os.path.join(lazy_models, f"{model}.nvol"))
    kind = "CELLS" if model == "cell_vectors" else "POINTS"
    for (what, ours), (_, expected) in zip(
        vector_filters_for(reader, kind, "value"),
        vector_filters_for(decoded, kind, "value"),
        strict=True,
    ):
        lazy.require_same(what, lazy.data_of(ours), lazy.data_of(expected))


@pytest.mark.parametrize("model", ["points", "holes", "integers", "vectors", "cell_vectors"])
def test_what_is_known_without_decoding(lazy_models, model):
    reader, decoded = lazy.opened(os.path.join(lazy_models, f"{model}.nvol"))
    (values,) = lazy.arrays_of(lazy.data_of(reader)).values()
    (expected,) = lazy.arrays_of(lazy.data_of(decoded)).values()
    assert values.GetName() == expected.GetName() == "value"
    assert values.GetNumberOfTuples() == expected.GetNumberOfTuples()
    for component in range(-1, values.GetNumberOfComponents()):
        assert values.GetRange(component) == expected.GetRange(component)
        assert values.GetFiniteRange(component) == expected.GetFiniteRange(component)
    kind = "CELLS" if model.startswith("cell") else "POINTS"
    display = simple.Show(reader, scene.new_view())
    display.SetRepresentationType("Outline")
    simple.ColorBy(display, (kind, "value"))
    simple.GetColorTransferFunction("value").RescaleTransferFunction(0, 1)
    display.RescaleTransferFunctionToDataRange()
    display.SetScalarBarVisibility(simple.GetActiveView(), True)
    simple.Render()
    assert lazy.decoded_bricks(reader) == 0
    before = values.GetActualMemorySize()
    vtk_to_numpy(values)
    assert values.GetActualMemorySize() - before == pytest.approx(expected.GetActualMemorySize(), 1)


def test_pictures(lazy_models):
    """Of ParaView's own representations; Volume finds what Surface had decoded."""
    reader, decoded = lazy.opened(os.path.join(lazy_models, "points.nvol"))
    bounds = lazy.data_of(decoded).GetBounds()
    for representation, bricks in {"Slice": 9, "Surface": BRICKS, "Volume": 0}.items():
        pictures = []
        before = lazy.decoded_bricks(reader)
        for source in (reader, decoded):
            view = scene.new_view()
            scene.show_volume(source, view, representation)
            scene.aim(view, bounds)
            pictures.append(scene.picture(view))
            simple.Delete(view)
        np.testing.assert_array_equal(*pictures, representation)
        assert lazy.decoded_bricks(reader) - before == bricks, representation
        assert np.ptp(pictures[0][..., :3]) > 0.3


def test_written_as_vti(lazy_models, tmp_path):
    for model in ("points", "cell_vectors", "integers"):
        reader, decoded = lazy.opened(os.path.join(lazy_models, f"{model}.nvol"))
        for mode in ("Ascii", "Binary"):
            path = os.path.join(tmp_path, f"{model}.vti")
            simple.SaveData(path, reader, DataMode=mode)
            written = simple.XMLImageDataReader(FileName=[path])
            tolerance = 1e-5 if mode == "Ascii" else 0
            lazy.require_same(model, lazy.data_of(written), lazy.data_of(decoded), tolerance)


def test_values_cannot_be_changed_but_copied(lazy_models):
    reader, decoded = lazy.opened(os.path.join(lazy_models, "integers.nvol"))
    (values,) = lazy.arrays_of(lazy.data_of(reader)).values()
    (expected,) = lazy.arrays_of(lazy.data_of(decoded)).values()
    for change in (
        lambda: values.SetNumberOfTuples(5),
        lambda: values.SetComponent(0, 0, 1.0),
        lambda: values.InsertNextTuple((1.0,)),
        lambda: values.RemoveTuple(0),
        lambda: values.DeepCopy(expected),
    ):
        change()
        assert "compressed array cannot" in scene.messages.take()
    assert values.GetNumberOfTuples() == expected.GetNumberOfTuples()
    copy = values.NewInstance()
    assert copy.GetDataType() == values.GetDataType() == expected.GetDataType()
    copy.DeepCopy(values)
    np.testing.assert_array_equal(vtk_to_numpy(copy), vtk_to_numpy(expected))
    assert copy.GetName() == values.GetName()
    shared = lazy.new_array()
    shared.ShallowCopy(values)
    assert shared.GetNumberOfDecodedBricks() == values.GetNumberOfDecodedBricks() > 0
    assert shared.LookupValue(int(expected.GetRange()[1])) == expected.LookupValue(
        int(expected.GetRange()[1])
    )


def test_damaged_bytes_open_as_nothing():
    array = lazy.new_array()
    assert not array.Open(numpy_to_vtk(np.arange(100, dtype=np.uint8)))
    assert "cannot be opened" in scene.messages.take()
    assert array.GetNumberOfTuples() == 0
    assert array.GetVoidPointer(0) is None
