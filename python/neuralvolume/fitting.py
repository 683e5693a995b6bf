# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""From a volume to a model: which networks to train, how far, and what the best of them reached."""

from __future__ import annotations

import math
import time
import warnings
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from numpy.typing import NDArray

from neuralvolume import _core, backends, sizing
from neuralvolume.model import Model
from neuralvolume.problem import Problem, ProgressCallback
from neuralvolume.training import Goals
from neuralvolume.volume import Association, Volume, as_volume

if TYPE_CHECKING:
    from vtkmodules.vtkCommonDataModel import vtkImageData

NetworkOptions = _core.NetworkConfig | Mapping[str, Any]

BATCH_SIZE = 16384
DEFAULT_STEPS = 3000
GROWTH = 2
FAR_SHORTFALL = 2.0  # dB


def fit(
    volume: Volume | NDArray[Any] | vtkImageData,
    *,
    ratio: float | None = None,
    psnr: float | None = None,
    network: NetworkOptions | None = None,
    max_error: float | None = None,
    relative_error: float | None = None,
    steps: int | None = None,
    time_limit: float | None = None,
    seed: int = 0,
    backend: str = "auto",
    batch_size: int = BATCH_SIZE,
    array: str | None = None,
    association: Association | None = None,
    name: str | None = None,
    geometry: _core.Geometry | None = None,
    progress: ProgressCallback | None = None,
) -> Model:
    """Fit a neural model to a volume.

    Parameters
    ----------
    volume
        (z, y, x) or (z, y, x, component) array of real numbers, or a vtkImageData. NaN, infinities
        and samples that VTK's ghost array hides never train and decode to NaN (in integers: to the
        component's minimum).
    ratio, psnr, network : optional, one of them
        The target: how many times smaller than the original's values the model shall be (default:
        20, or the smallest network), which PSNR in dB it shall reach, or the network itself, as a
        NetworkConfig or a mapping of its options.
    max_error, relative_error : float, optional, one of them
        The largest error that a decoded value may have, in the array's units or as a fraction of
        its range: a residual beside the network, which `decode` adds and drawing does not, bounds
        it. 0 keeps integers exact. Alone, it also chooses the network.
    steps : int, optional
        The longest training of a network (default 3000).
    time_limit : float, optional
        The longest training in seconds; what it gives depends on the machine.
    seed : int
        Of all randomness: the same volume, options and seed give the same bytes, unless there is a
        time limit.
    backend : {"auto", "cpu", "torch"}
    batch_size : int
        Samples of a step, a multiple of 256.
    array, association, name, geometry
        See `neuralvolume.volume.as_volume`.
    progress : callable, optional
        Called with a FitProgress every few steps; False cancels, and the model so far is returned
        with the stop reason "cancelled".

    Returns
    -------
    Model
        Its report says what was reached and why training stopped. A PSNR target that was missed is
        also warned of.

    Raises
    ------
    TypeError, ValueError
        The volume or an option is not what it must be.
    """
    begin = time.perf_counter()
    _check_options(ratio, psnr, network, steps, time_limit, batch_size)
    _check_bounds(max_error, relative_error)
    source = as_volume(volume, array=array, association=association, name=name, geometry=geometry)
    problem = Problem(source, seed, backends.resolve(backend), batch_size, progress, begin)
    if relative_error is not None:
        max_error = relative_error * problem.data_range
    problem.bound = max_error
    if problem.is_constant:
        return problem.assemble(problem.constant_candidate())
    goals = Goals(
        steps=DEFAULT_STEPS if steps is None else steps,
        deadline=None if time_limit is None else begin + time_limit,
    )
    if psnr is not None:
        return _fit_to_psnr(problem, psnr, goals)
    if max_error is not None and ratio is None and network is None:
        chosen = sizing.network_for_bound(source, problem.estimate_residual_bytes(max_error))
    else:
        chosen = _network_for(source, ratio, network)
    return problem.assemble(problem.train(chosen, goals))


def _fit_to_psnr(problem: Problem, target: float, goals: Goals) -> Model:
    """Train networks of growing size until one reaches the target or has the original's size."""
    volume = problem.volume
    budget, tried = sizing.budget_for_psnr(volume, target), []
    while True:
        may_grow = GROWTH * budget <= volume.original_bytes
        network = sizing.network_for_volume(volume, budget)
        tried.append(problem.train_to_psnr(network, target, goals, may_grow))
        if not may_grow or tried[-1].stop_reason in ("target", "time", "cancelled"):
            break
        is_far = target - tried[-1].estimated_psnr > FAR_SHORTFALL
        budget = min(budget * (GROWTH**2 if is_far else GROWTH), volume.original_bytes)
    best = max(tried, key=lambda candidate: candidate.estimated_psnr)
    model = problem.assemble(replace(best, stop_reason=tried[-1].stop_reason))
    if model.report.psnr < target:
        warnings.warn(
            f"the target of {target:g} dB was not reached: {model.report.psnr:.2f} dB in "
            f"{model.nbytes} bytes (stopped by: {model.report.stop_reason})",
            stacklevel=3,
        )
    return model


def _check_options(
    ratio: float | None,
    psnr: float | None,
    network: NetworkOptions | None,
    steps: int | None,
    time_limit: float | None,
    batch_size: int,
) -> None:
    if sum(target is not None for target in (ratio, psnr, network)) > 1:
        raise ValueError("give one target: ratio, psnr or network")
    limits = {"ratio": ratio, "psnr": psnr, "steps": steps, "time_limit": time_limit}
    for name, value in limits.items():
        if value is not None and not (0 < value < math.inf):
            raise ValueError(f"{name} is {value}; it must be a positive number")
    if batch_size < 256 or batch_size % 256:
        raise ValueError(f"batch_size is {batch_size}; it must be a multiple of 256")


def _check_bounds(max_error: float | None, relative_error: float | None) -> None:
    if max_error is not None and relative_error is not None:
        raise ValueError("give one bound: max_error or relative_error")
    for name, value in {"max_error": max_error, "relative_error": relative_error}.items():
        if value is not None and not 0 <= value < math.inf:
            raise ValueError(f"{name} is {value}; it must be a number that is not negative")


def _network_for(
    volume: Volume, ratio: float | None, network: NetworkOptions | None
) -> _core.NetworkConfig:
    if isinstance(network, _core.NetworkConfig):
        return network
    if network is not None:
        return _core.NetworkConfig(**{"outputs": volume.components, **network})
    return sizing.network_for_ratio(volume, ratio)
