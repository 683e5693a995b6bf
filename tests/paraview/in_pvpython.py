# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""Run one test function: pvpython in_pvpython.py CALL, where CALL is conftest.py's, as JSON."""

import importlib.util
import json
import os
import site
import sys
import traceback
from pathlib import Path


def load(path):
    spec = importlib.util.spec_from_file_location(Path(path).stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def main(call):
    from paraview import simple

    site.addsitedir(call["packages"])  # appended: what belongs to ParaView comes first
    sys.path.append(str(Path(__file__).parent))
    simple.LoadPlugin(call["plugin"], remote=False)
    import scene

    with scene.collected_messages() as messages:
        getattr(load(call["file"]), call["function"])(**call["arguments"])
    unexpected = messages.take()
    assert not unexpected, f"ParaView complained: {unexpected}"


if __name__ == "__main__":
    try:
        main(json.loads(sys.argv[1]))
    except BaseException:
        traceback.print_exc()
        sys.stdout.flush()
        os._exit(1)  # sys.exit from pvpython, with windows open, ends in an X error
