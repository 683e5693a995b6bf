# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""Which of an image's arrays an algorithm takes."""

from __future__ import annotations

from vtkmodules.util.vtkAlgorithm import VTKPythonAlgorithmBase
from vtkmodules.vtkCommonDataModel import vtkDataObject, vtkImageData

from neuralvolume.stored import StoredModel
from neuralvolume.volume import ArrayKey, Association, array_keys, array_names


class ArrayLists:
    """The lists of point and cell arrays of ParaView's panels; until one is set, all arrays."""

    chosen_arrays: frozenset[ArrayKey] | None = None

    def AddPointDataArray(self, name: str) -> None:
        self._choose((self.chosen_arrays or frozenset()) | {ArrayKey("points", name)})

    def AddCellDataArray(self, name: str) -> None:
        self._choose((self.chosen_arrays or frozenset()) | {ArrayKey("cells", name)})

    def ClearPointDataArrays(self) -> None:
        self._drop("points")

    def ClearCellDataArrays(self) -> None:
        self._drop("cells")

    def _drop(self, association: Association) -> None:
        chosen = self.chosen_arrays or frozenset()
        self._choose(frozenset(key for key in chosen if key.association != association))

    def _choose(self, chosen: frozenset[ArrayKey]) -> None:
        if chosen != self.chosen_arrays:
            self.chosen_arrays = chosen
            self.Modified()  # type: ignore[attr-defined]

    def arrays_of(self, image: vtkImageData) -> list[ArrayKey]:
        """The chosen arrays in the image's order; ValueError where there is none or one is missing.

        VTK's ghost array says which samples count: it is not one of them.
        """
        present = array_keys(image)
        if self.chosen_arrays is None:
            return _require(present, "the image has no numeric array")
        for association, name in sorted(self.chosen_arrays.difference(present)):
            names = ", ".join(array_names(image, association)) or "none"
            raise ValueError(f"the image has no {association} array '{name}' ({names})")
        chosen = [key for key in present if key in self.chosen_arrays]
        return _require(chosen, "no array is chosen: choose at least one")


def _require(keys: list[ArrayKey], problem: str) -> list[ArrayKey]:
    if not keys:
        raise ValueError(problem)
    return keys


def array_to_process(algorithm: VTKPythonAlgorithmBase) -> ArrayKey | None:
    """The input array that was set for the algorithm, if any."""
    info = algorithm.GetInputArrayInformation(0)
    name = info.Get(vtkDataObject.FIELD_NAME())
    if not name:
        return None
    cells = info.Get(vtkDataObject.FIELD_ASSOCIATION()) == vtkDataObject.FIELD_ASSOCIATION_CELLS
    return ArrayKey("cells" if cells else "points", name)


def model_to_process(algorithm: VTKPythonAlgorithmBase, models: list[StoredModel]) -> StoredModel:
    """The model of the input array that was set for the algorithm, else the first one."""
    key = array_to_process(algorithm)
    if key is None:
        return models[0]
    for model in models:
        if (model.association, model.name) == key:
            return model
    names = ", ".join(f"{model.name} ({model.association})" for model in models)
    raise ValueError(
        f"there is no model of the {key.association} array '{key.name}', only: {names}"
    )
