"""The machine a measurement is made on: its cores, what a process costs it, what its disk costs."""

from __future__ import annotations

import os
import platform
import sqlite3
import statistics
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import uvicorn

_SYNCS = 30
_CAN_PIN = hasattr(os, "sched_setaffinity")


def cores() -> tuple[int, int] | None:
    """The core of the servers and that of the load; None where there are no two to give."""
    mine = sorted(os.sched_getaffinity(0)) if _CAN_PIN else []
    return (mine[0], mine[1]) if len(mine) > 1 else None


@contextmanager
def pinned(core: int | None) -> Iterator[None]:
    """Keep this thread, and what it starts, on one core for a while. On None: do nothing."""
    if core is None:
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def family(process: int) -> Sequence[int]:
    """A process and all it has started, as far as the system tells."""
    found = [process]
    for one in found:  # grows while it is gone through
        try:
            said = Path(f"/proc/{one}/task/{one}/children").read_text("utf-8")
        except OSError:
            continue
        found += map(int, said.split())
    return found


def cpu_seconds(process: int) -> float | None:
    """What a running process and those it started have cost up to now, all their threads; None
    where nobody tells."""
    spent = [_cpu_seconds(one) for one in family(process)]
    return sum(known) if (known := [one for one in spent if one is not None]) else None


def _cpu_seconds(process: int) -> float | None:
    try:
        text = Path(f"/proc/{process}/stat").read_text("utf-8")
    except OSError:
        return None
    # The name of a program may hold blanks and brackets: count from the last bracket on.
    user, system = text.rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def memory(process: int) -> int | None:
    """Bytes of memory a running process holds now; None where nobody tells."""
    try:
        pages = Path(f"/proc/{process}/statm").read_text("utf-8").split()[1]
    except OSError:
        return None
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


def sync_seconds(folder: Path) -> float:
    """The median time of a sync of one small write: what every commit must wait for (P3)."""
    path, taken = folder / "sync", []
    with path.open("wb", buffering=0) as file:
        for _ in range(_SYNCS):
            file.write(b"\0" * 4096)
            began = time.perf_counter()
            os.fsync(file.fileno())
            taken.append(time.perf_counter() - began)
    path.unlink()
    return statistics.median(taken)


def described(folder: Path) -> str:
    """The machine in general words: enough to read figures by, nothing that names it."""
    return (
        f"{os.cpu_count()} cores, {platform.system()} on {platform.machine()}, "
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, "
        f"uvicorn {uvicorn.__version__}; "
        f"a sync of the disk takes {sync_seconds(folder) * 1000:.1f} ms"
    )
