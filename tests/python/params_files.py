# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""Files of another program made by hand, and what its network puts out, in numpy.

Both are written from the formats' descriptions and share nothing with the package.
"""

import struct

import numpy as np

DIMS = (20, 17, 18)
LEVELS, FEATURES, LOG2, BASE, SCALE, WIDTH, HIDDEN = 3, 2, 9, 4, 1.7, 16, 2


def bson(document):
    """A document of dicts, lists, texts, bytes, booleans, integers and floats."""
    body = b""
    for key, value in document.items():
        name = key.encode() + b"\0"
        if isinstance(value, dict):
            body += b"\x03" + name + bson(value)
        elif isinstance(value, list):
            body += b"\x04" + name + bson({str(i): item for i, item in enumerate(value)})
        elif isinstance(value, bytes):
            body += b"\x05" + name + struct.pack("<iB", len(value), 0) + value
        elif isinstance(value, str):
            text = value.encode() + b"\0"
            body += b"\x02" + name + struct.pack("<i", len(text)) + text
        elif isinstance(value, bool):
            body += b"\x08" + name + struct.pack("<?", value)
        elif isinstance(value, int):
            body += b"\x12" + name + struct.pack("<q", value)
        else:
            body += b"\x01" + name + struct.pack("<d", value)
    return struct.pack("<i", len(body) + 5) + body + b"\0"


def levels(log2=LOG2):
    """Scale, vertices along an axis and entries of each level."""
    for level in range(LEVELS):
        growth = np.exp2(np.float32(level) * np.log2(np.float32(SCALE)))
        scale = np.float32(growth * np.float32(BASE) - np.float32(1))
        vertices = int(np.ceil(scale)) + 1
        yield scale, vertices, min(-(-(vertices**3) // 8) * 8, 1 << log2)


def shapes(alignment=16):
    inputs = -(-LEVELS * FEATURES // alignment) * alignment
    return [(WIDTH, inputs), *[(WIDTH, WIDTH)] * (HIDDEN - 1), (alignment, WIDTH)]


def random_parameters(alignment=16, log2=LOG2):
    mlp = sum(rows * columns for rows, columns in shapes(alignment))
    grid = FEATURES * sum(entries for _, _, entries in levels(log2))
    numbers = np.random.default_rng(7).normal(0.0, 0.5, mlp + grid)
    first_output = slice(mlp - alignment * WIDTH, mlp - (alignment - 1) * WIDTH)
    numbers[first_output] = np.abs(numbers[first_output])
    return numbers.astype(np.float16)


def evaluate(parameters, points, alignment=16, log2=LOG2):
    """The first output at (N, 3) unit coordinates, in double precision."""
    parameters = parameters.astype(np.float64)
    matrices, at = [], 0
    for rows, columns in shapes(alignment):
        matrices.append(parameters[at : at + rows * columns].reshape(rows, columns))
        at += rows * columns
    encoded = []
    for scale, vertices, entries in levels(log2):
        table = parameters[at : at + entries * FEATURES].reshape(entries, FEATURES)
        at += entries * FEATURES
        encoded.append(_interpolate(table, points * scale + 0.5, vertices))
    values = np.concatenate(encoded, axis=1)
    values = np.pad(values, ((0, 0), (0, matrices[0].shape[1] - values.shape[1]))).T
    for matrix in matrices[:-1]:
        values = np.maximum(matrix @ values, 0.0)
    return (matrices[-1] @ values)[0]


def _interpolate(table, positions, vertices):
    cells = np.floor(positions).astype(np.int64)
    fractions = positions - cells
    total = 0.0
    for corner in np.ndindex(2, 2, 2):
        x, y, z = (cells + corner).T
        if len(table) >= vertices**3:
            entry = x + y * vertices + z * vertices**2
        else:
            entry = (x ^ (y * 2654435761) ^ (z * 805459861)) & 0xFFFFFFFF
        weights = np.where(corner, fractions, 1.0 - fractions).prod(axis=1)
        total = total + weights[:, None] * table[entry % len(table)]
    return total


def document(parameters=None, dtype="__half", log2=LOG2):
    """What the authors' program writes of such a network."""
    parameters = random_parameters(log2=log2) if parameters is None else parameters
    form = {"__half": "<f2", "float": "<f4"}[dtype]
    cells = [-(-n // 16) for n in DIMS]
    return {
        "volume": {"dims": dict(zip("xyz", DIMS, strict=True))},
        "macrocell": {
            "groundtruth": False,
            "dims": dict(zip("xyz", cells, strict=True)),
            "spacings": {axis: 16 / n for axis, n in zip("xyz", DIMS, strict=True)},
            "data": np.array([[-1.0, 2.0]] * int(np.prod(cells)), "<f4").tobytes(),
        },
        "parameters": {
            "n_params": len(parameters),
            "params_type": dtype,
            "params_binary": parameters.astype(form).tobytes(),
        },
        "model": {
            "loss": {"otype": "L1"},
            "encoding": {
                "otype": "HashGrid",
                "n_levels": LEVELS,
                "n_features_per_level": FEATURES,
                "log2_hashmap_size": log2,
                "base_resolution": BASE,
                "per_level_scale": SCALE,
            },
            "network": {
                "otype": "FullyFusedMLP",
                "activation": "ReLU",
                "output_activation": "None",
                "n_neurons": WIDTH,
                "n_hidden_layers": HIDDEN,
            },
        },
    }
