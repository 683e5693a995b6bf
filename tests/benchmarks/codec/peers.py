# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""The other compressors: each turns one floating-point array into bytes and back.

Every mode has one number that says how coarse the result shall be, so that one walk serves all.
"""

from __future__ import annotations

import math
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import h5py
import hdf5plugin
import numpy as np
import pysz
import zfpy
from numpy.typing import NDArray

Array = NDArray[Any]

LEAST_RATIO = 1.1  # of range to error: SPERR takes no PSNR of 0 and less


@dataclass(frozen=True)
class Peer:
    """A compressor in one of its modes.

    Attributes
    ----------
    codec, mode : str
    start : float
        The setting where a curve begins: a fraction of the range, or bits of a value.
    step : float
        Factor to the next coarser setting.
    compress : callable
        (values, setting) to bytes; errors in the array's units.
    decompress : callable
        (bytes, shape, dtype) to values.
    is_rate : bool
        Whether settings are bits of a value.
    """

    codec: str
    mode: str
    start: float
    step: float
    compress: Callable[[Array, float], bytes]
    decompress: Callable[[bytes, tuple[int, ...], np.dtype[Any]], Array]
    is_rate: bool = False


def zfp_accuracy(values: Array, tolerance: float) -> bytes:
    return zfpy.compress_numpy(values, tolerance=tolerance)


def zfp_rate(values: Array, bits: float) -> bytes:
    return zfpy.compress_numpy(values, rate=bits)


def zfp_decompress(data: bytes, shape: tuple[int, ...], dtype: np.dtype[Any]) -> Array:
    return zfpy.decompress_numpy(data)


def sz3(values: Array, tolerance: float) -> bytes:
    config = pysz.szConfig(values.shape)
    config.errorBoundMode = pysz.szErrorBoundMode.ABS
    config.absErrorBound = tolerance
    return pysz.sz.compress(values, config)[0].tobytes()


def sz3_decompress(data: bytes, shape: tuple[int, ...], dtype: np.dtype[Any]) -> Array:
    return pysz.sz.decompress(np.frombuffer(data, np.uint8), dtype.type, shape)[0]


def _in_memory() -> h5py.File:
    """An HDF5 file that touches no disk and keeps no decoded chunk."""
    return h5py.File("memory.h5", "w", driver="core", backing_store=False, rdcc_nbytes=0)


def _through_hdf5(values: Array, options: Mapping[str, Any]) -> bytes:
    """What an HDF5 filter makes of an array that is one chunk."""
    with _in_memory() as file:
        data = file.create_dataset("values", data=values, chunks=values.shape, **options)
        return data.id.read_direct_chunk((0,) * values.ndim)[1]


def _from_hdf5(
    data: bytes, shape: tuple[int, ...], dtype: np.dtype[Any], options: Mapping[str, Any]
) -> Array:
    with _in_memory() as file:
        chunk = file.create_dataset("values", shape, dtype, chunks=shape, **options)
        chunk.id.write_direct_chunk((0,) * len(shape), data)
        return chunk[...]


def sz3_hdf5(values: Array, tolerance: float) -> bytes:
    return _through_hdf5(values, hdf5plugin.SZ3(absolute=tolerance))


def sz3_hdf5_decompress(data: bytes, shape: tuple[int, ...], dtype: np.dtype[Any]) -> Array:
    return _from_hdf5(data, shape, dtype, hdf5plugin.SZ3(absolute=1.0))


def _sperr(**target: float) -> hdf5plugin.Sperr:
    """Its HDF5 filter takes sizes fastest first; without the swap it codes a scrambled volume."""
    return hdf5plugin.Sperr(**target, swap=True)


def sperr_psnr(values: Array, rms_error: float) -> bytes:
    psnr = 20 * math.log10(max(float(np.ptp(values)) / rms_error, LEAST_RATIO))
    return _through_hdf5(values, _sperr(peak_signal_to_noise_ratio=psnr))


def sperr_rate(values: Array, bits: float) -> bytes:
    return _through_hdf5(values, _sperr(rate=bits))


def sperr_bound(values: Array, tolerance: float) -> bytes:
    return _through_hdf5(values, _sperr(absolute=tolerance))


def sperr_decompress(data: bytes, shape: tuple[int, ...], dtype: np.dtype[Any]) -> Array:
    return _from_hdf5(data, shape, dtype, _sperr(absolute=1.0))


def tthresh(values: Array, rms_error: float) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "values.raw", Path(folder) / "values.tthresh"
        values.tofile(source)
        sizes = [str(n) for n in reversed(values.shape)]
        kind = {"f4": "float", "f8": "double"}[values.dtype.str[1:]]
        command: list[str | Path] = [
            "tthresh",
            "-i",
            source,
            "-t",
            kind,
            "-s",
            *sizes,
            "-c",
            target,
        ]
        subprocess.run([*command, "-r", repr(rms_error)], check=True, capture_output=True)
        return target.read_bytes()


def tthresh_decompress(data: bytes, shape: tuple[int, ...], dtype: np.dtype[Any]) -> Array:
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "values.tthresh", Path(folder) / "values.raw"
        source.write_bytes(data)
        subprocess.run(["tthresh", "-c", source, "-o", target], check=True, capture_output=True)
        return np.fromfile(target, dtype).reshape(shape)


def _by(library: str, mode: str) -> str:
    return f"{mode}, {library} {version(library)}"


SZ3 = Peer("SZ3", _by("pysz", "absolute error"), 0.05, 1.3, sz3, sz3_decompress)
SZ3_HDF5 = Peer(
    "SZ3", _by("hdf5plugin", "absolute error"), 0.05, 1.3, sz3_hdf5, sz3_hdf5_decompress
)
ZFP_ACCURACY = Peer("zfp", _by("zfpy", "accuracy"), 0.1, 2.0, zfp_accuracy, zfp_decompress)
ZFP_RATE = Peer("zfp rate", _by("zfpy", "rate"), 2.0, 1 / 1.3, zfp_rate, zfp_decompress, True)
SPERR_PSNR = Peer("SPERR", _by("hdf5plugin", "PSNR"), 0.02, 1.3, sperr_psnr, sperr_decompress)
SPERR_RATE = Peer(
    "SPERR", _by("hdf5plugin", "rate"), 1.0, 1 / 1.3, sperr_rate, sperr_decompress, True
)
SPERR_BOUND = Peer(
    "SPERR", _by("hdf5plugin", "absolute error"), 0.05, 1.3, sperr_bound, sperr_decompress
)
TTHRESH = Peer("TTHRESH", "RMS error", 0.02, 1.2, tthresh, tthresh_decompress)


def on_curves() -> list[Peer]:
    """Those whose rate-distortion curves are drawn."""
    found = [ZFP_ACCURACY, ZFP_RATE, SZ3, SZ3_HDF5, SPERR_PSNR, SPERR_RATE]
    return [*found, TTHRESH] if shutil.which("tthresh") else found


def with_bound() -> list[Peer]:
    """Those that bound the error of every sample."""
    return [ZFP_ACCURACY, SZ3, SZ3_HDF5, SPERR_BOUND]
