# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""BSON 1.1 (https://bsonspec.org/spec.html), as far as JSON values and binaries need it."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from typing import Any

MAX_DEPTH = 32
MIN_DOCUMENT = 5  # length and the closing zero
INT32 = range(-(1 << 31), 1 << 31)
LENGTH = struct.Struct("<i")
NUMBERS = {
    0x01: struct.Struct("<d"),
    0x10: LENGTH,
    0x11: struct.Struct("<Q"),
    0x12: struct.Struct("<q"),
}
TEXT, DOCUMENT, ARRAY, BINARY, BOOL, NULL = 0x02, 0x03, 0x04, 0x05, 0x08, 0x0A


def decode(data: bytes) -> dict[str, Any]:
    """Take apart a document, whose binaries become views of `data`.

    Raises
    ------
    ValueError
        The bytes are no whole document, or hold what JSON has not; says at which byte.
    """
    cursor = _Cursor(data)
    document = cursor.document(depth=0)
    if cursor.at != len(data):
        raise ValueError(f"damaged: {len(data) - cursor.at} bytes follow the document's end")
    return document


class _Cursor:
    def __init__(self, data: bytes) -> None:
        self.bytes = data
        self.data = memoryview(data)
        self.at = 0
        self.end = len(data)

    def document(self, depth: int) -> dict[str, Any]:
        if depth > MAX_DEPTH:
            raise self._error(f"documents lie more than {MAX_DEPTH} deep in each other")
        outer, begin = self.end, self.at
        length = self._length()
        if not MIN_DOCUMENT <= length <= outer - begin:
            raise self._error(f"a document of {length} bytes, of which {outer - begin} are there")
        self.end = begin + length - 1
        values = {}
        while self.at < self.end:
            kind = self._take(1)[0]
            key = self._name()
            values[key] = self._value(kind, depth)
        self.end = outer
        if self._take(1)[0] != 0:
            raise self._error("a document does not end with a zero")
        return values

    def _value(self, kind: int, depth: int) -> Any:
        if kind in NUMBERS:
            form = NUMBERS[kind]
            return form.unpack(self._take(form.size))[0]
        if kind == DOCUMENT:
            return self.document(depth + 1)
        if kind == ARRAY:
            return list(self.document(depth + 1).values())
        if kind == TEXT:
            return self._utf8(self._take(self._length())[:-1])
        if kind == BINARY:
            length = self._length()
            self._take(1)
            return self._take(length)
        if kind == BOOL:
            return self._take(1)[0] != 0
        if kind == NULL:
            return None
        raise self._error(f"a value of the unknown kind 0x{kind:02x}")

    def _take(self, count: int) -> memoryview:
        if not 0 <= count <= self.end - self.at:
            raise self._error(f"{count} bytes are missing")
        taken = self.data[self.at : self.at + count]
        self.at += count
        return taken

    def _length(self) -> int:
        return int(LENGTH.unpack(self._take(LENGTH.size))[0])

    def _name(self) -> str:
        zero = self.bytes.find(0, self.at, self.end)
        if zero < 0:
            raise self._error("a name does not end")
        return self._utf8(self._take(zero + 1 - self.at)[:-1])

    def _utf8(self, text: memoryview) -> str:
        try:
            return bytes(text).decode()
        except UnicodeDecodeError:
            raise self._error("a text is not UTF-8") from None

    def _error(self, problem: str) -> ValueError:
        return ValueError(f"damaged, or no BSON: at byte {self.at}: {problem}")


def encode(document: Mapping[str, Any]) -> bytes:
    """The document's bytes; ValueError where they pass the 2 GiB that BSON can tell."""
    body = b"".join(_element(key, value) for key, value in document.items())
    length = len(body) + MIN_DOCUMENT
    if length not in INT32:
        raise ValueError(f"the model takes {length} bytes in BSON, which ends at 2 GiB")
    return LENGTH.pack(length) + body + b"\0"


def _element(key: str, value: Any) -> bytes:
    kind, content = _content(value)
    return bytes([kind]) + key.encode() + b"\0" + content


def _content(value: Any) -> tuple[int, bytes]:
    if value is None:
        return NULL, b""
    if isinstance(value, bool):
        return BOOL, bytes([value])
    if isinstance(value, int):
        kind = 0x10 if value in INT32 else 0x12
        return kind, NUMBERS[kind].pack(value)
    if isinstance(value, float):
        return 0x01, NUMBERS[0x01].pack(value)
    if isinstance(value, str):
        text = value.encode() + b"\0"
        return TEXT, LENGTH.pack(len(text)) + text
    if isinstance(value, bytes | memoryview):
        if len(value) not in INT32:
            raise ValueError(f"a part of the model has {len(value)} bytes; BSON ends at 2 GiB")
        return BINARY, LENGTH.pack(len(value)) + b"\0" + value
    if isinstance(value, Mapping):
        return DOCUMENT, encode(value)
    if isinstance(value, Sequence):
        return ARRAY, encode({str(i): item for i, item in enumerate(value)})
    raise TypeError(f"a {type(value).__name__} cannot be written as BSON")
