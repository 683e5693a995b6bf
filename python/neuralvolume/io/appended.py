# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""VTK's XML files without their appended section.

Since the repair of CVE-2023-52425, which an up-to-date Debian 12 has, expat delays what it reports;
the VTK of ParaView 5.11 then runs past the XML into the appended section and fails. Inline arrays
are not affected.
"""

from __future__ import annotations

import base64
import mmap
import re
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import BinaryIO

import numpy as np

APPENDED = re.compile(rb"<AppendedData\b[^>]*>\s*_")
APPENDED_END = b"</AppendedData>"
BLOCK = 3 << 20  # bytes at a time, whole base64 groups


def write_inline(source: Path, target: Path) -> None:
    """Copy a file of VTK with each appended array, as it is encoded, moved into its element.

    Raises
    ------
    ValueError
        The file is not what VTK writes.
    """
    with source.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        found = APPENDED.search(data)
        if found is None:
            raise ValueError("there is no appended section")
        try:
            root = ET.fromstring(data[: found.start()] + b"</VTKFile>")
            _write(root, data, found, target)
        except (ET.ParseError, KeyError, IndexError) as error:
            raise ValueError(f"no XML file of VTK: {error}") from error


def _write(root: ET.Element, data: mmap.mmap, found: re.Match[bytes], target: Path) -> None:
    arrays = [array for array in root.iter("DataArray") if array.get("format") == "appended"]
    begins = [found.end() + int(array.attrib.pop("offset")) for array in arrays]
    ends = sorted([*begins, data.rfind(APPENDED_END)])[1:]
    spans = dict(zip(sorted(begins), ends, strict=True))
    for index, array in enumerate(arrays):
        array.set("format", "binary")
        array.text = _mark(index)
    with target.open("wb") as file:
        parts = re.split(rb"\{array (\d+)\}", ET.tostring(root))
        for text, mark in zip(parts[::2], [*parts[1::2], None], strict=True):
            file.write(text)
            if mark is not None:
                begin = begins[int(mark)]
                _write_array(root, data, (begin, spans[begin]), b'"raw"' in found[0], file)


def _mark(index: int) -> str:
    return f"{{array {index}}}"


def _write_array(
    root: ET.Element, data: mmap.mmap, span: tuple[int, int], raw: bool, file: BinaryIO
) -> None:
    """Copy base64 as it stands; encode raw bytes as VTK does, the header apart from the values."""
    begin, end = span
    if not raw:
        for start in range(begin, end, BLOCK):
            file.write(data[start : min(start + BLOCK, end)])
        return
    size = _header_bytes(root, data, begin)
    file.write(base64.b64encode(data[begin : begin + size]))
    for start in range(begin + size, end, BLOCK):
        file.write(base64.b64encode(data[start : min(start + BLOCK, end)]))


def _header_bytes(root: ET.Element, data: mmap.mmap, begin: int) -> int:
    """Size of an array's header: its length or, where it is compressed, that of each block."""
    order = "<" if root.attrib["byte_order"] == "LittleEndian" else ">"
    word = np.dtype(order + ("u8" if root.get("header_type") == "UInt64" else "u4"))
    if root.get("compressor") is None:
        return word.itemsize
    blocks = int(np.frombuffer(data[begin : begin + word.itemsize], word)[0])
    return (3 + blocks) * word.itemsize
