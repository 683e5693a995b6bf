# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""Models of another program: its files, whatever variant, and damaged ones."""

import re
import struct
import subprocess
import sys
import warnings
from contextlib import suppress

import numpy as np
import pytest
from fields import waves
from neuralvolume import Model, fit
from neuralvolume.exchange import Given, bson, model_to_params, params_to_model
from params_files import DIMS, document, evaluate, random_parameters
from params_files import bson as encoded

TOLERANCE = 2e-3  # of single against double precision, for outputs of about 1
GIVEN = Given(range=(0.0, 1.0), name="a", type="float32", spacing=(1, 1, 1), origin=(0, 0, 0))


def points(count=300):
    return np.random.default_rng(3).random((count, 3))


def assert_same_field(model, parameters, **options):
    expected = np.clip(evaluate(parameters, points(), **options), 0.0, 1.0)
    assert np.ptp(expected) > 0.2
    values = model.core.evaluate(points(), physical=False)
    np.testing.assert_allclose(values, expected, atol=TOLERANCE)


def read(root, given=GIVEN):
    return params_to_model(encoded(root), given)


def changed(path, value):
    """The document with one field changed; left out where the value is None."""
    root = document()
    *folders, key = path.split(".")
    fields = root
    for folder in folders:
        fields = fields[folder]
    fields.pop(key, None)
    if value is not None:
        fields[key] = value
    return root


def test_their_network_is_evaluated_as_the_formats_say():
    model = read(document())
    assert model.dimensions == DIMS
    assert np.array_equal(model.core.parameters, random_parameters())
    assert_same_field(model, random_parameters())


def test_float_parameters_are_rounded_to_half():
    parameters = random_parameters().astype(np.float32) * np.float32(1.0001)
    model = read(document(parameters, "float"))
    assert np.array_equal(model.core.parameters, parameters.astype(np.float16))
    assert_same_field(model, parameters)


@pytest.mark.parametrize("dtype", ["__half", "float"])
def test_parameters_at_the_root_without_their_type(dtype):
    root = document(dtype=dtype)
    parameters = root.pop("parameters")
    del parameters["params_type"]
    assert_same_field(read(root | parameters), random_parameters())


def test_a_padding_of_eight():
    parameters = random_parameters(alignment=8)
    root = document(parameters)
    root["model"]["network"]["otype"] = "CutlassMLP"
    assert_same_field(read(root), parameters, alignment=8)


@pytest.mark.parametrize("names", [{"otype": "DenseGrid"}, {"otype": "Grid", "type": "Dense"}])
def test_a_dense_grid_is_one_without_hashing(names):
    parameters = random_parameters(log2=20)
    root = document(parameters)
    root["model"]["encoding"] |= names
    assert_same_field(read(root), parameters, log2=20)


def test_output_activations_that_only_act_below_zero():
    for name in ("ReLU", "LeakyReLU", "none"):
        model = read(changed("model.network.output_activation", name))
        assert_same_field(model, random_parameters())


def test_names_in_any_case_number_of_features_and_no_macro_cells():
    root = changed("model.encoding.otype", "hashgrid")
    del root["macrocell"], root["model"]["encoding"]["n_levels"]
    root["model"]["encoding"]["n_features"] = 6
    assert_same_field(read(root), random_parameters())


