# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""PSNR and SSIM of the core against scikit-image and numpy."""

import numpy as np
import pytest
from neuralvolume import _core

metrics = pytest.importorskip("skimage.metrics")


def pair(shape, dtype, seed=0):
    """A smooth volume with some noise, and the same with other noise."""
    rng = np.random.default_rng(seed)
    z, y, x = np.meshgrid(*(np.linspace(0, 6, n) for n in shape[:3]), indexing="ij")
    smooth = 100 + 60 * np.sin(x + y) * np.cos(z)
    if len(shape) == 4:
        smooth = smooth[..., None] * np.linspace(0.5, 1.5, shape[3])
    return [(smooth + rng.normal(0, 8, shape)).clip(0, 255).astype(dtype) for _ in range(2)]


@pytest.mark.parametrize("dtype", ["uint8", "int16", "float32", "float64"])
@pytest.mark.parametrize("shape", [(20, 24, 28), (7, 7, 7), (9, 130, 140), (12, 11, 10, 3)])
def test_quality_is_that_of_scikit_image(shape, dtype):
    volume, original = pair(shape, dtype)
    quality = _core.compare(volume, original)
    data_range = float(original.max()) - float(original.min())
    channels = 3 if len(shape) == 4 else None
    ssim = metrics.structural_similarity(
        volume.astype(float),
        original.astype(float),
        win_size=7,
        data_range=data_range,
        channel_axis=channels,
    )
    difference = volume.astype(float) - original.astype(float)
    assert quality.ssim == pytest.approx(ssim, abs=1e-12)
    assert quality.mse == pytest.approx(np.mean(difference**2))
    assert quality.psnr == pytest.approx(10 * np.log10(data_range**2 / np.mean(difference**2)))
    assert quality.maximum_error == pytest.approx(np.abs(difference).max())
    percentile = np.percentile(np.abs(difference), 99.9, method="inverted_cdf")
    assert quality.percentile_999_error == pytest.approx(percentile, rel=2**-11)
    assert quality.mean_error == pytest.approx(difference.mean())
    assert sum(quality.error_histogram.counts) == difference.size
    assert quality.points == np.prod(shape[:3])


def test_exact_copies_have_infinite_psnr():
    volume, _ = pair((8, 9, 10), "uint8")
    quality = _core.compare(volume, volume.copy())
    assert quality.psnr == np.inf
    assert quality.ssim == pytest.approx(1)


def test_hidden_points_do_not_count():
    volume, original = pair((8, 9, 10), "uint8")
    invalid = np.zeros(volume.shape, bool)
    invalid[2:4] = True
    changed = volume.copy()
    changed[2:4] = 0
    one = _core.compare(volume, original, invalid)
    other = _core.compare(changed, original, invalid)
    assert one.mse == other.mse
    assert one.points == (~invalid).sum()


def test_arrays_that_do_not_fit_are_refused():
    volume, original = pair((8, 9, 10), "float32")
    with pytest.raises(ValueError, match="10 x 9 x 8 points"):
        _core.compare(volume, original[:-1].copy())
    with pytest.raises(ValueError, match="ascontiguousarray"):
        _core.compare(volume, original[:, ::2])
    with pytest.raises(ValueError, match="byte order"):
        _core.compare(volume, original.astype(">f4"))
    with pytest.raises(ValueError, match="float16"):
        _core.compare(volume, original.astype("float16"))
    with pytest.raises(ValueError, match="2 dimensions"):
        _core.compare(volume[0], original[0])
    with pytest.raises(ValueError, match="one bool or uint8"):
        _core.compare(volume, original, np.zeros(volume.shape, "int32"))
    with pytest.raises(ValueError, match="at least one"):
        _core.compare(volume[:0], original[:0])
