# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""The compiled model: what numpy sees of it, and what it refuses."""

import threading
import time

import numpy as np
import pytest
from neuralvolume import Geometry, NetworkConfig, _core

NETWORK = {"levels": 3, "log2_hashmap_size": 8, "base_resolution": 4, "width": 16, "outputs": 2}
SHAPE = (6, 7, 20)


def make_model(network=None, shape=SHAPE, invalid=None, dtype="int16"):
    network = network or NetworkConfig(**NETWORK)
    parameters = np.random.default_rng(0).uniform(-0.5, 0.5, network.parameter_count)
    nz, ny, nx = shape
    geometry = Geometry((5, 4 + nx, 0, ny - 1, -2, nz - 3), spacing=(0.5, 1, 2))
    ranges = [(-100, 300), (7, 8)][: network.outputs]
    array = _core.ArrayInfo(name="velocity", type=dtype, ranges=ranges)
    model = _core.Model(network, parameters, geometry, array, invalid)
    model.macro_cells = _core.compute_macro_cells(model, 4)
    return model


@pytest.fixture(scope="module")
def core_model():
    return make_model()


def test_decoding_an_extent_is_a_part_of_the_whole(core_model):
    whole = core_model.decode()
    assert whole.shape == (*SHAPE, 2)
    assert whole.dtype == "int16"
    part = core_model.decode((6, 20, 1, 5, -1, 2), stride=2)
    np.testing.assert_array_equal(part, whole[1:5:2, 1:6:2, 1:16:2])
    with pytest.raises(ValueError, match="along x"):
        core_model.decode((0, 20, 1, 5, -1, 2))


def test_points_are_positions_or_unit_coordinates(core_model):
    whole = core_model.decode()
    physical = core_model.evaluate([[6 * 0.5, 3, -1 * 2]])
    unit = core_model.evaluate([[1.5 / 20, 3.5 / 7, 1.5 / 6]], physical=False)
    np.testing.assert_allclose(physical, unit, rtol=1e-5)
    np.testing.assert_allclose(unit[0], whole[1, 3, 1], atol=0.51)
    assert np.isnan(core_model.evaluate([[1e3, 0, 0]])).all()
    assert core_model.evaluate(np.empty((0, 3))).shape == (0, 2)
    with pytest.raises(ValueError, match=r"\(N, 3\)"):
        core_model.evaluate(np.zeros((3, 2)))


def test_macro_cells_bound_decoded_values(core_model):
    cells = core_model.macro_cells
    assert cells.dimensions == [5, 2, 2]
    assert cells.bounds.shape == (2, 2, 5, 2, 2)
    blocks = core_model.decode()[:4, :4].reshape(1, 4, 1, 4, 5, 4, 2)
    low, high = cells.bounds[:1, :1, ..., 0], cells.bounds[:1, :1, ..., 1]
    assert (np.floor(low) <= blocks.min((1, 3, 5))).all()
    assert (blocks.max((1, 3, 5)) <= np.ceil(high)).all()


def test_samples_without_a_value():
    invalid = np.zeros(SHAPE, np.uint8)
    invalid[0, 1, 2] = 3
    model = make_model(invalid=invalid, dtype="float32")
    np.testing.assert_array_equal(model.invalid, invalid != 0)
    np.testing.assert_array_equal(np.isnan(model.decode()).all(-1), invalid != 0)
    with pytest.raises(ValueError, match="840 samples"):
        make_model(invalid=invalid[:1].copy())


@pytest.mark.parametrize("wrap", [bytes, bytearray, memoryview, lambda b: np.frombuffer(b, "u1")])
def test_bytes_come_from_any_buffer(core_model, wrap):
    data = core_model.to_bytes()
    again = _core.Model.from_bytes(wrap(data))
    assert again.to_bytes() == data
    np.testing.assert_array_equal(again.decode(), core_model.decode())


def test_damaged_bytes_are_a_value_error(core_model):
    data = core_model.to_bytes()
    for bad in (b"", data[:-1], data[:50] + b"?" + data[51:]):
        with pytest.raises(ValueError, match="not a whole neural volume"):
            _core.Model.from_bytes(bad)
    with pytest.raises(TypeError):
        _core.Model.from_bytes("text")


def test_files(tmp_path):
    path = tmp_path / "a.nvol"
    _core.write_file(b"bytes", str(path))
    assert _core.read_file(str(path)) == path.read_bytes() == b"bytes"
    with pytest.raises(OSError, match="no such"):
        _core.write_file(b"bytes", str(tmp_path / "no such" / "a.nvol"))
    with pytest.raises(OSError, match="missing"):
        _core.read_file(str(tmp_path / "missing"))


def test_a_description_is_what_the_header_says(core_model):
    description = _core.Description(core_model.to_bytes())
    assert description.geometry == core_model.geometry
    assert description.array.name == core_model.array.name
    assert description.time is None
    with pytest.raises(ValueError, match="checksum"):
        _core.Description(core_model.to_bytes()[:-1] + b"?")


def test_report_and_network_are_seen_as_they_were_given(core_model):
    core_model.report = _core.FitReport(psnr=np.inf, steps=7, backend="cpu")
    report = _core.Model.from_bytes(core_model.to_bytes()).report
    assert (report.psnr, report.steps, report.backend) == (np.inf, 7, "cpu")
    assert core_model.network == NetworkConfig(**NETWORK)
    assert core_model.network != NetworkConfig()
    assert core_model.parameters.dtype == "float16"
    assert eval(repr(core_model.network), {"NetworkConfig": NetworkConfig}) == core_model.network


def test_wrong_parts_are_refused():
    with pytest.raises(ValueError, match="features_per_level"):
        NetworkConfig(features_per_level=3)
    network = NetworkConfig(**NETWORK)
    array = _core.ArrayInfo(name="v", type="int16", ranges=[(0, 1), (0, 1)])
    with pytest.raises(ValueError, match="parameters"):
        _core.Model(network, np.zeros(3), Geometry((0, 4, 0, 4, 0, 4)), array)
    with pytest.raises(ValueError, match="extent along y"):
        _core.Model(network, np.zeros(3), Geometry((0, 4, 0, -1, 0, 4)), array)
    with pytest.raises(ValueError, match="known are"):
        _core.ArrayInfo(name="v", type="float16", ranges=[(0, 1)])


def test_other_threads_run_while_a_model_decodes():
    model = make_model(NetworkConfig(outputs=1), (128, 128, 128))
    ticks = []
    thread = threading.Thread(target=model.decode)
    thread.start()
    while thread.is_alive():
        ticks.append(time.perf_counter())
        time.sleep(0.001)
    assert len(ticks) > 5
