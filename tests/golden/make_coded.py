# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""Write version-2-coded.nvol with NeuralVolume itself: coded parameters and a residual.

The file is in the repository: it must keep opening, so there is no reason to run this again.
"""

import sys
from pathlib import Path

import neuralvolume

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "python"))

from fields import waves  # noqa: E402

model = neuralvolume.fit(waves((20, 24, 28)), name="waves", size=3000, max_error=0.01, steps=1000)
model.save(HERE / "version-2-coded.nvol")
