"""Who of several processes on one data folder runs the jobs that only one may run at a time."""

from __future__ import annotations

import fcntl
import logging
import os
from pathlib import Path

from gateway.errors import StoreError

_FILE = "leader.lock"

_log = logging.getLogger("gateway.leader")


class Leader:
    """A claim to lead, by a lock the system itself takes back when its holder dies.

    The file stays when nobody leads, and holds nothing: two who made and removed it in turn could
    each hold a lock on a file of that name.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / _FILE
        self._held: int | None = None

    def lead(self) -> bool:
        """Whether this process leads from now on; asked again, others have it until they end.

        Raises StoreError when the file cannot be made.
        """
        if self._held is not None:
            if self._is_ours(self._held):
                return True
            self.release()  # somebody removed the file: the next to come would lead beside us
        self._held = self._claim()
        if self._held is not None:
            _log.info("process %d leads: it runs what only one may run", os.getpid())
        return self._held is not None

    def release(self) -> None:
        """Let another lead."""
        if self._held is not None:
            os.close(self._held)  # takes the lock along
            self._held = None

    def _claim(self) -> int | None:
        try:
            # Not for writing: a lock needs none, and a full disk must not keep the jobs from
            # running that make room on it.
            descriptor = os.open(self._path, os.O_RDONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as problem:
            raise StoreError(
                f"{self._path} cannot be made: {problem.strerror}",
                hint="check that the data folder exists and is writable",
            ) from problem
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return None
        if not self._is_ours(descriptor):  # removed after we opened it
            os.close(descriptor)
            return None
        return descriptor

    def _is_ours(self, descriptor: int) -> bool:
        """Whether the name still stands for the file we opened."""
        try:
            return os.path.samestat(os.fstat(descriptor), self._path.stat())
        except FileNotFoundError:
            return False
