# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""Files appear under their final name whole or not at all."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def require_regular(path: Path) -> None:
    """Raise FileExistsError where `path` is there and is a folder, a pipe or a device."""
    if path.exists() and not path.is_file():
        raise FileExistsError(
            errno.EEXIST, f"cannot write '{path}': it is there and is no regular file"
        )


@contextmanager
def atomic_path(path: Path) -> Iterator[Path]:
    """A path beside `path` to write to; renamed to `path` at the end, removed on any exception.

    What is there already must be a regular file: renaming would replace a pipe or a device.
    An OSError says which file could not be written.
    """
    require_regular(path)
    partial = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        yield partial
        with partial.open("rb") as written:
            os.fsync(written.fileno())
        os.replace(partial, path)
    except OSError as error:
        reason = error.strerror or str(error)
        raise OSError(error.errno or errno.EIO, f"cannot write '{path}': {reason}") from error
    finally:
        partial.unlink(missing_ok=True)
