# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""The command line, run as a user runs it."""

import fcntl
import json
import os
import pty
import re
import resource
import signal
import struct
import subprocess
import sys
import termios
import time

import numpy as np
import pytest
from fields import waves
from neuralvolume import Model, fit, io, load_models
from neuralvolume.volume import as_volume

QUICK = ("--steps", "60")


def run(*arguments, **options):
    command = [sys.executable, "-m", "neuralvolume", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, **options)


def strict_json(text):
    """One JSON object and nothing else; NaN and Infinity are no JSON."""

    def refuse(name):
        raise AssertionError(name)

    return json.loads(text, parse_constant=refuse)


def assert_fails(result, *words, status=1):
    assert result.returncode == status, result.stderr
    assert result.stdout == ""
    assert result.stderr.startswith("neuralvolume: error: ")
    assert result.stderr.count("\n") == 1
    for word in words:
        assert word in result.stderr


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A volume as .npy and .raw, and its model."""
    path = tmp_path_factory.mktemp("cli")
    values = waves((16, 20, 24), "uint16")
    np.save(path / "a.npy", values)
    values.tofile(path / "a.raw")
    result = run("compress", path / "a.npy", "-o", path / "a.nvol", "--ratio", 2, "--steps", 200)
    assert result.returncode == 0, result.stderr
    return path


def test_compress_prints_one_json_object(folder, tmp_path):
    output = tmp_path / "a.nvol"
    result = run("compress", folder / "a.npy", "-o", output, "--ratio", 4, *QUICK, "--json")
    assert (result.returncode, result.stderr) == (0, "")
    facts = strict_json(result.stdout)
    assert {"psnr", "ssim", "ratio", "bytes", "original_bytes", "seconds", "steps"} <= set(facts)
    assert facts["bytes"] == output.stat().st_size
    assert facts["original_bytes"] == 16 * 20 * 24 * 2
    assert facts["ratio"] == facts["original_bytes"] / facts["bytes"] >= 4
    assert 0 < facts["steps"] <= 60
    assert facts["seconds"] > 0
    assert os.listdir(tmp_path) == ["a.nvol"]


def test_raw_and_npy_give_the_same_model(folder, tmp_path):
    models = []
    for number, source in enumerate(
        [
            ["a.npy"],
            ["a.raw", "--dims", "24", "20", "16", "--dtype", "uint16"],
            ["a.raw", "--dims", "24x20x16", "--dtype", "uint16"],
        ]
    ):
        output = tmp_path / f"{number}.nvol"
        result = run("compress", *source, "-o", output, "--seed", 3, *QUICK, cwd=folder)
        assert result.returncode == 0, result.stderr
        models.append(output.read_bytes())
    assert models[0] == models[1] == models[2]


def test_network_options_choose_the_network(folder, tmp_path):
    output = tmp_path / "a.nvol"
    options = ("--levels", 3, "--log2-hashmap-size", 9, "--width", 16)
    result = run("compress", folder / "a.npy", "-o", output, *options, *QUICK)
    assert result.returncode == 0, result.stderr
    network = Model.load(output).network
    assert (network.levels, network.log2_hashmap_size, network.width) == (3, 9, 16)


@pytest.mark.parametrize("suffix", ["vti", "npy", "raw"])
def test_decompress_writes_the_decoded_volume(folder, suffix, tmp_path):
    if suffix == "vti":
        pytest.importorskip("vtkmodules")
    output = tmp_path / f"b.{suffix}"
    result = run("decompress", folder / "a.nvol", "-o", output)
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")
    decoded = Model.load(folder / "a.nvol").decode()
    if suffix == "npy":
        np.testing.assert_array_equal(np.load(output), decoded)
    elif suffix == "raw":
        assert output.read_bytes() == decoded.tobytes()


def test_info_says_what_the_model_holds(folder):
    facts = strict_json(run("info", folder / "a.nvol", "--json").stdout)
    assert facts["dims"] == [24, 20, 16]
    assert facts["dtype"] == "uint16"
    assert facts["bytes"] == (folder / "a.nvol").stat().st_size
    assert sum(facts["parts"].values()) == facts["bytes"]
    assert facts["bits_per_voxel"] == 8 * facts["bytes"] / (16 * 20 * 24)
    assert facts["p999_error"] <= facts["max_error"]
    assert facts["max_error_relative"] == facts["max_error"] / np.ptp(facts["ranges"])
    counts, edges = facts["error_histogram"]["counts"], facts["error_histogram"]["edges"]
    assert len(edges) == len(counts) + 1
    assert sum(counts) == pytest.approx(16 * 20 * 24, rel=0.05)
    assert edges[-1] >= facts["max_error"]


def test_info_is_readable(folder):
    facts = strict_json(run("info", folder / "a.nvol", "--json").stdout)
    plain = run("info", folder / "a.nvol").stdout
    for name in facts:
        assert name in plain or name.endswith("_relative")
    assert f"({facts['max_error_relative']:.3%} of the range)" in plain
    for name, size in facts["parts"].items():
        assert re.search(rf"^  {name} +{size:,} +[\d.]+%$", plain, re.MULTILINE)
    assert "█" in plain
    assert max(map(len, plain.splitlines())) <= 160


def test_info_where_the_encoding_lacks_bars(folder):
    result = run("info", folder / "a.nvol", env={**os.environ, "PYTHONIOENCODING": "ascii"})
    assert (result.returncode, result.stderr) == (0, "")


def test_compare_agrees_with_the_report_of_the_fit(folder):
    result = run("compare", folder / "a.nvol", folder / "a.npy", "--json")
    assert result.returncode == 0, result.stderr
    facts = strict_json(result.stdout)
    report = Model.load(folder / "a.nvol").report
    assert {"psnr", "ssim", "ratio", "bytes", "original_bytes", "seconds", "steps"} <= set(facts)
    assert facts["psnr"] == pytest.approx(report.psnr, rel=1e-5)
    assert facts["ssim"] == pytest.approx(report.ssim, rel=1e-4)
    assert facts["max_error"] == pytest.approx(report.maximum_error)
    assert facts["p999_error"] == pytest.approx(report.percentile_999_error, rel=1e-4)
    counts = facts["error_histogram"]["counts"]
    assert counts == pytest.approx(report.error_histogram.counts, rel=0.05)


def test_render_draws_a_picture(folder, tmp_path):
    output = tmp_path / "a.png"
    result = run("render", folder / "a.nvol", "-o", output, "--size", "80x60")
    assert result.returncode == 0, result.stderr
    data = output.read_bytes()
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    assert (int.from_bytes(data[16:20]), int.from_bytes(data[20:24])) == (80, 60)


def test_exact_models_have_no_finite_psnr(tmp_path):
    np.save(tmp_path / "a.npy", np.full((4, 4, 4), 9, np.int16))
    for arguments in (
        ["compress", tmp_path / "a.npy", "-o", tmp_path / "a.nvol", "--json"],
        ["info", tmp_path / "a.nvol", "--json"],
        ["compare", tmp_path / "a.nvol", tmp_path / "a.npy", "--json"],
    ):
        result = run(*arguments)
        assert result.returncode == 0, result.stderr
        assert strict_json(result.stdout)["psnr"] is None


def test_values_that_are_not_finite_are_warned_of(tmp_path):
    values = waves((12, 12, 12))
    values[0, 0, :5] = np.nan
    np.save(tmp_path / "a.npy", values)
    result = run("compress", tmp_path / "a.npy", "-o", tmp_path / "a.nvol", *QUICK, "--json")
    assert result.returncode == 0
    assert result.stderr.startswith("neuralvolume: warning: 5 of 1728 samples")
    strict_json(result.stdout)


def test_usage_errors_have_status_2(folder, tmp_path):
    for arguments in (
        [],
        ["explode"],
        ["compress", folder / "a.npy"],
        ["compress", folder / "a.npy", "-o", tmp_path / "a.nvol", "--ratio", "4", "--psnr", "30"],
        ["compress", folder / "a.npy", "-o", tmp_path / "a.nvol", "--ratio", "many"],
        ["compress", folder / "a.npy", "-o", tmp_path / "a.nvol", "--ratio", "4", "--levels", "3"],
        ["compress", folder / "a.raw", "-o", tmp_path / "a.nvol", "--dims", "4", "x"],
        ["render", folder / "a.nvol", "-o", tmp_path / "a.png", "--size", "big"],
    ):
        result = run(*arguments)
        assert result.returncode == 2, arguments
        assert "error: " in result.stderr
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["compress", "missing.npy", "-o", "b.nvol"], ["missing.npy", "No such file"]),
        (["compress", "a.npy", "-o", "nowhere/b.nvol"], ["nowhere"]),
        (["compress", "a.npy", "-o", "b.txt"], ["suffix", ".nvol"]),
        (["compress", "a.npy", "-o", "b.nvol", "--array", "velocity"], ["velocity"]),
        (["compress", "a.npy", "-o", "b.nvol", "--ratio", "1e9"], ["too few"]),
        (["compress", "a.raw", "-o", "b.nvol"], ["dims"]),
        (
            ["compress", "a.raw", "-o", "b.nvol", "--dims", "5", "5", "5", "--dtype", "u1"],
            ["15360"],
        ),
        (["compress", "empty.npy", "-o", "b.nvol"], ["empty"]),
        (["compress", "nan.npy", "-o", "b.nvol"], ["finite"]),
        (["compress", "complex.npy", "-o", "b.nvol"], ["complex"]),
        (["info", "missing.nvol"], ["missing.nvol", "No such file"]),
        (["info", "cut.nvol"], ["cut.nvol"]),
        (["decompress", "a.nvol", "-o", "b.png"], ["suffix"]),
        (["decompress", "cut.nvol", "-o", "b.npy"], ["cut.nvol"]),
        (["compare", "a.nvol", "small.npy"], ["cannot be compared"]),
        (["render", "cut.nvol", "-o", "b.png"], ["cut.nvol"]),
    ],
)
def test_bad_input_is_one_clear_line(folder, arguments, words):
    np.save(folder / "empty.npy", np.zeros((0, 4, 4)))
    np.save(folder / "nan.npy", np.full((4, 4, 4), np.nan))
    np.save(folder / "complex.npy", np.zeros((4, 4, 4), complex))
    np.save(folder / "small.npy", np.zeros((4, 4, 4), np.uint16))
    (folder / "cut.nvol").write_bytes((folder / "a.nvol").read_bytes()[:-20])
    before = set(os.listdir(folder))
    assert_fails(run(*arguments, cwd=folder), *words)
    assert set(os.listdir(folder)) == before


def limit_files_to(size):
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


@pytest.mark.parametrize(
    "arguments",
    [
        ["compress", "a.npy", "-o", "full.nvol", *QUICK],
        ["decompress", "a.nvol", "-o", "full.npy"],
        ["decompress", "a.nvol", "-o", "full.raw"],
        ["decompress", "a.nvol", "-o", "full.vti"],
        ["render", "a.nvol", "-o", "full.png"],
    ],
)
def test_full_disk_leaves_no_file(folder, arguments):
    if arguments[-1].endswith("vti"):
        pytest.importorskip("vtkmodules")
    before = set(os.listdir(folder))
    result = run(*arguments, cwd=folder, preexec_fn=lambda: limit_files_to(600))
    assert_fails(result, "full")
    assert set(os.listdir(folder)) == before


def test_full_output_is_an_error(folder):
    with open("/dev/full", "w") as full:
        command = [sys.executable, "-m", "neuralvolume", "info", folder / "a.nvol", "--json"]
        result = subprocess.run(
            command,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
            env={**os.environ, "PYTHONUNBUFFERED": ""},
        )
    assert result.returncode == 1
    assert "No space left" in result.stderr


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_unwritable_folder(folder, tmp_path):
    tmp_path.chmod(0o500)
    assert_fails(run("compress", folder / "a.npy", "-o", tmp_path / "a.nvol", *QUICK), "Permission")


def heed_interrupts():
    """What a shell starts in the background ignores them, and so does all that this starts."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.mark.parametrize(("sent", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_interrupted_run_leaves_no_file(folder, tmp_path, sent, status):
    source = [str(folder / "a.npy"), "-o", str(tmp_path / "a.nvol")]
    endless = ["--steps", "10000000", "--width", "128", "--hidden-layers", "8"]
    command = [sys.executable, "-m", "neuralvolume", "compress", *source, *endless]
    process = subprocess.Popen(
        command, stderr=subprocess.PIPE, text=True, preexec_fn=heed_interrupts
    )
    time.sleep(2.0)
    assert process.poll() is None
    process.send_signal(sent)
    _, message = process.communicate(timeout=30)
    assert process.returncode == status
    assert "Traceback" not in message
    assert os.listdir(tmp_path) == []


