# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""Steps in time, from a temporal source through Neural Compress and files to an animation."""

import os
from pathlib import Path

import numpy as np
import scene
from neuralvolume import load_models
from paraview import simple
from vtkmodules.util.numpy_support import numpy_to_vtk, vtk_to_numpy
from vtkmodules.vtkCommonDataModel import vtkImageData
from vtkmodules.vtkIOXML import vtkXMLImageDataWriter

SIZE = 24
STEPS = 4


def moving(time):
    """A blob that moves along x, in [0, 1]."""
    z, y, x = np.meshgrid(*3 * [np.linspace(-1, 1, SIZE)], indexing="ij")
    squared = (x + 0.4 - 0.2 * time) ** 2 + y**2 + z**2
    return np.exp(-squared / 0.15).astype("f4").ravel()


def write_steps(folder, steps=STEPS, size=SIZE):
    """An image file a step, as simulations leave them."""
    paths = []
    for step in range(steps):
        image = vtkImageData()
        image.SetDimensions(size, size, size)
        array = numpy_to_vtk(moving(step)[: size**3], deep=True)
        array.SetName("density")
        image.GetPointData().SetScalars(array)
        paths.append(os.path.join(folder, f"step_{step}.vti"))
        writer = vtkXMLImageDataWriter()
        writer.SetFileName(paths[-1])
        writer.SetInputData(image)
        writer.SetDataModeToBinary()
        writer.Write()
    return paths


def compressed_series(folder, **options):
    source = simple.OpenDataFile(write_steps(folder))
    return simple.NeuralCompress(Input=source, Ratio=8, Steps=800, **options)


def values_at(proxy, time):
    proxy.UpdatePipeline(time)
    image = proxy.GetClientSideObject().GetOutputDataObject(0)
    assert image.GetInformation().Get(image.DATA_TIME_STEP()) == time
    return vtk_to_numpy(image.GetPointData().GetArray("density")).copy()


def property_of(proxy, name):
    proxy.UpdatePropertyInformation()
    return proxy.GetPropertyValue(name)


def test_a_series_is_compressed_saved_opened_and_played(tmp_path):
    compressed = compressed_series(tmp_path)
    path = os.path.join(tmp_path, "series.nvol")
    simple.SaveData(path, compressed, WriteTimeSteps=1)
    models = load_models(path)
    assert [model.time for model in models] == [0, 1, 2, 3]
    assert max(model.report.steps for model in models[1:]) <= 400 < models[0].report.steps
    assert sum(name.endswith(".nvol") for name in os.listdir(tmp_path)) == 1

    reader = simple.OpenDataFile(path)
    assert list(reader.TimestepValues) == [0, 1, 2, 3]
    assert property_of(reader, "ModelBytes") == os.path.getsize(path)
    for step in range(STEPS):
        values = values_at(reader, step)
        np.testing.assert_array_equal(values, values_at(compressed, step))
        assert np.sqrt(np.mean((values - moving(step)) ** 2)) < 0.03

    view = scene.new_view()
    scene.show_volume(reader, view, "Neural Volume")
    scene.aim(view, reader.GetDataInformation().GetBounds())
    animation = simple.GetAnimationScene()
    animation.UpdateAnimationUsingDataTimeSteps()
    middles = []
    for step in range(STEPS):
        animation.AnimationTime = step
        brightness = np.abs(scene.picture(view) - scene.picture(view)[0, 0]).sum(axis=(0, 2))
        middles.append(np.average(np.arange(len(brightness)), weights=brightness))
    assert np.all(np.abs(np.diff(middles)) > 3), middles
    assert np.all(np.diff(np.sign(np.diff(middles))) == 0), middles


def test_a_step_is_fitted_once_until_something_changes(tmp_path):
    compressed = compressed_series(tmp_path)
    compressed.UpdatePipelineInformation()
    algorithm = compressed.GetClientSideObject()
    times = algorithm.GetOutputInformation(0).Get(algorithm.GetExecutive().TIME_STEPS())
    assert list(times) == [0, 1, 2, 3]

    def seconds(time):
        values_at(compressed, time)
        return property_of(compressed, "FitSeconds")

    first = [seconds(time) for time in (0, 1)]
    assert [seconds(time) for time in (0, 1)] == first
    assert property_of(compressed, "FitSteps") <= 400
    compressed.Seed = 1
    assert seconds(1) not in first
    assert property_of(compressed, "FitSteps") > 400  # nothing to begin from
    again = seconds(1)
    compressed.Input.FileName = list(compressed.Input.FileName)[::-1]
    assert seconds(1) != again


def test_some_steps_in_a_file_each(tmp_path):
    compressed = compressed_series(tmp_path)
    simple.SaveData(
        os.path.join(tmp_path, "x.nvol"),
        compressed,
        WriteTimeSteps=1,
        Firsttimestep=1,
        Lasttimestep=3,
        Timestepstride=2,
        Filenamesuffix="_%.2d",
    )
    names = sorted(name for name in os.listdir(tmp_path) if name.endswith(".nvol"))
    assert names == ["x_01.nvol", "x_03.nvol"]
    reader = simple.OpenDataFile([os.path.join(tmp_path, name) for name in names])
    assert list(reader.TimestepValues) == [1, 3]
    np.testing.assert_array_equal(values_at(reader, 3), values_at(compressed, 3))
    now = os.path.join(tmp_path, "now.nvol")
    simple.SaveData(now, compressed)
    assert [model.time for model in load_models(now)] == [3]
    simple.SaveData(
        os.path.join(tmp_path, "x.nvol"), compressed, WriteTimeSteps=1, Filenamesuffix="_"
    )
    assert "the suffix '_' must hold one number" in scene.messages.take()


def test_files_without_times_are_steps_of_one_file(tmp_path):
    paths = []
    for name in "ab":
        source = simple.OpenDataFile(write_steps(tmp_path, 1))
        paths.append(os.path.join(tmp_path, f"{name}.nvol"))
        simple.SaveData(paths[-1], simple.NeuralCompress(Input=source, Ratio=4, Steps=50))
    reader = simple.OpenDataFile(paths)
    assert list(reader.TimestepValues) == [0, 1]
    both = os.path.join(tmp_path, "both.nvol")
    simple.SaveData(both, reader, WriteTimeSteps=1)
    assert [model.time for model in load_models(both)] == [0, 1]


def test_steps_that_are_no_series(tmp_path):
    paths = []
    for size in (SIZE, SIZE - 1):
        source = simple.OpenDataFile(write_steps(tmp_path, 1, size))
        paths.append(os.path.join(tmp_path, f"{size}.nvol"))
        simple.SaveData(paths[-1], simple.NeuralCompress(Input=source, Ratio=4, Steps=50))
    reader = simple.NeuralVolumeReader(FileName=paths)
    reader.UpdatePipeline()
    said = scene.messages.take()
    assert said.count("ERROR: Neural Volume Reader") == 1, said
    assert paths[1] in said
    assert "(0, 22, 0, 22, 0, 22)" in said
    Path(paths[1]).write_bytes(Path(paths[1]).read_bytes()[:-1])
    reader = simple.NeuralVolumeReader(FileName=paths)
    reader.UpdatePipeline()
    assert f"cannot open '{paths[1]}'" in scene.messages.take()
