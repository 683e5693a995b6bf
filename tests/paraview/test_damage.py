# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""A mapper that is given what it cannot draw: one message, no picture, no crash."""

from pathlib import Path

import numpy as np
import pytest
import scene
from paraview import simple
from vtkmodules.vtkCommonCore import vtkUnsignedCharArray
from vtkmodules.vtkCommonDataModel import vtkImageData


def image_with(data, like):
    """The image of a source with other bytes in place of its model."""
    image = vtkImageData()
    image.ShallowCopy(like.GetClientSideObject().GetOutputDataObject(0))
    array = vtkUnsignedCharArray()
    array.SetName("NeuralVolume")
    array.SetNumberOfTuples(len(data))
    if data:
        memoryview(array)[:] = data
    image.GetFieldData().Initialize()
    image.GetFieldData().AddArray(array)
    producer = simple.TrivialProducer()
    producer.GetClientSideObject().SetOutput(image)
    return producer


def require_nothing_drawn_and_one(message, source, like):
    scene.messages.take()
    view = scene.new_view()
    scene.show_volume(source, view, "Neural Volume")
    scene.aim(view, like.GetDataInformation().GetBounds())
    for _ in range(2):
        shown = scene.picture(view)
        assert np.abs(shown - view.Background).max() < 0.01
    said = scene.messages.take()
    assert said.count("vtkNeuralVolumeMapper (") == 1, said
    assert message in said


@pytest.mark.parametrize("damage", ["empty", "cut", "flipped"])
def test_damaged_bytes(model_path, damage):
    whole = Path(model_path).read_bytes()
    flipped = bytearray(whole)
    flipped[len(flipped) // 2] ^= 0x10
    data = {"empty": b"", "cut": whole[: len(whole) // 3], "flipped": bytes(flipped)}[damage]
    reader = simple.OpenDataFile(model_path)
    reader.UpdatePipeline()
    require_nothing_drawn_and_one("cannot be opened", image_with(data, reader), reader)


def test_an_image_without_a_model(model_path):
    reader = simple.OpenDataFile(model_path)
    ordinary = scene.decompressed(reader)
    require_nothing_drawn_and_one("carries no model", ordinary, reader)


def test_another_array(model_path):
    reader = simple.OpenDataFile(model_path)
    doubled = simple.Calculator(Input=reader, Function="2*density", ResultArrayName="doubled")
    selected = simple.PassArrays(
        Input=doubled, PointDataArrays=["doubled"], FieldDataArrays=["NeuralVolume"]
    )
    require_nothing_drawn_and_one('not for "doubled"', selected, reader)


def test_another_geometry(model_path):
    reader = simple.OpenDataFile(model_path)
    cut = simple.ExtractSubset(Input=reader, VOI=[10, 30, 0, 20, 5, 25])
    require_nothing_drawn_and_one("extent", cut, reader)
