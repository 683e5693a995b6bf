# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""A network that was trained, on its way to a model."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from neuralvolume import _core
from neuralvolume.fitting.training import HistoryEntry, StopReason

LARGEST_DEAD_ZONE = 1024.0  # steps: nothing is left
DEAD_ZONE_TOLERANCE = 1e-5


@dataclass(frozen=True)
class Candidate:
    """A network that was trained, and why it was not trained further.

    Attributes
    ----------
    parameters : (parameters,) float32 array
        Not rounded yet: what is below `dead_zone` steps will be 0.
    residual_half_step : float, optional
        Of the quantiser of the residual it was trained for, as a fraction of the data range.
    """

    network: _core.NetworkConfig
    parameters: NDArray[np.float32]
    quantisation: _core.Quantisation
    stop_reason: StopReason
    steps: int = 0
    history: list[HistoryEntry] = field(default_factory=list)
    residual_half_step: float | None = None
    dead_zone: float = 0.5

    @property
    def estimated_psnr(self) -> float:
        return self.history[-1].psnr

    @property
    def rounded(self) -> NDArray[np.float32]:
        return _core.round_parameters(
            self.network, self.quantisation, self.parameters, self.dead_zone
        )

    @property
    def size(self) -> int:
        """Bytes of the parameters in a file."""
        return _core.coded_size(self.network, self.quantisation, self.rounded)

    def within(self, size: int) -> Candidate:
        """The candidate without its smallest parameters, so that the rest take `size` bytes."""
        low, high = 0.5, LARGEST_DEAD_ZONE
        if self.size <= size:
            return self
        while high - low > DEAD_ZONE_TOLERANCE:
            middle = (low + high) / 2
            if replace(self, dead_zone=middle).size <= size:
                high = middle
            else:
                low = middle
        return replace(self, dead_zone=high)
