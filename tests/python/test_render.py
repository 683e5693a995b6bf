# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""The binding of the ray marcher, against closed forms along the rays of an analytic camera."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from neuralvolume import _core
from numpy.typing import NDArray
from scipy.interpolate import RegularGridInterpolator

Array = NDArray[Any]
SCALE = 8  # grid cells of the ramp's network along an axis
POINTS = 4
SPACING = (2.0, 3.0, 5.0)
TABLE_SIZE = 4096  # of the marcher, which takes the nearest entry
LARGEST_CODE = 2**15 - 1  # of the samples that the marcher reads
SIZE = np.multiply(SPACING, POINTS)  # of the unit cube in the world
MARGIN = 0.5 / POINTS  # of the outermost points from the unit cube's faces


def make_model(network: _core.NetworkConfig, parameters: Array) -> _core.Model:
    geometry = _core.Geometry((0, POINTS - 1) * 3, spacing=SPACING)
    array = _core.ArrayInfo(name="value", type="float32", ranges=[(0.0, 1.0)] * network.outputs)
    model = _core.Model(network, parameters, geometry, array)
    model.macro_cells = _core.compute_macro_cells(model, cell_size=1)
    return model


def ramp_model(axis: int) -> _core.Model:
    """A network whose value is the unit coordinate along an axis, exactly."""
    network = _core.NetworkConfig(
        levels=1, features_per_level=1, base_resolution=SCALE + 1, width=16, hidden_layers=1
    )
    matrices = np.zeros((2, 16, 16))
    matrices[:, 0, 0] = 1.0  # hand the one feature through
    grid = np.zeros(network.parameter_count - matrices.size)
    vertices = np.indices((SCALE + 1,) * 3)[2 - axis]  # vertex i lies at (i - 0.5) / SCALE
    grid[: vertices.size] = ((vertices - 0.5) / SCALE).ravel()
    return make_model(network, np.concatenate([matrices.ravel(), grid]))


def random_model(outputs: int) -> _core.Model:
    network = _core.NetworkConfig(levels=4, log2_hashmap_size=10, outputs=outputs)
    parameters = np.random.default_rng(3).normal(0.0, 0.4, network.parameter_count)
    return make_model(network, parameters)


@dataclass(frozen=True)
class ParallelCamera:
    """Looks along a direction at the middle of the volume, from the near plane 50 away."""

    direction: tuple[float, float, float]
    half_height: float = 8.0
    size: tuple[int, int] = (15, 11)

    def axes(self) -> Array:
        """Right, up and forward in the world, as rows."""
        forward = np.array(self.direction) / np.linalg.norm(self.direction)
        right = np.cross(forward, (0.0, 1.0, 0.0))
        right /= np.linalg.norm(right)
        return np.array([right, np.cross(right, forward), forward])

    def extent(self) -> Array:
        """World size of a unit of device coordinates along right, up and forward."""
        width, height = self.size
        return np.array([self.half_height * width / height, self.half_height, 50.0])

    def matrices(self) -> dict[str, Any]:
        clip_to_unit = np.eye(4)
        clip_to_unit[:3, :3] = (self.axes().T * self.extent()) / SIZE[:, None]
        clip_to_unit[:3, 3] = 0.5
        return {"clip_to_unit": clip_to_unit, "unit_to_world": np.diag(SIZE), "size": self.size}

    def rays(self) -> tuple[Array, Array]:
        """Starts (height, width, 3) and the direction, in the world."""
        x, y = ((np.arange(n) + 0.5) * 2 / n - 1 for n in self.size)
        right, up, forward = self.axes() * self.extent()[:, None]
        return SIZE / 2 + x[None, :, None] * right + y[:, None, None] * up - forward, self.axes()[2]

    def crossings(self) -> tuple[Array, Array]:
        """World distances (height, width) at which the rays pass between the outermost points."""
        starts, rate = self.rays()
        with np.errstate(divide="ignore"):
            low, high = ((f * SIZE - starts) / rate for f in (MARGIN, 1 - MARGIN))
        return np.minimum(low, high).max(axis=-1), np.maximum(low, high).min(axis=-1)

    def lengths(self, end: float = np.inf) -> Array:
        """World lengths (height, width) of the rays between the outermost points."""
        begins, ends = self.crossings()
        lengths: Array = np.maximum(np.minimum(ends, end) - begins, 0.0)
        return lengths


