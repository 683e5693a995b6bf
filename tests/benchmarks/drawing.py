# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""Pictures a second of the neural volume mapper, against VTK's own mappers of the original.

Run by pvpython on a screen, with the plugin on PV_PLUGIN_PATH. All draw into windows of
512 x 512, with one sample a voxel, and take turns while the camera turns. Of each volume
the model is fitted at the default ratio, or read from the folder that --models names.
"""

from __future__ import annotations

import argparse
import statistics
from pathlib import Path
from typing import Any

from drawing_scenes import (
    MOVING_RATE,
    STILL_RATE,
    Stage,
    fixed_point_mapper,
    gpu_mapper,
    make_property,
    neural_mapper,
    opacity_maps,
    similarity,
)
from neuralvolume import Model, fit, io
from neuralvolume.volume import as_volume
from neuralvolume.vtk_image import image_of
from paraview import simple  # noqa: F401  # loads the plugin
from timing import show
from vtkmodules.util.numpy_support import numpy_to_vtk
from vtkmodules.vtkCommonDataModel import vtkImageData

TURN = 7.0  # degrees
DRAG = 5  # pictures while the camera moves
MAPPERS = {"neural": neural_mapper, "fixed_point": fixed_point_mapper, "gpu": gpu_mapper}


def original_image(model: Model, values: Any) -> vtkImageData:
    image = image_of([model])
    scalars = numpy_to_vtk(values.ravel(), deep=True)
    scalars.SetName(model.name)
    image.GetPointData().Initialize()
    image.GetPointData().SetScalars(scalars)
    return image


def load(path: Path, models: Path) -> tuple[Model, Any]:
    volume = as_volume(io.read(path))
    stored = models / f"{path.stem}.nvol"
    if not stored.exists():
        fit(volume, ratio=20).save(stored)
    return Model.load(stored), volume.values


def rows_of(name: str, stages: dict[str, Stage], rounds: int) -> dict[str, Any]:
    first = stages["neural"].draw()
    seconds: dict[str, list[float]] = {mapper: [] for mapper in stages}
    moving, likeness = [], []
    for stage in stages.values():
        stage.draw()
    for _ in range(rounds):
        for mapper, stage in stages.items():
            stage.turn(TURN)
            seconds[mapper].append(stage.draw())
        stages["neural"].set_rate(MOVING_RATE)
        for _ in range(DRAG):
            stages["neural"].turn(TURN / DRAG)
            moving.append(stages["neural"].draw())
        picture = stages["neural"].picture()
        stages["neural"].set_rate(STILL_RATE)
        stages["neural"].draw()
        likeness.append(similarity(picture, stages["neural"].picture()))
        for mapper, stage in stages.items():
            stage.turn(TURN if mapper != "neural" else 0.0)
    row: dict[str, Any] = {"scene": name, "first_s": first}
    row |= {f"{mapper}_s": statistics.median(turns) for mapper, turns in seconds.items()}
    for peer in [mapper for mapper in stages if mapper != "neural"]:
        pairs = zip(seconds[peer], seconds["neural"], strict=True)
        row[f"{peer}_ratio"] = statistics.median(theirs / ours for theirs, ours in pairs)
    return row | {"moving_s": statistics.median(moving), "moving_ssim": min(likeness)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("volumes", type=Path, nargs="+")
    parser.add_argument("--models", type=Path, default=Path(), help="folder of .nvol files")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--shade", action="store_true")
    parser.add_argument("--mappers", nargs="+", choices=MAPPERS, default=[*MAPPERS])
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    options = parser.parse_args()
    rows = []
    for path in options.volumes:
        model, values = load(path, options.models)
        spacing = min(model.geometry.spacing)
        images = {"neural": image_of([model]), "original": original_image(model, values)}
        for kind, opacities in opacity_maps(values).items():
            stages = {
                mapper: Stage(
                    images["neural" if mapper == "neural" else "original"],
                    model.name,
                    MAPPERS[mapper](spacing),
                    make_property(opacities, spacing, options.shade),
                )
                for mapper in options.mappers
            }
            rows.append(rows_of(f"{path.stem}, {kind}", stages, options.rounds))
            for stage in stages.values():
                stage.close()
            show(rows[-1:], options.json)
    show(rows, options.json)


if __name__ == "__main__":
    main()