def test_macro_cells_are_of_the_network_whatever_the_file_says():
    model = read(changed("macrocell.data", np.tile(np.float32([0, 0]), 8).tobytes()))
    low, high = model.core.macro_cells.bounds.min(), model.core.macro_cells.bounds.max()
    values = model.core.evaluate(points(2000), physical=False)
    assert low <= values.min() < values.max() <= high


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("model.encoding.otype", "TiledGrid", "encoding.otype' asks for a tiled grid"),
        ("model.encoding.otype", "Frequency", "encoding.otype' is 'Frequency'"),
        ("model.encoding.interpolation", "Smoothstep", "interpolation' is 'Smoothstep'"),
        ("model.encoding.hash", "Rng", "hash' is 'Rng'"),
        ("model.encoding.stochastic_interpolation", True, "stochastic_interpolation' is true"),
        ("model.encoding.n_levels", "8", "n_levels' is not an integer"),
        ("model.encoding.n_features_per_level", 3, "features_per_level"),
        ("model.network.otype", "CutlassResNet", "network.otype' is 'CutlassResNet'"),
        ("model.network.activation", "Sine", "activation' is 'Sine'"),
        ("model.network.output_activation", "Sigmoid", "output_activation' is 'Sigmoid'"),
        ("model.network.n_neurons", 48, "width"),
        ("model.network", None, "'model.network' is missing"),
        ("model", None, "'model' is missing"),
        ("volume", None, "'volume' is missing"),
        ("volume.dims.x", 0, "'volume.dims.x' is 0"),
        ("volume.dims.x", -5.5, "'volume.dims.x' is -5.5"),
        ("volume.dims.x", 1 << 30, "samples, more than"),
        ("volume.dims", [20, 17, 18], "'volume.dims' is not a document"),
        ("macrocell.data", b"12", "'macrocell.data' has not 8 bytes for each"),
        ("parameters.n_params", 7, "'parameters.n_params' is 7, but the network described has"),
        ("parameters.n_params", 1 << 40, "'parameters.n_params' is 1099511627776"),
        ("parameters.params_type", "double", "'parameters.params_type' is 'double'"),
        ("parameters.params_type", "float", "'parameters.params_binary' has"),
        ("parameters.params_binary", b"", "'parameters.params_binary' has 0 bytes"),
        ("parameters.params_binary", "text", "'parameters.params_binary' is not binary"),
    ],
)
def test_what_cannot_be_taken_is_named(path, value, words):
    with pytest.raises(ValueError, match=re.escape(words)):
        read(changed(path, value))


def test_parameters_beyond_half_precision():
    parameters = random_parameters().astype(np.float32)
    parameters[9] = 1e6
    with pytest.raises(ValueError, match="infinite or not a number"):
        read(document(parameters, "float"))


def test_truncated_anywhere():
    data = encoded(document())
    middle = range(200, len(data) - 700, 97)
    for length in [*range(200), *middle, *range(len(data) - 700, len(data))]:
        with pytest.raises(ValueError, match="byte"):
            params_to_model(data[:length], GIVEN)


def test_changed_bytes_give_a_model_or_an_error(model):
    """Whatever counts and kinds then claim, in their part and in ours."""
    data = model_to_params(model)
    rng = np.random.default_rng(11)
    begin = data.index(b"params_binary")
    places = [*rng.integers(0, 700, 250), *rng.integers(len(data) - 1200, len(data), 250)]
    for place in [*places, *range(begin - 60, begin + 20)]:
        damaged = bytearray(data)
        damaged[place] = rng.integers(256)
        with warnings.catch_warnings(), suppress(ValueError):
            warnings.simplefilter("ignore")
            params_to_model(bytes(damaged))


def test_bytes_behind_the_document():
    with pytest.raises(ValueError, match="3 bytes follow"):
        params_to_model(encoded(document()) + b"abc", GIVEN)


def test_documents_in_documents():
    data = b"\0"
    for _ in range(5000):
        data = struct.pack("<i", len(data) + 6) + b"\x03\0" + data + b"\0"
    with pytest.raises(ValueError, match="deep in each other"):
        bson.decode(data)


def test_bson_holds_what_was_written():
    root = document() | {"list": [1, -2.5, "ä", True], "large": 1 << 40}
    assert bson.encode(root) != b""
    assert bson.decode(bson.encode(root)) == bson.decode(encoded(root)) == root


def test_what_the_file_lacks_is_given_or_said():
    with pytest.warns(UserWarning, match="does not say") as said:
        model = params_to_model(encoded(document()), Given(range=(-5.0, 20.0), name="heat"))
    (warning,) = said
    for word in ("type float32", "spacing 1 1 1", "origin 0 0 0"):
        assert word in str(warning.message)
    assert "range" not in str(warning.message)
    assert (model.name, model.ranges, model.dtype) == ("heat", [(-5.0, 20.0)], np.float32)
    unit = np.clip(evaluate(random_parameters(), points()), 0.0, 1.0)
    values = model.core.evaluate(points(), physical=False)
    np.testing.assert_allclose(values, -5.0 + 25.0 * unit, atol=25 * TOLERANCE)