def draw(model: _core.Model, camera: ParallelCamera, **options: Any) -> Array:
    settings: dict[str, Any] = {
        "entries": [(0.25, 0.5, 1.0, 0.3)],
        "minimum": 0.0,
        "maximum": 1.0,
        "sample_distance": 0.37,
        "opacity_unit_distance": 4.0,
    }
    return _core.Renderer(model).render(**(camera.matrices() | settings | options))


def interpolated(model: _core.Model) -> RegularGridInterpolator:
    """Between the samples, at x, y, z in unit coordinates."""
    along = (np.arange(POINTS) + 0.5) / POINTS
    points = np.stack(np.meshgrid(along, along, along, indexing="ij"), axis=-1)
    values = model.evaluate(points.reshape(-1, 3), physical=False).reshape((POINTS,) * 3)
    codes = np.round(np.clip(values, 0.0, 1.0) * LARGEST_CODE)
    return RegularGridInterpolator((along,) * 3, codes / LARGEST_CODE)


def march(model: _core.Model, camera: ParallelCamera, entries: Array, step: float) -> Array:
    """The picture by the definition: every sample of every ray, one after the other."""
    field = interpolated(model)
    nearest = np.linspace(0.0, 1.0, TABLE_SIZE)
    table = [np.interp(nearest, np.linspace(0.0, 1.0, len(entries)), c) for c in entries.T]
    starts, rate = camera.rays()
    begins, ends = camera.crossings()
    colour = np.zeros((*begins.shape, 4))
    for k in range(int(np.ceil(camera.lengths().max() / step))):
        first = begins + k * step
        last = np.minimum(first + step, ends)
        middle = ((first + last) / 2)[..., None]
        points = (starts + middle * rate) / SIZE
        index = np.round(field(np.clip(points, MARGIN, 1 - MARGIN)) * (TABLE_SIZE - 1)).astype(int)
        sample = np.stack([channel[index] for channel in table], axis=-1)
        alpha = 1 - (1 - sample[..., 3]) ** (np.maximum(last - first, 0.0) / 4.0)
        weight = np.where(last > first, (1 - colour[..., 3]) * alpha, 0.0)
        colour[..., :3] += weight[..., None] * sample[..., :3]
        colour[..., 3] += weight
    return colour


OBLIQUE = ParallelCamera(direction=(-0.6, -0.4, -0.7))
ALONG = {
    0: ParallelCamera((1, 0, 0), half_height=1e-3, size=(1, 1)),
    2: ParallelCamera((0, 0, 1), half_height=1e-3, size=(1, 1)),
}


def test_a_homogeneous_volume_absorbs_by_length() -> None:
    pixels = draw(ramp_model(0), OBLIQUE)
    alpha = 1 - 0.7 ** (OBLIQUE.lengths() / 4.0)
    assert alpha.max() > 0.5
    assert alpha.min() == 0.0
    assert pixels.dtype == np.float32
    np.testing.assert_allclose(pixels[..., 3], alpha, atol=2e-5)
    np.testing.assert_allclose(pixels[..., :3], alpha[..., None] * (0.25, 0.5, 1.0), atol=2e-5)


@pytest.mark.parametrize("axis", [0, 2])
def test_linear_opacity_over_a_linear_field_is_its_integral(axis: int) -> None:
    pixel = draw(
        ramp_model(axis),
        ALONG[axis],
        entries=[(1, 1, 1, 0.0), (1, 1, 1, 0.9)],
        sample_distance=0.01,
    )[0, 0]

    def antiderivative(value: float) -> float:
        left = 1 - 0.9 * value
        return float(-(left * np.log(left) - left) / 0.9)

    logarithm = antiderivative(1 - MARGIN) - antiderivative(MARGIN)
    assert pixel[3] == pytest.approx(1 - np.exp(logarithm * SIZE[axis] / 4.0), abs=1e-4)


