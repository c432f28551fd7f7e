"""Runs a Python command in a process of its own and says what it cost, as JSON on standard output.

It stands between on purpose, and imports next to nothing: the system counts as the peak memory of
a process what its parent had when it was started, and the parent here is small.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time


def main(said: str, *command: str) -> None:
    """Run it; its words go into the file `said`."""
    began = time.perf_counter()
    with open(said, "wb") as out:  # noqa: PTH123 - pathlib is larger than all the rest of this
        status = subprocess.call([sys.executable, *command], stdout=out, stderr=out)  # noqa: S603
    wall = time.perf_counter() - began
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    unit = 2**20 if sys.platform == "darwin" else 2**10
    cost = {
        "wall": wall,
        "cpu": usage.ru_utime + usage.ru_stime,
        "peak": usage.ru_maxrss / unit,
        "status": status,
    }
    print(json.dumps(cost))  # noqa: T201 - its answer


if __name__ == "__main__":
    main(*sys.argv[1:])
