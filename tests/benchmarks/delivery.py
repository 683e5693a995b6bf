# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""Bytes between a server and a client, for a first picture and for a move of the camera.

A proxy between pvserver and pvpython counts them; delivery_scenes.py is what the client shows.
"""

from __future__ import annotations

import argparse
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from timing import show

SCENES = Path(__file__).parent / "delivery_scenes.py"


class Proxy:
    """Passes on a connection to a port of this machine and counts its bytes, both ways."""

    def __init__(self, port: int) -> None:
        self.bytes = 0
        self._server_port = port
        self._listener = socket.create_server(("localhost", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        client, _ = self._listener.accept()
        server = socket.create_connection(("localhost", self._server_port))
        for ends in ((client, server), (server, client)):
            threading.Thread(target=self._pass_on, args=ends, daemon=True).start()

    def _pass_on(self, source: socket.socket, target: socket.socket) -> None:
        while data := source.recv(1 << 20):
            self.bytes += len(data)
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)


@contextmanager
def pvserver() -> Iterator[int]:
    """Start a server and give its port."""
    with socket.socket() as probe:
        probe.bind(("localhost", 0))
        port = probe.getsockname()[1]
    command = ["pvserver", f"--server-port={port}"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        while "Accepting connection" not in server.stdout.readline():
            if server.poll() is not None:
                raise OSError("pvserver has ended")
        try:
            yield port
            server.wait(timeout=60)  # it ends with its client
        finally:
            server.kill()


def measure(client: subprocess.Popen[str], proxy: Proxy) -> list[dict[str, Any]]:
    """Take the count whenever the client says what it has just done."""
    assert client.stdin is not None
    assert client.stdout is not None
    rows = []
    before = 0
    for line in client.stdout:
        if not line.startswith("done"):
            continue
        _, what, times = line.rstrip("\n").split("\t")
        if what != "preparation":
            rows.append({"what": what, "bytes": round((proxy.bytes - before) / int(times))})
        before = proxy.bytes
        client.stdin.write("go on\n")
        client.stdin.flush()
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", type=Path, help=".nvol file of a model of point data")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    options = parser.parse_args()
    with pvserver() as port:
        proxy = Proxy(port)
        command = ["pvpython", str(SCENES), str(proxy.port), str(options.model.resolve())]
        environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
        with subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
        ) as client:
            rows = measure(client, proxy)
        if client.returncode != 0:
            sys.exit("the client has failed")
    show(rows, options.json)


if __name__ == "__main__":
    main()
