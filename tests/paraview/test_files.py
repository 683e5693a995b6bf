# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""The .nvol reader and writer."""

import os
from pathlib import Path

import numpy as np
import pytest
import scene
from paraview import simple
from vtkmodules.util.numpy_support import vtk_to_numpy


def test_written_and_read_back(model_path, tmp_path):
    copy = os.path.join(tmp_path, "copy.nvol")
    simple.SaveData(copy, simple.OpenDataFile(model_path))
    assert Path(copy).read_bytes() == Path(model_path).read_bytes()
    assert os.listdir(tmp_path) == ["copy.nvol"]


def test_the_reader_knows_the_image_before_it_is_decoded(model_path):
    reader = simple.OpenDataFile(model_path)
    assert reader.GetXMLName() == "NeuralVolumeReader"
    reader.UpdatePipelineInformation()
    algorithm = reader.GetClientSideObject()
    whole = algorithm.GetExecutive().WHOLE_EXTENT()
    assert algorithm.GetOutputInformation(0).Get(whole) == (2, 49, -3, 44, 0, 47)
    reader.UpdatePipeline()
    image = reader.GetClientSideObject().GetOutputDataObject(0)
    assert image.GetSpacing() == (1.0, 0.75, 1.5)
    assert image.GetOrigin() == (5.0, -7.0, 11.0)
    assert vtk_to_numpy(image.GetPointData().GetArray("density")).max() > 0.8
    reader.UpdatePropertyInformation()
    assert reader.GetPropertyValue("ModelBytes") == os.path.getsize(model_path)
    assert reader.GetPropertyValue("ReachedPSNR") > 30


@pytest.mark.parametrize("damage", ["absent", "empty", "cut", "text"])
def test_files_that_cannot_be_read(model_path, tmp_path, damage):
    path = os.path.join(tmp_path, "damaged.nvol")
    content = {"empty": b"", "cut": Path(model_path).read_bytes()[:500], "text": b"hello " * 100}
    if damage != "absent":
        Path(path).write_bytes(content[damage])
    reader = simple.NeuralVolumeReader(FileName=path)
    reader.UpdatePipeline()
    said = scene.messages.take()
    assert said.count("ERROR: Neural Volume Reader") == 1, said
    assert path in said
    assert reader.GetDataInformation().GetNumberOfPoints() == 0


def test_an_unwritable_path(model_path):
    reader = simple.OpenDataFile(model_path)
    reader.UpdatePipeline()
    simple.SaveData("/proc/nowhere.nvol", reader)
    assert "ERROR: Neural Volume Writer" in scene.messages.take()


def test_neural_volume_is_what_is_shown_and_coloured(model_path):
    """Without touching anything else, as after Apply in the GUI."""
    source = simple.OpenDataFile(model_path)
    view = scene.new_view()
    display = simple.Show(source, view)
    assert display.Representation == "Neural Volume"
    assert list(display.ColorArrayName) == ["POINTS", "density"]
    simple.ResetCamera(view)
    assert np.ptp(scene.picture(view), axis=-1).max() > 0.3


def test_switching_the_type_colours_too(model_path):
    source = simple.OpenDataFile(model_path)
    view = scene.new_view()
    display = simple.Show(source, view, "UniformGridRepresentation")
    display.SetRepresentationType("Outline")
    simple.ColorBy(display, None)
    display.SetRepresentationType("Neural Volume")
    assert list(display.ColorArrayName) == ["POINTS", "density"]
