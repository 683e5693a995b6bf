# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
""".nvol files through PyVista's read and save, which find the package by its entry points."""

from __future__ import annotations

from pathlib import Path

import neuralvolume
import numpy as np
import pytest
import pyvista
from neuralvolume import Model, load_models, save_models
from neuralvolume.volume import as_volume

NETWORK = {"levels": 2, "features_per_level": 2, "log2_hashmap_size": 8, "width": 16}
BOUND = 0.02  # of the range
BRIEF = {"network": NETWORK, "steps": 20, "relative_error": BOUND}


@pytest.fixture
def mesh() -> pyvista.ImageData:
    """Waves on points and cells, and a vector."""
    image = pyvista.ImageData(
        dimensions=(9, 8, 7), spacing=(0.5, 1, 2), origin=(1, 2, 3), offset=(4, -2, 0)
    )
    image.direction_matrix = [[0, -1, 0], [1, 0, 0], [0, 0, 1]]
    x, y, z = image.points.T
    image["wave"] = np.sin(x) * np.cos(y) + z
    image["vector"] = np.stack([x, -y, 2 * z], axis=1).astype(np.float32)
    image.cell_data["number"] = np.arange(image.n_cells, dtype=np.int16)
    return image


@pytest.fixture
def path(mesh: pyvista.ImageData, tmp_path: Path) -> Path:
    file = tmp_path / "mesh.nvol"
    mesh.save(file, **BRIEF)
    return file


def test_all_arrays_are_saved_and_read_where_they_lay(mesh: pyvista.ImageData, path: Path) -> None:
    again = pyvista.read(path)
    assert isinstance(again, pyvista.ImageData)
    assert (again.extent, again.origin, again.spacing) == (mesh.extent, mesh.origin, mesh.spacing)
    np.testing.assert_array_equal(again.points, mesh.points)
    assert again.point_data.keys() == ["wave", "vector"]
    assert again.cell_data.keys() == ["number"]
    for name in ("wave", "vector", "number"):
        assert again[name].dtype == mesh[name].dtype
        assert np.abs(again[name] - mesh[name]).max() <= BOUND * np.ptp(mesh[name])
    for model in load_models(path):
        np.testing.assert_array_equal(again[model.name].ravel(), model.decode().ravel())


def test_options_are_those_of_fit(mesh: pyvista.ImageData, tmp_path: Path) -> None:
    mesh.save(tmp_path / "exact.nvol", arrays=["number"], max_error=0, steps=20)
    again = pyvista.read(tmp_path / "exact.nvol")
    assert [*again.point_data.keys(), *again.cell_data.keys()] == ["number"]
    np.testing.assert_array_equal(again["number"], mesh["number"])
    with pytest.raises(ValueError, match="no numeric array 'absent'"):
        mesh.save(tmp_path / "absent.nvol", arrays=["absent"])
    with pytest.raises(TypeError, match="abacus"):
        mesh.save(tmp_path / "unknown.nvol", abacus=1)
    assert not (tmp_path / "unknown.nvol").exists()


def test_what_was_not_changed_is_written_as_it_was_read(path: Path, tmp_path: Path) -> None:
    mesh = pyvista.read(path)
    mesh.save(tmp_path / "copy.nvol")
    assert (tmp_path / "copy.nvol").read_bytes() == path.read_bytes()


def test_what_was_changed_is_fitted_anew(path: Path, tmp_path: Path) -> None:
    mesh, before = pyvista.read(path), load_models(path)
    mesh["wave"] = np.full(mesh.n_points, 7.0)
    del mesh.cell_data["number"]
    mesh.save(tmp_path / "changed.nvol")
    wave, vector = load_models(tmp_path / "changed.nvol")
    np.testing.assert_array_equal(wave.decode(), 7)
    assert vector.to_bytes() == before[1].to_bytes()


def test_a_model_goes_with_its_place_only(path: Path, tmp_path: Path) -> None:
    mesh = pyvista.read(path)
    mesh.origin = (0, 0, 0)
    mesh.cell_data.clear()
    mesh.save(tmp_path / "moved.nvol", **BRIEF)
    assert pyvista.read(tmp_path / "moved.nvol").origin == (0, 0, 0)


def test_steps_in_time(mesh: pyvista.ImageData, tmp_path: Path) -> None:
    path, models = tmp_path / "series.nvol", list[Model]()
    for time in (2.5, 0.5, 1.5):
        step = pyvista.ImageData(dimensions=(4, 4, 4))
        step["time"] = np.full(64, time)
        step.GetInformation().Set(step.DATA_TIME_STEP(), time)
        models.append(neuralvolume.fit(as_volume(step), **BRIEF))
    save_models(models, path)
    reader = pyvista.get_reader(path)
    assert reader.time_values == [0.5, 1.5, 2.5]
    assert reader.active_time_value == 0.5
    assert pyvista.read(path)["time"].max() == 0.5
    reader.set_active_time_point(2)
    assert reader.read()["time"].max() == 2.5
    reader.set_active_time_value(1.5)
    assert reader.read()["time"].max() == 1.5
    with pytest.raises(ValueError, match="no time 7"):
        reader.set_active_time_value(7)


def test_files_that_are_no_models(path: Path, tmp_path: Path) -> None:
    damaged = tmp_path / "damaged.nvol"
    damaged.write_bytes(path.read_bytes()[:-9])
    with pytest.raises(OSError, match=r"damaged\.nvol"):
        pyvista.read(damaged)
    with pytest.raises(FileNotFoundError):
        pyvista.read(tmp_path / "absent.nvol")


def test_only_images_can_be_saved(tmp_path: Path) -> None:
    with pytest.raises(TypeError, match="PolyData is no image data"):
        pyvista.Sphere().save(tmp_path / "sphere.nvol")
    with pytest.raises(ValueError, match="no active scalars"):
        pyvista.ImageData(dimensions=(4, 4, 4)).save(tmp_path / "empty.nvol")
