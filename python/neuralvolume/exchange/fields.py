# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""A decoded document, read strictly: errors name the field, what it is and what it must be."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class Fields:
    """One document; without a default, a field that is missing is an error."""

    def __init__(self, values: Mapping[str, Any], path: str = "") -> None:
        self.values = values
        self.path = path

    def __contains__(self, key: str) -> bool:
        return key in self.values

    def name_of(self, key: str) -> str:
        return f"{self.path}.{key}" if self.path else key

    def error(self, key: str, problem: str) -> ValueError:
        return ValueError(f"'{self.name_of(key)}' {problem}")

    def document(self, key: str) -> Fields:
        return Fields(self._get(key, None, Mapping, "a document"), self.name_of(key))

    def text(self, key: str, default: str | None = None) -> str:
        return str(self._get(key, default, str, "a text"))

    def flag(self, key: str, default: bool | None = None) -> bool:
        return bool(self._get(key, default, bool, "true or false"))

    def natural(self, key: str, default: int | None = None) -> int:
        value = self._get(key, default, (int, float), "an integer")
        if isinstance(value, bool) or not 0 <= value < 1 << 63 or value != int(value):
            raise self.error(key, f"is {value}; it must be an integer of 0 and more")
        return int(value)

    def count(self, key: str, default: int | None = None) -> int:
        value = self.natural(key, default)
        if not 0 < value < 1 << 31:
            raise self.error(key, f"is {value}; it must be 1 to 2147483647")
        return value

    def number(self, key: str, default: float | None = None) -> float:
        value = self._get(key, default, (int, float), "a number")
        if isinstance(value, bool):
            raise self.error(key, "is not a number")
        return float(value)

    def binary(self, key: str) -> memoryview:
        view: memoryview = self._get(key, None, memoryview, "binary")
        return view

    def numbers(self, key: str, count: int | None = None) -> list[float]:
        items = self._items(key)
        if count not in (None, len(items.values)):
            raise self.error(key, f"has {len(items.values)} numbers; it must have {count}")
        return [items.number(index) for index in items.values]

    def naturals(self, key: str) -> list[int]:
        items = self._items(key)
        return [items.natural(index) for index in items.values]

    def texts(self, key: str) -> list[str]:
        items = self._items(key)
        return [items.text(index) for index in items.values]

    def xyz(self, key: str) -> tuple[int, int, int]:
        axes = self.document(key)
        return axes.count("x"), axes.count("y"), axes.count("z")

    def _items(self, key: str) -> Fields:
        values = self._get(key, None, list, "a list")
        return Fields({str(i): value for i, value in enumerate(values)}, self.name_of(key))

    def _get(self, key: str, default: Any, kind: type | tuple[type, ...], what: str) -> Any:
        value = self.values.get(key, default)
        if value is None:
            raise self.error(key, "is missing")
        if not isinstance(value, kind):
            raise self.error(key, f"is not {what}")
        return value
