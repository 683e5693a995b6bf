# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""A representation that is given what it cannot draw: one message, no picture, no crash."""

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


def require_nothing_drawn_and_one(message, source, like, array=None):
    scene.messages.take()
    view = scene.new_view()
    display = scene.show_volume(source, view, "Neural Volume")
    if array is not None:
        simple.ColorBy(display, array)
    scene.aim(view, like.GetDataInformation().GetBounds())
    for _ in range(2):
        shown = scene.picture(view)
        assert np.abs(shown - view.Background).max() < 0.01
    said = scene.messages.take()
    assert said.count("ERROR: In ") == 1, said
    assert message in said


@pytest.mark.parametrize("damage", ["cut", "flipped"])
def test_damaged_bytes(model_path, damage):
    whole = Path(model_path).read_bytes()
    flipped = bytearray(whole)
    flipped[len(flipped) // 2] ^= 0x10
    data = {"cut": whole[: len(whole) // 3], "flipped": bytes(flipped)}[damage]
    reader = simple.OpenDataFile(model_path)
    reader.UpdatePipeline()
    require_nothing_drawn_and_one("cannot be opened", image_with(data, reader), reader)


def test_a_newer_version(model_path):
    newer = bytearray(Path(model_path).read_bytes())
    newer[8:12] = (99).to_bytes(4, "little")
    reader = simple.OpenDataFile(model_path)
    reader.UpdatePipeline()
    require_nothing_drawn_and_one("of version 99", image_with(bytes(newer), reader), reader)


def test_an_image_without_a_model(model_path):
    reader = simple.OpenDataFile(model_path)
    ordinary = scene.decompressed(reader)
    require_nothing_drawn_and_one("carries no model", ordinary, reader)


def test_a_model_that_is_awaited(model_path):
    """Empty bytes, as Neural Compress gives them while it fits: no picture, and nothing to say."""
    reader = simple.OpenDataFile(model_path)
    reader.UpdatePipeline()
    view = scene.new_view()
    scene.show_volume(image_with(b"", reader), view, "Neural Volume")
    scene.aim(view, reader.GetDataInformation().GetBounds())
    assert np.abs(scene.picture(view) - view.Background).max() < 0.01
    assert scene.messages.take() == ""


def test_an_array_without_a_model(model_path):
    reader = simple.OpenDataFile(model_path)
    doubled = simple.Calculator(Input=reader, Function="2*density", ResultArrayName="doubled")
    message = 'no model of the point array "doubled", only of the point array "density"'
    require_nothing_drawn_and_one(message, doubled, reader, ("POINTS", "doubled"))


def test_an_array_with_the_models_name_and_other_values(model_path):
    reader = simple.OpenDataFile(model_path)
    same = simple.Calculator(Input=reader, Function="1*density", ResultArrayName="density")
    view = scene.new_view()
    scene.show_volume(same, view, "Neural Volume")
    scene.aim(view, reader.GetDataInformation().GetBounds())
    assert np.ptp(scene.picture(view)) > 0.3
    same.Function = "1.02*density"
    require_nothing_drawn_and_one("no longer its model's", same, reader)


def test_an_array_that_was_removed(model_path):
    reader = simple.OpenDataFile(model_path)
    doubled = simple.Calculator(Input=reader, Function="2*density", ResultArrayName="doubled")
    chosen = simple.PassArrays(Input=doubled, PointDataArrays=["density"])
    chosen.FieldDataArrays = ["NeuralVolume"]
    view = scene.new_view()
    scene.show_volume(chosen, view, "Neural Volume")
    scene.aim(view, reader.GetDataInformation().GetBounds())
    assert np.ptp(scene.picture(view)) > 0.3
    chosen.PointDataArrays = ["doubled"]
    assert np.abs(scene.picture(view) - view.Background).max() < 0.01
    assert scene.messages.take().count('has no point array "density"') == 1


def test_a_volume_that_lies_elsewhere(model_path):
    reader = simple.OpenDataFile(model_path)
    reader.UpdatePipeline()
    elsewhere = image_with(Path(model_path).read_bytes(), reader)
    image = elsewhere.GetClientSideObject().GetOutputDataObject(0)
    image.SetOrigin(6.0, -7.0, 11.0)
    elsewhere.MarkModified(elsewhere)
    require_nothing_drawn_and_one("does not lie in the model", elsewhere, elsewhere)


def test_every_second_sample(model_path):
    reader = simple.OpenDataFile(model_path)
    coarse = simple.ExtractSubset(Input=reader, SampleRateI=2, SampleRateJ=2)
    coarse.VOI = [2, 49, -3, 44, 0, 47]
    require_nothing_drawn_and_one("does not lie in the model", coarse, reader)
