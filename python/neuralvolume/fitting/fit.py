# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""From a volume to a model: which networks to train, how far, and what the best of them reached."""

from __future__ import annotations

import math
import time
import warnings
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from numpy.typing import NDArray

from neuralvolume import _core, backends
from neuralvolume.fitting.candidate import Candidate
from neuralvolume.fitting.completion import complete_to_psnr, complete_to_size
from neuralvolume.fitting.draft import Draft
from neuralvolume.fitting.problem import Limits, Problem, ProgressCallback
from neuralvolume.fitting.rate_control import FixedRate, QualityTarget, SizeTarget
from neuralvolume.fitting.sizing import coded_networks, portable_networks
from neuralvolume.fitting.sizing.budget import MACRO_CELL_SHARE, size_limit
from neuralvolume.model import Model
from neuralvolume.volume import Association, Volume, as_volume

if TYPE_CHECKING:
    from vtkmodules.vtkCommonDataModel import vtkImageData

NetworkOptions = _core.NetworkConfig | Mapping[str, Any]

GROWTH = 2
SIZE_SLACK = 8  # bytes
RESIDUAL_HEADER_BYTES = 48
SIZE_TOLERANCE = 0.01
SIZE_SHORTFALL = 0.05
ESTIMATE_TOLERANCE = 0.05  # dB


def fit(
    volume: Volume | NDArray[Any] | vtkImageData,
    *,
    ratio: float | None = None,
    size: int | None = None,
    psnr: float | None = None,
    network: NetworkOptions | None = None,
    max_error: float | None = None,
    relative_error: float | None = None,
    steps: int | None = None,
    time_limit: float | None = None,
    start: Model | None = None,
    seed: int = 0,
    backend: str = "auto",
    portable: bool = False,
    batch_size: int | None = None,
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
    ratio, size, psnr, network : optional, one of them
        The target: how many times smaller than the original's values the model shall be (default:
        20), how many bytes it may have, which PSNR in dB it shall reach, or the network itself, as
        a NetworkConfig or a mapping of its options. The first three are of the model as it is
        decoded: where bytes do more in a residual than in the network, or the network falls short,
        it holds one.
    max_error, relative_error : float, optional, one of them
        The largest error that a decoded value may have, in the array's units or as a fraction of
        its range: a residual beside the network, which `decode` adds and drawing does not, bounds
        it. 0 keeps integers exact. Alone, it also chooses the network; otherwise the target is of
        the network, without the residual.
    steps : int, optional
        The longest training of a network (default: 42 million samples, 10,240 steps of 4,096).
    time_limit : float, optional
        The longest training in seconds; what it gives depends on the machine.
    start : Model, optional
        What to begin from: the model of a volume that is alike, as the one before it in time is.
        Where the network chosen is the start's, training goes on from its parameters and takes a
        tenth of the steps, or more, up to half, as the start has less of its PSNR here.
    seed : int
        Of all randomness: the same volume, options, start and seed give the same bytes, unless
        there is a time limit.
    backend : {"auto", "cpu", "tinycudann", "torch"}
    portable : bool
        Keep parameters in half precision and tiny-cuda-nn's order, neither quantised nor coded:
        larger, but open to other programs.
    batch_size : int, optional
        Samples of a step, a multiple of 256 (default 4096, more for large networks).
    array, association, name, geometry
        See `neuralvolume.volume.as_volume`.
    progress : callable, optional
        Called with a FitProgress every few steps. False stops the training, and the model so far is
        finished, with the stop reason "stopped"; an exception gives up the fit.

    Returns
    -------
    Model
        Its report says what was reached and why training stopped. A target that was missed is also
        warned of.

    Raises
    ------
    TypeError, ValueError
        The volume or an option is not what it must be.
    """
    begin = time.perf_counter()
    targets = {"ratio": ratio, "size": size, "psnr": psnr, "network": network}
    _check_options(targets, steps, time_limit, batch_size)
    _check_bounds(max_error, relative_error)
    source = as_volume(volume, array=array, association=association, name=name, geometry=geometry)
    deadline = None if time_limit is None else begin + time_limit
    limits = Limits(steps, deadline, batch_size)
    problem = Problem(source, seed, backends.resolve(backend), limits, progress, begin)
    if relative_error is not None:
        max_error = relative_error * problem.data_range
    problem.bound = max_error
    problem.start = start
    if problem.is_constant:
        return _finish(problem, problem.constant_candidate(portable))
    if network is not None:
        return _finish(problem, _train(problem, _as_network(source, network), portable))
    if psnr is not None:
        search = _search_portable if portable else _fit_to_psnr
        return _warn_of_miss(search(problem, psnr), psnr)
    if ratio is None and size is None and max_error is not None:
        size = coded_networks.bytes_beside_residual(
            source, problem.estimate_residual_bytes(max_error)
        )
    limit = size_limit(source, ratio, size)
    if portable:
        chosen = portable_networks.network_for_size(source, limit)
        return _finish(problem, problem.train_plain(chosen))
    model = _fit_to_size(problem, limit)
    if steps is None and (ratio is not None or size is not None):
        _warn_of_shortfall(problem, model, limit)
    return model


def _finish(problem: Problem, candidate: Candidate) -> Model:
    return problem.finish(problem.draft(candidate))


def _train(problem: Problem, network: _core.NetworkConfig, portable: bool) -> Candidate:
    """Train one network without a target."""
    if portable:
        return problem.train_plain(network)
    return problem.train_coded(network, FixedRate(), coded_networks.FINE_STEP)


def _fit_to_size(problem: Problem, limit: int) -> Model:
    """Train a network and fill `limit` bytes, all parts counted but a residual asked for."""
    budget = coded_networks.parameter_bytes(problem.volume, limit)
    network, step = coded_networks.network_for_size(problem.volume, budget)
    candidate = problem.train_coded(network, SizeTarget(budget), step)
    is_estimate = True  # what the budget leaves for all that is not parameters
    while True:
        draft = problem.draft(candidate.within(budget))
        model = problem.finish(draft)
        excess = _counted_bytes(problem, model) - limit
        is_wasteful = is_estimate and excess < -SIZE_TOLERANCE * limit and candidate.size > budget
        if excess <= 0 and not is_wasteful:
            return _fill(problem, draft, model, limit)
        budget, is_estimate = budget - excess - SIZE_SLACK, False
        if budget <= 0:
            raise ValueError(
                f"{limit} bytes are too few for a model of this volume: the smallest has "
                f"{limit + excess}; ask for a larger size or a lower ratio"
            )


def _fill(problem: Problem, draft: Draft, model: Model, limit: int) -> Model:
    """The model of a draft with a residual, where it leaves many of `limit` bytes unused."""
    spare = limit - model.nbytes
    if problem.bound is not None or spare <= SIZE_SHORTFALL * limit:
        return model
    size = int((1 - MACRO_CELL_SHARE) * spare) - RESIDUAL_HEADER_BYTES
    while size > 0:
        complete_to_size(draft, size, _first_half_step(draft), problem.goes_on)
        model = problem.finish(draft)
        if model.nbytes <= limit:
            return model
        size -= model.nbytes - limit
    draft.drop_residual()
    return problem.finish(draft)


def _counted_bytes(problem: Problem, model: Model) -> int:
    """What a size is asked of: the residual of a bound that was asked for comes on top."""
    asked = 0 if problem.bound is None else model.parts.get("residual", 0)
    return model.nbytes - asked


def _fit_to_psnr(problem: Problem, target: float) -> Model:
    """Train a network to the PSNR, with a residual where that is worthwhile or it falls short."""
    network, step = coded_networks.network_for_psnr(problem.volume, target)
    candidate = problem.train_coded(network, QualityTarget(target), step)
    draft = problem.draft(candidate)
    if problem.bound is None and draft.quality.psnr < target:
        complete_to_psnr(draft, target, _first_half_step(draft), problem.goes_on)
    return problem.finish(draft)


def _first_half_step(draft: Draft) -> float:
    """Where to look for a residual, in the array's units."""
    planned = draft.candidate.residual_half_step
    if planned is not None:
        return planned * draft.data_range
    return draft.quality.percentile_999_error


