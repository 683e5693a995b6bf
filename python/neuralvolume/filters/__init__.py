# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""The package as VTK algorithms, which xml/ declares to ParaView and any VTK pipeline can use."""

from neuralvolume.filters.compare import NeuralCompare
from neuralvolume.filters.compress import NeuralCompress
from neuralvolume.filters.decompress import NeuralDecompress
from neuralvolume.filters.reader import NeuralVolumeReader
from neuralvolume.filters.report import NeuralReport
from neuralvolume.filters.writer import NeuralVolumeWriter

__all__ = [
    "NeuralCompare",
    "NeuralCompress",
    "NeuralDecompress",
    "NeuralReport",
    "NeuralVolumeReader",
    "NeuralVolumeWriter",
]
