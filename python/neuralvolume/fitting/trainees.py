# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""Networks in training: with parameters as they are, or quantised once exploring is over."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from neuralvolume import _core
from neuralvolume.backends import Trainer
from neuralvolume.fitting.rate_control import MIN_WEIGHT, RateControl
from neuralvolume.fitting.residual_plan import ResidualPlan, matching_half_step, plan_residual
from neuralvolume.fitting.training import psnr_of

ESTIMATE_SAMPLES = 1 << 16
# Coarser levels serve more samples and deserve finer steps: from the coarsest level to the finest,
# the step grows by so many octaves. Measured, like the weights' steps, at equal bytes.
STEP_OCTAVES = 6.0
STEPS_PER_RMS_WEIGHT = 16
SMALLEST_WEIGHT = 1e-3


class PlainTrainee:
    """A network whose parameters are kept in half precision."""

    def __init__(
        self, trainer: Trainer, network: _core.NetworkConfig, sampler: _core.Sampler, seed: int
    ) -> None:
        self.trainer = trainer
        self.network = network
        self.sampler = sampler
        self.seed = seed
        self.quantisation = _core.Quantisation()

    @property
    def steps(self) -> int:
        return self.trainer.steps

    @property
    def parameters(self) -> NDArray[np.float32]:
        return self.trainer.parameters

    @property
    def size(self) -> int:
        """Bytes of the parameters in a file."""
        return 2 * self.network.parameter_count

    @property
    def residual_half_step(self) -> float | None:
        """Of a residual that is worthwhile beside the network; as a fraction of the data range."""
        return None

    def run(self, steps: int, batch_size: int, learning_rate: float) -> float:
        return self.trainer.run(steps, batch_size, learning_rate, 0.0)

    def estimate_psnr(self) -> float:
        return psnr_of(float(np.mean(np.square(self._sample_errors()))))

    def settle(self) -> None:
        pass

    def observe(self, progress: float, psnr: float) -> None:
        pass

    def _sample_errors(self) -> NDArray[np.float32]:
        """As fractions of the data range."""
        return _core.sample_errors(
            self.network, self.parameters, self.sampler, ESTIMATE_SAMPLES, self.seed
        )


class CodedTrainee(PlainTrainee):
    """A network that is quantised when it settles, and whose rate is steered from there on.

    Attributes
    ----------
    step : float
        Quantisation step of the grid's middle level.
    residual_values : int, optional
        Values of the volume, where a residual may complete what the network does. It is then
        planned along, and counts in PSNR and size.
    plan : ResidualPlan, optional
        The residual planned last.
    """

    def __init__(
        self,
        trainer: Trainer,
        network: _core.NetworkConfig,
        sampler: _core.Sampler,
        seed: int,
        control: RateControl,
        step: float,
        residual_values: int | None = None,
    ) -> None:
        super().__init__(trainer, network, sampler, seed)
        self.control = control
        self.step = step
        self.residual_values = residual_values
        self.plan: ResidualPlan | None = None

    @property
    def parameters(self) -> NDArray[np.float32]:
        return _core.round_parameters(self.network, self.quantisation, self.trainer.parameters)

    @property
    def size(self) -> int:
        if not self.quantisation:
            return super().size
        residual = self.plan.size if self.plan else 0.0
        return _core.coded_size(self.network, self.quantisation, self.parameters) + int(residual)

    @property
    def residual_half_step(self) -> float | None:
        return self.plan.half_step if self.plan and self.plan.is_worthwhile else None

    def run(self, steps: int, batch_size: int, learning_rate: float) -> float:
        return self.trainer.run(steps, batch_size, learning_rate, self.control.weight)

    def estimate_psnr(self) -> float:
        if not self.quantisation or self.residual_values is None:
            return super().estimate_psnr()
        share = self.plan.share if self.plan else 0.0
        half_step = matching_half_step(self.control.weight, self.residual_values, share)
        self.plan = plan_residual(self._sample_errors(), half_step, self.residual_values)
        self.control.least_weight = max(self.plan.least_weight, MIN_WEIGHT)
        return self.plan.psnr

    def settle(self) -> None:
        if not self.quantisation:
            self.quantisation = self._make_quantisation()
            self.trainer.quantise(self.quantisation)

    def observe(self, progress: float, psnr: float) -> None:
        self.control.update(progress, psnr, self.size)

    def _make_quantisation(self) -> _core.Quantisation:
        levels = self.network.levels
        octaves = (np.arange(levels) - (levels - 1) / 2) * STEP_OCTAVES / levels
        weights = _core.rms_weights(self.network, self.trainer.parameters)
        matrices = [max(rms, SMALLEST_WEIGHT) / STEPS_PER_RMS_WEIGHT for rms in weights]
        return _core.Quantisation(matrices, list(self.step * 2.0**octaves))
