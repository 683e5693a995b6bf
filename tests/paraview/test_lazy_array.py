# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""What ParaView does with an array that decodes itself is what it does with the decoded values."""

import os

import lazy
import numpy as np
import pytest
import scene
from paraview import simple
from vtkmodules.vtkCommonCore import vtkDataArray

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
    streams = {"Vectors": [kind, name], "SeedType": "Line"}
    yield "Stream Tracer", simple.StreamTracer(Input=source, **streams)
    glyphs = {"GlyphMode": "Every Nth Point", "Stride": 1000}
    yield "Glyph", simple.Glyph(Input=source, OrientationArray=[kind, name], **glyphs)


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
    (values,) = lazy.lazy_arrays(reader)
    (expected,) = lazy.arrays_of(lazy.data_of(decoded)).values()
    assert values.GetName() == expected.GetName() == "value"
    assert values.GetNumberOfTuples() == expected.GetNumberOfTuples()
    for component in range(-1, values.GetNumberOfComponents()):
        assert values.GetRange(component) == expected.GetRange(component)
        assert values.GetFiniteRange(component) == expected.GetFiniteRange(component)
    assert 0 < reader.GetDataInformation().GetMemorySize() < expected.GetActualMemorySize()
    simple.Show(reader, scene.new_view(), "UniformGridRepresentation").SetRepresentationType(
        "Outline"
    )
    simple.ColorBy(simple.GetRepresentation(reader), (None, "value"))
    simple.GetColorTransferFunction("value").RescaleTransferFunction(0, 1)
    simple.Render()
    assert lazy.decoded_bricks(reader) == 0