def _search_portable(problem: Problem, target: float) -> Model:
    """Train networks of growing size until one reaches the PSNR or has the original's size."""
    volume = problem.volume
    budget, tried = portable_networks.budget_for_psnr(volume, target), list[Candidate]()
    while True:
        network = portable_networks.network_for_size(volume, budget)
        tried.append(problem.train_plain(network, lambda psnr: psnr >= target + ESTIMATE_TOLERANCE))
        is_largest = GROWTH * budget > volume.original_bytes
        if is_largest or tried[-1].stop_reason in ("target", "time", "stopped"):
            break
        budget *= GROWTH
    return _finish(problem, max(tried, key=lambda candidate: candidate.estimated_psnr))


def _warn_of_shortfall(problem: Problem, model: Model, limit: int) -> None:
    size = _counted_bytes(problem, model)
    if size < (1 - SIZE_SHORTFALL) * limit and model.report.stop_reason == "steps":
        warnings.warn(
            f"the model has {size} bytes, fewer than the {limit} asked for: its network cannot use "
            f"more; {model.report.psnr:.2f} dB were reached",
            stacklevel=3,
        )


def _warn_of_miss(model: Model, target: float) -> Model:
    if model.report.psnr < target:
        warnings.warn(
            f"the target of {target:g} dB was not reached: {model.report.psnr:.2f} dB in "
            f"{model.nbytes} bytes (stopped by: {model.report.stop_reason})",
            stacklevel=3,
        )
    return model


def _check_options(
    targets: Mapping[str, Any], steps: int | None, time_limit: float | None, batch_size: int | None
) -> None:
    given = {name: value for name, value in targets.items() if value is not None}
    if len(given) > 1:
        raise ValueError(f"give one target: {', '.join(targets)}")
    given.pop("network", None)
    for name, value in {**given, "steps": steps, "time_limit": time_limit}.items():
        if value is not None and not (0 < value < math.inf):
            raise ValueError(f"{name} is {value}; it must be a positive number")
    if batch_size is not None and (batch_size < 256 or batch_size % 256):
        raise ValueError(f"batch_size is {batch_size}; it must be a multiple of 256")


def _check_bounds(max_error: float | None, relative_error: float | None) -> None:
    if max_error is not None and relative_error is not None:
        raise ValueError("give one bound: max_error or relative_error")
    for name, value in {"max_error": max_error, "relative_error": relative_error}.items():
        if value is not None and not 0 <= value < math.inf:
            raise ValueError(f"{name} is {value}; it must be a number that is not negative")


def _as_network(volume: Volume, network: NetworkOptions) -> _core.NetworkConfig:
    if isinstance(network, _core.NetworkConfig):
        return network
    return _core.NetworkConfig(**{"outputs": volume.components, **network})
