# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""The JSON file: volumes, points, summary, and what made them."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import neuralvolume

from .points import OURS, Point
from .subjects import Subject


@dataclass
class Record:
    """All points of a run; of volumes, only what says that they are the same again."""

    volumes: list[dict[str, Any]] = field(default_factory=list)
    points: list[Point] = field(default_factory=list)

    @classmethod
    def load(cls, path: Path) -> Record:
        content = json.loads(path.read_text())
        return cls(content["volumes"], [Point(**point) for point in content["points"]])

    def save(self, path: Path, tables: dict[str, Sequence[dict[str, Any]]]) -> None:
        content = {
            "version": neuralvolume.__version__,
            "cores": len(os.sched_getaffinity(0)),
            "volumes": self.volumes,
            "points": [asdict(point) for point in self.points],
            "summary": tables,
        }
        path.write_text(json.dumps(content, indent=1) + "\n")

    def peers_of(self, subject: Subject) -> list[Point]:
        """What the peers did to the same volume; nothing where this record does not know it."""
        if subject.facts() not in self.volumes:
            return []
        return [p for p in self.points if p.volume == subject.name and p.codec != OURS]