def test_progress_bar_is_for_terminals_alone(folder, tmp_path):
    command = ["compress", str(folder / "a.npy"), "-o", str(tmp_path / "a.nvol"), *QUICK]
    assert run(*command).stderr == ""
    terminal, side = pty.openpty()
    fcntl.ioctl(side, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    full = [sys.executable, "-m", "neuralvolume", *command]
    subprocess.run(full, stderr=side, stdout=subprocess.DEVNULL, timeout=60, check=True)
    shown = os.read(terminal, 1 << 16)
    assert b"step 48" in shown, shown
    os.close(side)
    os.close(terminal)


def test_several_volumes_are_steps_in_time(folder, tmp_path):
    for step in range(3):
        np.save(tmp_path / f"{step}.npy", np.load(folder / "a.npy") + np.uint16(step))
    steps = [f"{step}.npy" for step in range(3)]
    path = tmp_path / "series.nvol"
    result = run("compress", *steps, "-o", path, "--ratio", 4, *QUICK, "--json", cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    facts = strict_json(result.stdout)
    assert facts == {
        **strict_json(run("info", path, "--json").stdout),
        "seconds": facts["seconds"],
        "output": str(path),
    }
    assert facts["bytes"] == path.stat().st_size
    assert [model["time"] for model in facts["models"]] == [0, 1, 2]
    assert facts["models"][1]["steps"] < facts["models"][0]["steps"] / 2
    assert "time" in run("info", path).stdout.splitlines()[-4]
    one = strict_json(run("info", path, "--step", 1, "--json").stdout)
    assert (one["time"], one["bytes"]) == (1, facts["models"][1]["bytes"])
    for choice in (("--step", 2), ("--time", 2.7)):
        assert run("decompress", path, *choice, "-o", tmp_path / "out.npy").returncode == 0
        decoded = np.load(tmp_path / "out.npy")
        np.testing.assert_array_equal(decoded, load_models(path)[2].decode())
    assert_fails(run("decompress", path, "-o", "x.npy"), "3 steps", "--step", status=2)
    assert_fails(run("info", path, "--step", 3), "has 3 steps", status=2)
    assert_fails(run("info", path, "--array", "b"), "--array b", status=2)


def test_all_arrays_of_an_image_or_some_are_compressed(tmp_path):
    vtk_support = pytest.importorskip("vtkmodules.util.numpy_support")
    from neuralvolume.vtk_image import decoded_image_of

    image = decoded_image_of([fit(waves((16, 16, 16)), name="a", steps=10)])
    second = vtk_support.numpy_to_vtk(np.linspace(0, 1, 15**3, dtype="f4"), deep=True)
    second.SetName("b")
    image.GetCellData().AddArray(second)
    io.vtk.write_vti(image, tmp_path / "two.vti")
    path = tmp_path / "two.nvol"
    result = run("compress", tmp_path / "two.vti", "-o", path, "--size", 6000, "--steps", 50)
    assert result.returncode == 0, result.stderr
    assert path.stat().st_size <= 6000
    first, second = load_models(path)
    assert (first.name, second.name, second.association) == ("a", "b", "cells")
    assert run("decompress", path, "-o", tmp_path / "out.vti").returncode == 0
    out = io.read(tmp_path / "out.vti")
    np.testing.assert_array_equal(as_volume(out, array="b").values, second.decode())
    assert_fails(run("decompress", path, "-o", tmp_path / "out.npy"), "--array", status=2)
    assert run("decompress", path, "--array", "b", "-o", tmp_path / "out.npy").returncode == 0

    chosen = ("--array", "b", "--steps", 50)
    assert run("compress", tmp_path / "two.vti", "-o", path, *chosen).returncode == 0
    assert [model.name for model in load_models(path)] == ["b"]


def test_volumes_that_are_no_series_are_refused(folder, tmp_path):
    values = np.load(folder / "a.npy")
    np.save(tmp_path / "b.npy", values[1:])
    volumes = (folder / "a.npy", tmp_path / "b.npy")
    result = run("compress", *volumes, "-o", tmp_path / "x.nvol", *QUICK)
    assert_fails(result, "extent (0, 23, 0, 19, 0, 14)", "(0, 23, 0, 19, 0, 15)", "one grid")
    assert os.listdir(tmp_path) == ["b.npy"]
