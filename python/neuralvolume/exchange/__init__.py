# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""Models of other programs: the `params.json` of instant neural volumes (VIDILabs/instantvnr)."""

from neuralvolume.exchange.params_reader import Given, params_to_model
from neuralvolume.exchange.params_writer import model_to_params

__all__ = ["Given", "model_to_params", "params_to_model"]
