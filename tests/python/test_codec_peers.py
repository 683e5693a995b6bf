# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""The other codecs of the benchmark do what is said of them, where they are installed."""

import numpy as np
import pytest
from fields import waves
from neuralvolume.volume import as_volume

from tests.benchmarks.codec.curves import bytes_at
from tests.benchmarks.codec.subjects import Subject

peers = pytest.importorskip("tests.benchmarks.codec.peers")
sweep = pytest.importorskip("tests.benchmarks.codec.sweep")

SHAPE = (21, 64, 40)


def curve_of(values, peer):
    points = sweep.curve(Subject("v", as_volume(values)), peer, 30, 40)
    return [(point.psnr, point.bytes) for point in points]


@pytest.mark.parametrize("kind", ["float32", "uint8"])
@pytest.mark.parametrize("peer", peers.with_bound(), ids=lambda peer: peer.mode)
def test_bounds_are_kept(peer, kind):
    values = np.rint(waves(SHAPE) * 100 + 120).astype(kind)
    for point in sweep.bounded(Subject("v", as_volume(values)), peer, [0.02, 0.005]):
        assert point.max_error <= point.setting * (1 + 1e-5)


@pytest.mark.parametrize("peer", peers.on_curves(), ids=lambda peer: f"{peer.codec} {peer.mode}")
def test_curves_cover_the_psnr_asked_for(peer):
    psnr = [psnr for psnr, _ in curve_of(waves(SHAPE), peer)]
    assert min(psnr) < 30
    assert max(psnr) > 40


@pytest.mark.parametrize("peer", peers.on_curves(), ids=lambda peer: f"{peer.codec} {peer.mode}")
def test_axes_are_told_in_the_codec_s_order(peer):
    values = waves(SHAPE)
    scrambled = values.reshape(SHAPE[::-1])
    assert bytes_at(40, curve_of(values, peer)) < 0.7 * bytes_at(40, curve_of(scrambled, peer))
