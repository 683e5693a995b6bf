# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""Volumes as small neural networks: fit, evaluate, decode, draw."""

from neuralvolume import _core
from neuralvolume._core import Geometry, NetworkConfig
from neuralvolume.fitting import fit
from neuralvolume.fitting.training import FitProgress
from neuralvolume.metrics import Comparison, compare
from neuralvolume.model import Model
from neuralvolume.stored import load_models, save_models

__version__: str = vars(_core)["__version__"]

__all__ = [
    "Comparison",
    "FitProgress",
    "Geometry",
    "Model",
    "NetworkConfig",
    "__version__",
    "compare",
    "fit",
    "load_models",
    "save_models",
]
