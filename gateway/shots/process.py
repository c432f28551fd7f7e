"""Chromium as a process of ours: started with its DevTools at two pipes, and always ended.

It gets a home of its own that is removed, none of our environment but what finds programs and
libraries, and no name it looks up leads anywhere.
"""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from gateway.errors import GatewayError

_ASKED_AT, _ANSWERED_AT = 3, 4
"""Where `--remote-debugging-pipe` reads and writes."""
_KILLED_SECONDS = 10.0
_LONGEST_HOME = 58
"""Bytes: Chromium makes a socket 45 bytes deeper, whose path may have 104 (macOS; Linux 108). It
ends without a word when that is longer."""
_PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_KEPT = ("PATH", "LANG", "LD_LIBRARY_PATH", "FONTCONFIG_FILE", "FONTCONFIG_PATH")
_FLAGS = (
    "--headless",
    "--remote-debugging-pipe",
    # Pictures are made of what we hand it: it has nothing to ask of anybody.
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--no-proxy-server",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-domain-reliability",
    "--disable-default-apps",
    "--disable-extensions",
    "--disable-sync",
    "--disable-breakpad",
    "--no-default-browser-check",
    "--no-first-run",
    "--no-pings",
    "--disable-gpu",
    "--disable-dev-shm-usage",  # 64 MB in a container, too little for a page of a phone
    "--mute-audio",
    "--password-store=basic",
)


@dataclass(frozen=True, slots=True)
class Pipes:
    """Our ends: what is written to `ask` is read by Chromium, and the other way about."""

    ask: int
    answers: int


def find(wanted: str | None) -> Path:
    """The Chromium to use: `wanted`, a path or a name, or else one of the usual names.

    Raises GatewayError when it is not there.
    """
    for name in (wanted,) if wanted else _PROGRAMS:
        if found := shutil.which(name):
            return Path(found)
    raise GatewayError(
        f"there is no program {wanted}" if wanted else "pictures are taken with Chromium: not here",
        hint="install it (Debian: apt install chromium fonts-liberation), or name it in"
        " GATEWAY_CHROMIUM",
    )


@contextmanager
def running(program: Path) -> Iterator[Pipes]:
    """A Chromium that is gone, with its helpers and its home, when the block is left."""
    if not hasattr(os, "posix_spawn"):
        raise GatewayError(
            "pictures cannot be taken on this system", hint="take them on Linux or macOS"
        )
    with _home() as home:
        theirs_in, ours_out = os.pipe()
        ours_in, theirs_out = os.pipe()
        try:
            try:
                child = _spawn(program, Path(home), theirs_in, theirs_out)
            finally:
                os.close(theirs_in)
                os.close(theirs_out)
            try:
                yield Pipes(ask=ours_out, answers=ours_in)
            finally:
                _end(child)
        finally:
            os.close(ours_out)
            os.close(ours_in)


def _home() -> tempfile.TemporaryDirectory[str]:
    folder = tempfile.gettempdir()
    if len(os.fsencode(folder)) + len("/gateway-12345678") > _LONGEST_HOME:
        folder = "/tmp"  # noqa: S108 - a folder of our own is made in it
    return tempfile.TemporaryDirectory(prefix="gateway-", dir=folder, ignore_cleanup_errors=True)


def _spawn(program: Path, home: Path, asked: int, answered: int) -> int:
    flags = [*_FLAGS, f"--user-data-dir={home / 'profile'}"]
    if os.geteuid() == 0:
        flags.append("--no-sandbox")  # Chromium refuses root with one, and containers run as root
    env = {name: os.environ[name] for name in _KEPT if name in os.environ}
    env |= {"HOME": str(home), "TMPDIR": str(home)}
    spare = max(asked, answered, _ANSWERED_AT) + 1
    try:
        return os.posix_spawn(
            program,
            [str(program), *flags],
            env,
            file_actions=[
                # By way of spare numbers: ours may be 3 and 4 themselves, the wrong way about.
                (os.POSIX_SPAWN_DUP2, asked, spare),
                (os.POSIX_SPAWN_DUP2, answered, spare + 1),
                (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDWR, 0),
                (os.POSIX_SPAWN_DUP2, 0, 1),
                (os.POSIX_SPAWN_DUP2, 0, 2),
                (os.POSIX_SPAWN_DUP2, spare, _ASKED_AT),
                (os.POSIX_SPAWN_DUP2, spare + 1, _ANSWERED_AT),
                (os.POSIX_SPAWN_CLOSE, spare),
                (os.POSIX_SPAWN_CLOSE, spare + 1),
            ],
            setpgroup=0,  # so that its helpers can be ended with it
            setsigdef=[signal.SIGPIPE],  # Python ignores it, and children would inherit that
        )
    except OSError as problem:
        raise GatewayError(
            f"{program} cannot be started: {problem.strerror}", hint="name another Chromium"
        ) from None


def _end(child: int) -> None:
    # Before it is reaped: until then nobody else can have got its number.
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(child, signal.SIGKILL)
    deadline = time.monotonic() + _KILLED_SECONDS
    # The whole group: as the first process of a container we are left with its helpers too.
    with suppress(ChildProcessError):
        while time.monotonic() < deadline:
            if os.waitpid(-child, os.WNOHANG) == (0, 0):
                time.sleep(0.01)
