# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""Write version-1.nvol and version-2.nvol from docs/file-format.md alone, without NeuralVolume.

Needs the packages xxhash and zstandard. The files are in the repository: they must keep opening, so
there is no reason to run this again.
"""

import json
import struct
from pathlib import Path
from typing import Any

import xxhash
import zstandard

HERE = Path(__file__).parent
PARAMETERS = 520  # 16 x 16 + 16 x 16 of the MLP, 8 x 1 of the grid
SAMPLES = 9 * 4 * 3
CELLS = 5 * 2 * 2

parameters = struct.pack(f"<{PARAMETERS}H", *(7919 * i % 0x7C00 for i in range(PARAMETERS)))
bounds = [(i % 128, 255 - i % 64) for i in range(2 * CELLS)]
bounds[6:8] = [(255, 0), (255, 0)]  # the fourth cell is empty
macro_cells = bytes(byte for bound in bounds for byte in bound)
invalid = bytes([0x01, 0x01, 0, 0, 0, 0, 0x04] + [0] * ((SAMPLES + 7) // 8 - 7))

sections = []
payload = b""
for name, encoding, raw in [
    ("parameters", "raw", parameters),
    ("macro_cells", "zstd", macro_cells),
    ("invalid", "raw", invalid),
]:
    stored = zstandard.compress(raw) if encoding == "zstd" else raw
    sections.append(
        {
            "name": name,
            "encoding": encoding,
            "offset": len(payload),
            "length": len(stored),
            "raw_length": len(raw),
        }
    )
    payload += stored

HEADER = {
    "network": {
        "levels": 1,
        "features_per_level": 1,
        "log2_hashmap_size": 3,
        "base_resolution": 2,
        "per_level_scale": 2.0,
        "width": 16,
        "hidden_layers": 1,
        "outputs": 2,
    },
    "geometry": {
        "extent": [-3, 5, 10, 13, 0, 2],
        "origin": [1.5, -2.0, 1e6],
        "spacing": [0.1, 2.0, -3.0],
        "direction": [0.0, -1.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0],
    },
    "array": {
        "name": "Geschwindigkeit \u00e4",
        "type": "int16",
        "association": "points",
        "ranges": [[-1000.0, 3071.0], [0.1, 0.3]],
    },
    "macro_cells": {"cell_size": 2},
    "report": {
        "psnr": None,
        "ssim": 0.99,
        "maximum_error": 12.0,
        "seconds": 3.25,
        "steps": 500,
        "seed": 2**64 - 1,
        "original_bytes": 432,
        "backend": "cpu",
        "stop_reason": "target",
    },
    "sections": sections,
}


def without(fields: dict[str, Any], *names: str) -> dict[str, Any]:
    """The other fields."""
    return {name: value for name, value in fields.items() if name not in names}


def header_of_version_1() -> bytes:
    """JSON as it is."""
    return json.dumps(HEADER).encode()


def header_of_version_2() -> bytes:
    """More of a report, and a frame around the JSON whose dictionary the page gives."""
    report = without(HEADER["report"], "seconds", "original_bytes") | {
        "percentile_999_error": 9.0,
        "mean_error": -0.5,
        "error_histogram": {"bin_width": 9.0, "counts": [2, 210, 3]},
    }
    page = (HERE.parents[1] / "docs" / "file-format.md").read_text()
    text = page.split("dictionary, this text")[1].split("```")[1].replace("\n", "")
    dictionary = zstandard.ZstdCompressionDict(
        text.encode(), dict_type=zstandard.DICT_TYPE_RAWCONTENT
    )
    compressor = zstandard.ZstdCompressor(dict_data=dictionary)
    table = [without(section, "offset", "raw_length") for section in sections]
    header = HEADER | {"report": report, "sections": table}
    return compressor.compress(json.dumps(header).encode())


for version, header in ((1, header_of_version_1()), (2, header_of_version_2())):
    total = 24 + len(header) + len(payload) + 8
    data = b"\x89NVOL\r\n\x1a" + struct.pack("<IIQ", version, len(header), total)
    data += header + payload
    data += struct.pack("<Q", xxhash.xxh3_64_intdigest(data))
    (HERE / f"version-{version}.nvol").write_bytes(data)
