# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""The JSON file: volumes, points, summary, and what made them."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import neuralvolume

from .points import OURS, Point
from .subjects import Subject


def _finite(row: Mapping[str, Any]) -> dict[str, Any]:
    """JSON has no infinity: what is exact has no PSNR there."""
    return {name: None if value == math.inf else value for name, value in row.items()}


@dataclass
class Record:
    """All points of a run; of volumes, only what says that they are the same again."""

    volumes: list[dict[str, Any]] = field(default_factory=list)
    points: list[Point] = field(default_factory=list)

    @classmethod
    def load(cls, path: Path) -> Record:
        content = json.loads(path.read_text())
        points = [Point(**{**row, "psnr": row["psnr"] or math.inf}) for row in content["points"]]
        return cls(content["volumes"], points)

    def save(self, path: Path, tables: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
        content = {
            "version": neuralvolume.__version__,
            "cores": len(os.sched_getaffinity(0)),
            "volumes": self.volumes,
            "points": [_finite(asdict(point)) for point in self.points],
            "summary": {title: [_finite(row) for row in rows] for title, rows in tables.items()},
        }
        path.write_text(json.dumps(content, indent=1, allow_nan=False) + "\n")

    def peers_of(self, subject: Subject) -> list[Point]:
        """What the peers did to the same volume; nothing where this record does not know it."""
        if subject.facts() not in self.volumes:
            return []
        return [p for p in self.points if p.volume == subject.name and p.codec != OURS]
