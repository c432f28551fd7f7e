"""Other page-view counters, measured beside this gateway where they are installed.

A driver is one module: a class that keeps to `driver.Peer`, and a place in `drivers`. It says what
is missing here, starts its peer on one core with a database in a temporary folder, writes visits in
the peer's own format, and counts what the peer has really stored, which is asked when the load is
over: a peer may answer first and store later. What the operator of a peer would set up (a write
ahead log, sessions, workers) is set up; nothing of the peer is changed.

- `tracking2`: django-tracking2 of the Python index, served by gunicorn. It is found by
  `PEER_TRACKING2`, the path of a Python that has django-tracking2, Django 4.2 and gunicorn.
"""

from __future__ import annotations

from collections.abc import Sequence

from gateway.bench.peers.driver import Peer
from gateway.bench.peers.tracking2 import Tracking2

__all__ = ["drivers"]


def drivers() -> Sequence[Peer]:
    """All there are, installed or not."""
    return (Tracking2(),)
