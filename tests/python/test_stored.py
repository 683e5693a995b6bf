# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""Several models in one file, and the image that they make."""

import numpy as np
import pytest
from fields import waves
from neuralvolume import Geometry, Model, fit, load_models, save_models
from neuralvolume.stored import joined_bytes, load_stored, stored_models
from neuralvolume.volume import Volume
from neuralvolume.vtk_image import image_of

SHAPE = (8, 9, 10)


def make_model(name="a", association="points", time=None, x0=0):
    """Of an array of an image whose points have SHAPE."""
    shape = SHAPE if association == "points" else tuple(n - 1 for n in SHAPE)
    geometry = Geometry(extent=(x0, x0 + SHAPE[2] - 1, 0, SHAPE[1] - 1, 0, SHAPE[0] - 1))
    values = waves(shape)
    volume = Volume(values, geometry, name, association, None, time, values.nbytes)
    return fit(volume, steps=10)


@pytest.fixture(scope="module")
def series():
    """Two arrays at two times."""
    return [make_model(name, time=time) for time in (0.25, 0.5) for name in "ab"]


def test_a_file_holds_arrays_and_times(series, tmp_path):
    path = tmp_path / "series.nvol"
    save_models(series, path)
    assert path.read_bytes() == b"".join(model.to_bytes() for model in series)
    stored = load_stored(path)
    assert [(m.name, m.association, m.time) for m in stored] == [
        (name, "points", time) for time in (0.25, 0.5) for name in "ab"
    ]
    for model, again in zip(series, load_models(path), strict=True):
        assert again.time == model.time
        np.testing.assert_array_equal(again.decode(), model.decode())
    save_models(stored[2:], path)
    assert [m.time for m in load_stored(path)] == [0.5, 0.5]


def test_one_model_is_not_taken_for_several_nor_several_for_one(series, tmp_path):
    path = tmp_path / "a.nvol"
    series[0].save(path)
    assert len(load_models(path)) == 1
    assert Model.load(path).time == 0.25
    save_models(series, path)
    with pytest.raises(ValueError, match="holds 4 models"):
        Model.load(path)


def test_what_is_missing_damaged_or_double_is_said(series, tmp_path):
    path = tmp_path / "a.nvol"
    with pytest.raises(ValueError, match="no model"):
        save_models([], path)
    with pytest.raises(ValueError, match=r"array 'a' of points at time 0\.25"):
        save_models([series[0], series[0]], path)
    assert not path.exists()
    data = joined_bytes(series)
    for damaged in (
        data[:-1],
        data + b"more",
        data.replace(series[2].to_bytes()[40:60], b"?" * 20),
    ):
        path.write_bytes(damaged)
        with pytest.raises(ValueError, match=f"cannot open '{path}'"):
            load_stored(path)
    with pytest.raises(ValueError, match="two models"):
        stored_models(data + data)


def test_a_model_moves_in_time(series):
    stored = stored_models(joined_bytes(series))[0]
    assert stored.at(0.25) is stored
    assert stored.at(3.0).time == 3.0
    assert stored.at(3.0).at(0.25).data == stored.data
    assert stored.at(None).time is None


def test_an_image_has_the_arrays_of_one_time():
    image = image_of([make_model("a", time=2.0), make_model("b", "cells", time=2.0)])
    assert image.GetPointData().GetScalars().GetName() == "a"
    assert image.GetCellData().GetScalars().GetName() == "b"
    assert image.GetDimensions() == (10, 9, 8)


def test_models_of_other_grids_or_times_are_no_image(series):
    with pytest.raises(ValueError, match="grids of arrays 'a' and 'c' differ"):
        image_of([make_model("a"), make_model("c", x0=1)])
    with pytest.raises(ValueError, match=r"times 0\.25 and 0\.5"):
        image_of(series[1:3])


def test_the_time_of_an_image_is_kept():
    image = image_of([make_model("a", time=2.0)])
    assert fit(image, steps=10).time == 2.0
    assert fit(waves((8, 8, 8)), steps=10).time is None
