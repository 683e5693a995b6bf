# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""Steps in time, in one file or several."""

import time

import pytest
from neuralvolume import save_models
from neuralvolume.series import load_series, step_at
from test_stored import make_model


def times_and_arrays(paths):
    return [(step.time, [model.name for model in step.models]) for step in load_series(paths)]


def test_a_file_of_several_arrays_and_times(tmp_path):
    models = [make_model(name, time=time) for time in (0.5, 0.25) for name in "ab"]
    save_models(models, tmp_path / "a.nvol")
    assert times_and_arrays([tmp_path / "a.nvol"]) == [(0.25, ["a", "b"]), (0.5, ["a", "b"])]


@pytest.mark.parametrize(
    ("times", "expected"),
    [([2.0, 1.0], [1.0, 2.0]), ([None, None], [0.0, 1.0]), ([3.0, 3.0], [0.0, 1.0])],
    ids=["own", "none", "same"],
)
def test_files_are_steps(times, expected, tmp_path):
    paths = [tmp_path / f"{i}.nvol" for i in range(2)]
    for path, when in zip(paths, times, strict=True):
        make_model("a", time=when).save(path)
    assert [step.time for step in load_series(paths)] == expected


def test_a_file_without_time_has_none(tmp_path):
    make_model("a").save(tmp_path / "a.nvol")
    assert times_and_arrays([tmp_path / "a.nvol"]) == [(None, ["a"])]


def test_steps_of_other_grids_are_no_series(tmp_path):
    paths = [tmp_path / "a.nvol", tmp_path / "b.nvol"]
    for path, x0 in zip(paths, (0, 1), strict=True):
        make_model("a", time=float(x0), x0=x0).save(path)
    with pytest.raises(ValueError, match=r"b\.nvol.* at time 1 has the extent \(1, 10,"):
        load_series(paths)
    with pytest.raises(ValueError, match="no file name"):
        load_series([])


@pytest.mark.parametrize(
    ("when", "step"), [(-1, 0), (0.5, 0), (1, 0), (1.9, 0), (2, 1), (3.9, 1), (4, 2), (9, 2)]
)
def test_a_step_shows_until_the_next_one(when, step):
    assert step_at([1.0, 2.0, 4.0], when) == step
    assert step_at([], when) == 0


def test_many_steps_open_at_once(tmp_path):
    model = make_model("a")
    models = []
    for i in range(1000):
        model.core.time = float(i)
        models.append(model.core.to_bytes())
    (tmp_path / "a.nvol").write_bytes(b"".join(models))
    begin = time.perf_counter()
    assert len(load_series([tmp_path / "a.nvol"])) == 1000
    assert time.perf_counter() - begin < 2.0
