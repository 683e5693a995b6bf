# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""From a volume to a model: networks, their training, and what completes them.

`fit` knows the targets. A `problem` trains networks of a `sizing`; each is a `trainees`' object in
a `training` whose `rate_control` steers it, in view of a `residual_plan`. What comes of it is a
`candidate`, then a `draft`, which `completion` may take to its target.
"""

from neuralvolume.fitting.fit import fit

__all__ = ["fit"]