def test_round_trip(model):
    data = model_to_params(model)
    again = params_to_model(data)
    assert np.array_equal(again.decode(), model.decode())
    assert np.array_equal(again.core.parameters, model.core.parameters)
    assert (again.name, again.geometry, again.ranges) == (model.name, model.geometry, model.ranges)
    assert again.report.psnr == model.report.psnr
    assert again.report.error_histogram.counts == model.report.error_histogram.counts
    assert again.nbytes <= 1.02 * model.nbytes
    assert model_to_params(again) == data


def test_round_trip_of_components_mask_and_time():
    values = np.stack([waves((12, 13, 14)), 3 * waves((12, 13, 14))], axis=-1)
    hidden = np.zeros(values.shape[:3], bool)
    hidden[2, 3, 4:9] = True
    values[hidden] = np.nan
    network = {"levels": 3, "log2_hashmap_size": 9, "width": 16}
    with pytest.warns(UserWarning, match="not finite"):
        model = fit(values, network=network, steps=20, batch_size=1024, portable=True)
    model.core.time = 2.5
    with pytest.warns(UserWarning, match="first of the array's 2 components"):
        data = model_to_params(model)
    again = params_to_model(data)
    np.testing.assert_array_equal(again.decode(), model.decode())
    assert np.array_equal(again.core.invalid, hidden)
    assert again.time == 2.5


def test_what_is_written_is_theirs(model):
    root = bson.decode(model_to_params(model))
    assert list(root) == ["volume", "macrocell", "parameters", "model", "neuralvolume"]
    cells = root["macrocell"]
    bounds = np.frombuffer(cells["data"], "<f4").reshape(-1, 2)
    assert len(bounds) == np.prod(list(cells["dims"].values()))
    assert (bounds[:, 0] >= -1.0 - 1e-6).all()
    assert (bounds[:, 1] <= 2.0 + 1e-6).all()
    assert (bounds[:, 0] + 1.0 <= bounds[:, 1] - 1.0).all()
    del root["neuralvolume"]
    low, high = model.ranges[0]
    theirs = params_to_model(
        bson.encode(root), Given((low, high), "waves", "float32", (1,) * 3, (0,) * 3)
    )
    ours = model.core.evaluate(points(), physical=False)
    np.testing.assert_allclose(theirs.core.evaluate(points(), physical=False), ours, rtol=1e-6)


def run(*arguments):
    command = [sys.executable, "-m", "neuralvolume", "convert", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=120)


def test_command_line(model, tmp_path):
    model.save(tmp_path / "a.nvol")
    result = run(tmp_path / "a.nvol", "-o", tmp_path / "a.json")
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")
    result = run(tmp_path / "a.json", "-o", tmp_path / "b.nvol", "--name", "other")
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")
    again = Model.load(tmp_path / "b.nvol")
    assert again.name == "other"
    assert np.array_equal(again.decode(), model.decode())


def test_command_line_says_what_it_takes_and_refuses(model, tmp_path):
    model.save(tmp_path / "a.nvol")
    (tmp_path / "a.json").write_bytes(encoded(document()))
    result = run(tmp_path / "a.json", "-o", tmp_path / "b.nvol", "--range", -3, 4)
    assert result.returncode == 0
    assert result.stderr.startswith("neuralvolume: warning: the file does not say")
    assert result.stderr.count("\n") == 1
    assert Model.load(tmp_path / "b.nvol").ranges == [(-3.0, 4.0)]
    (tmp_path / "a.json").write_text('{"encoding": {"otype": "HashGrid"}}')
    for arguments, words, status in [
        ((tmp_path / "a.json", "-o", tmp_path / "c.nvol"), "no BSON", 1),
        ((tmp_path / "a.nvol", "-o", tmp_path / "c.nvol"), "suffix must be .json", 1),
        ((tmp_path / "a.nvol", "-o", tmp_path / "c.json", "--name", "b"), "to read", 2),
        ((tmp_path / "a.vti", "-o", tmp_path / "c.json"), "suffix must be", 2),
    ]:
        result = run(*arguments)
        assert (result.returncode, result.stderr.count("\n")) == (status, 1), result.stderr
        assert words in result.stderr
    assert not list(tmp_path.glob("c.*"))
