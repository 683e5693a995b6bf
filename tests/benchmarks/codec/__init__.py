# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""Rate-distortion of NeuralVolume against other lossy compressors of volumes."""
