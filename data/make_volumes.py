# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""Write the volumes of this folder; README.md says what they show."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from vtkmodules.util.numpy_support import numpy_to_vtk
from vtkmodules.vtkCommonDataModel import vtkImageData
from vtkmodules.vtkIOXML import vtkXMLImageDataWriter

SAMPLES = 40
RIPPLES = 6.0
AMPLITUDE = 0.25


def marschner_lobb(x: NDArray, y: NDArray, z: NDArray) -> NDArray:
    """Evaluate the test signal of Marschner and Lobb (1994) on [-1, 1]^3; in [0, 1]."""
    ripples = np.cos(2 * np.pi * RIPPLES * np.cos(np.pi / 2 * np.hypot(x, y)))
    return (1 - np.sin(np.pi / 2 * z) + AMPLITUDE * (1 + ripples)) / (2 * (1 + AMPLITUDE))


def image_of(name: str, values: NDArray) -> vtkImageData:
    """Make an image on [-1, 1]^3 of values whose axes are (z, y, x)."""
    image = vtkImageData()
    image.SetDimensions(values.shape[::-1])
    image.SetOrigin(-1, -1, -1)
    image.SetSpacing(*(2 / (n - 1) for n in values.shape[::-1]))
    array = numpy_to_vtk(values.ravel(), deep=True)
    array.SetName(name)
    image.GetPointData().SetScalars(array)
    return image


def write(image: vtkImageData, path: Path) -> None:
    """Write a compressed .vti, the same bytes every time.

    Without an appended section, which ParaView cannot read with Debian 12's repaired expat.
    """
    writer = vtkXMLImageDataWriter()
    writer.SetFileName(str(path))
    writer.SetInputData(image)
    writer.SetDataModeToBinary()
    writer.SetCompressionLevel(9)
    writer.Write()


def main() -> None:
    """Write all volumes beside this script."""
    axis = np.linspace(-1, 1, SAMPLES)
    z, y, x = np.meshgrid(axis, axis, axis, indexing="ij")
    values = marschner_lobb(x, y, z).astype(np.float32)
    write(image_of("signal", values), Path(__file__).with_name("marschner_lobb.vti"))


if __name__ == "__main__":
    main()
