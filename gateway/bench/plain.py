"""The yardstick of verifying: a loop that reads the same records, hashes about as many bytes, and
looks at nothing.

`python -m gateway.bench.plain FILE SITE` does it to a database, without SITE to an export.
"""

from __future__ import annotations

import sqlite3
import sys
from contextlib import closing
from hashlib import sha256
from pathlib import Path

_ALL = "SELECT * FROM consents WHERE site = ? ORDER BY seq"


def database(path: Path, site: str) -> int:
    """Read and hash every row of a site's log; how many there were."""
    count = 0
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as db:
        for row in db.execute(_ALL, (site,)):
            sha256(repr(row).encode()).digest()
            count += 1
    return count


def export(path: Path) -> int:
    """Read and hash every line of a file, one by one and as a whole; how many there were."""
    count, whole = 0, sha256()
    with path.open("rb") as file:
        for line in file:
            whole.update(line)
            sha256(line).digest()
            count += 1
    return count


def main(path: str, *site: str) -> None:
    """Say the number on standard output."""
    print(database(Path(path), *site) if site else export(Path(path)))  # noqa: T201 - its answer


if __name__ == "__main__":
    main(*sys.argv[1:])
