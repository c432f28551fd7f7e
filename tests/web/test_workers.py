"""What starts the workers, with stand-ins for them: how it tells them who they are, replaces those
that die, and ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from gateway.web.workers import Place, place
from tests.test_layout import ROOT

START = """
import logging, socket, sys
from gateway.web.workers import Workers
logging.basicConfig()
with socket.socket() as listener:
    listener.bind(("127.0.0.1", 0))
    Workers(int(sys.argv[1]), listener, (sys.executable, "-c", sys.argv[2]), patience=1).run()
"""
SAY = """
import os, socket, sys, time
from gateway.web.workers import place
mine = place(os.environ)
family = socket.socket(fileno=mine.listener).getsockname()[0]
right = (mine.parent == os.getppid(), os.getpgid(0) == os.getpid())
said = (mine.number, os.environ["GATEWAY_WORKERS"], os.getpid(), family, *right)
os.write(1, (" ".join(map(str, said)) + "\\n").encode())  # at once: they all say it here
"""


@contextmanager
def _started(count: int, code: str) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-c", START, str(count), code]
    with subprocess.Popen(
        command, text=True, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def _lines(process: subprocess.Popen[str], count: int) -> list[list[str]]:
    assert process.stdout is not None
    return sorted(process.stdout.readline().split() for _ in range(count))


def test_who_was_not_started_as_a_worker_is_none() -> None:
    assert place({"GATEWAY_WORKERS": "2"}) is None
    told = {"GATEWAY_WORKER": "2", "GATEWAY_LISTENER": "5", "GATEWAY_PARENT": "71"}
    assert place(told) == Place(number=2, listener=5, parent=71)


def test_each_worker_is_told_its_number_and_listens_at_the_same_socket() -> None:
    with _started(3, SAY + "time.sleep(60)") as process:
        said = _lines(process, 3)
        assert [(line[0], line[1]) for line in said] == [("1", "3"), ("2", "3"), ("3", "3")]
        assert {tuple(line[3:]) for line in said} == {("127.0.0.1", "True", "True")}
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL], ids=lambda how: how.name)
def test_one_that_ends_is_started_again_under_its_number(how: signal.Signals) -> None:
    with _started(2, SAY + "time.sleep(60)") as process:
        (_, _, first, *_), (_, _, second, *_) = _lines(process, 2)
        os.kill(int(second), how)
        [again] = _lines(process, 1)
        assert again[0] == "2"
        assert again[2] not in (first, second)
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 0


def test_one_that_does_not_stop_is_killed_and_that_is_told() -> None:
    deaf = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)"
    with _started(2, deaf + SAY + "time.sleep(60)") as process:
        workers = [int(line[2]) for line in _lines(process, 2)]
        process.send_signal(signal.SIGTERM)
        _, said = process.communicate(timeout=20)
        assert process.returncode == 1
        assert "2 workers had not ended after 1 s: killed" in said
        for worker in workers:
            with pytest.raises(ProcessLookupError):
                os.kill(worker, 0)


def test_those_that_end_at_once_again_and_again_are_given_up() -> None:
    with _started(2, SAY + "sys.exit(3)") as process:
        _, said = process.communicate(timeout=60)
        assert process.returncode == 1
        assert "ended with exit code 3; it is started again in 2 s" in said
        assert "the workers cannot start: 5 times one ended at once" in said


def test_a_command_that_is_not_there_is_told_and_tried_again() -> None:
    """As when the system has no process to give for the moment."""
    code = START.replace('(sys.executable, "-c", sys.argv[2])', '("/nowhere/python",)')
    command = [sys.executable, "-c", code, "1"]
    done = subprocess.run(
        command, capture_output=True, text=True, cwd=ROOT, timeout=60, check=False
    )
    assert done.returncode == 1
    assert "worker 1: No such file or directory; it is started again" in done.stderr
