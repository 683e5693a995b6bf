# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""`python -m neuralvolume` is the command line `neuralvolume`."""

import sys

from neuralvolume.cli import main

sys.exit(main())