def test_the_bottom_row_is_the_first_and_x_goes_to_the_right() -> None:
    camera = ParallelCamera(direction=(0, 0, -1), half_height=4.0, size=(9, 9))
    values: dict[str, Any] = {
        "entries": [(0, 0, 0, 1), (1, 0, 0, 1)],
        "opacity_unit_distance": 1e-3,
    }
    across = (np.arange(9) + 0.5) * 2 / 9 - 1
    for axis in (0, 1):
        expected = 0.5 + 4.0 * across / SIZE[axis]
        seen = draw(ramp_model(axis), camera, **values)[..., 0]
        line = seen[4] if axis == 0 else seen[:, 4]
        inside = (expected > MARGIN) & (expected < 1 - MARGIN)
        assert inside.sum() >= 5
        np.testing.assert_allclose(
            line[inside], expected[inside], atol=0.5 / (TABLE_SIZE - 1) + 2e-5
        )


def test_rays_end_at_the_depth() -> None:
    depth = np.full((11, 15), 0.5)  # the middle of the volume
    pixels = draw(ramp_model(0), OBLIQUE, depth=depth)
    np.testing.assert_allclose(pixels[..., 3], 1 - 0.7 ** (OBLIQUE.lengths(50.0) / 4.0), atol=2e-5)


def test_cropping_and_clipping_keep_the_same_half() -> None:
    cropped = draw(
        ramp_model(0), OBLIQUE, cropping_planes=(0.5, 1, 0, 1, 0, 1), cropping_regions=0x2000
    )
    clipped = draw(ramp_model(0), OBLIQUE, clipping_planes=[(1, 0, 0, -0.5)])
    np.testing.assert_allclose(cropped, clipped, atol=1e-6)
    assert 0 < cropped[..., 3].sum() < draw(ramp_model(0), OBLIQUE)[..., 3].sum()


def test_a_network_is_drawn_as_defined() -> None:
    model = random_model(1)
    entries = np.random.default_rng(5).uniform(0.0, 1.0, (32, 4)).astype(np.float32)
    entries[:, 3] = np.maximum(entries[:, 3] - 0.6, 0.0)
    pixels = draw(model, OBLIQUE, entries=entries)
    assert pixels[..., 3].std() > 0.05
    np.testing.assert_allclose(pixels, march(model, OBLIQUE, entries, 0.37), atol=1e-4)


@pytest.mark.parametrize(("outputs", "component"), [(1, 0), (3, 1), (3, -1)])
def test_skipping_empty_space_changes_no_pixel(outputs: int, component: int) -> None:
    model = random_model(outputs)
    entries = np.zeros((64, 4), np.float32)
    entries[20:] = (1.0, 0.8, 0.2, 0.5)
    options: dict[str, Any] = {"entries": entries, "component": component}
    skipped = draw(model, OBLIQUE, **options)
    assert skipped[..., 3].max() > 0
    np.testing.assert_array_equal(skipped, draw(model, OBLIQUE, skip_empty_space=False, **options))


def test_threads_draw_the_same_model_at_once() -> None:
    model = random_model(1)
    alone = draw(model, OBLIQUE)
    with ThreadPoolExecutor(4) as pool:
        for pixels in pool.map(lambda _: draw(model, OBLIQUE), range(8)):
            np.testing.assert_array_equal(pixels, alone)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"clip_to_unit": np.eye(3)}, r"clip_to_unit must have the shape \(4, 4\), not \(3, 3\)"),
        ({"entries": np.zeros((2, 3))}, r"entries must have the shape \(any, 4\)"),
        ({"entries": np.zeros((0, 4))}, "no entries"),
        ({"depth": np.ones((15, 11))}, r"depth must have the shape \(11, 15\)"),
        ({"clipping_planes": [(1, 0, 0)]}, "clipping_planes"),
        ({"cropping_planes": (0, 1)}, "cropping_planes"),
        ({"sample_distance": 0.0}, "sample distance"),
        ({"component": 1}, "component 1"),
        ({"minimum": 2.0}, "ascending order"),
        ({"size": (-1, 11)}, "-1 x 11 pixels"),
    ],
)
def test_what_makes_no_sense_is_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        draw(ramp_model(0), OBLIQUE, **options)
