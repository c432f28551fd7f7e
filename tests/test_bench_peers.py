"""Drivers of other counters: what is not installed is said, and what is not stored is seen."""

from __future__ import annotations

import re
import sys
from array import array
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import islice
from pathlib import Path

import pytest

from gateway.bench.crowd import visits
from gateway.bench.events import Part, Plan, Result, Scene
from gateway.bench.load import Window
from gateway.bench.peers import drivers
from gateway.bench.peers.driver import Visit, settled
from gateway.bench.peers.tracking2 import Tracking2
from gateway.bench.process import Server
from gateway.bench.report_events import text
from gateway.bench.takes import Take
from gateway.bench.venue import Venue
from gateway.config import Config
from gateway.rules.publishing import publish_all
from gateway.web.release import script_digest


class Forgetful:
    """A peer that answers everything, and stores one visit more every time it is asked."""

    name = "forgetful"
    wanted = b"200"

    def __init__(self) -> None:
        self.asked = 0

    def missing(self) -> str:
        return ""

    def start(self, folder: Path, core: int | None) -> Server:
        answer = folder / "answer"
        answer.write_bytes(b"thanks")
        command = ("-m", "gateway.bench.bare", "{port}", str(answer), "200")
        return Server(self.name, command, folder, core)

    def said(self, visits: Iterator[Visit]) -> Iterator[bytes]:
        for visit in visits:
            yield f"GET {visit.path} HTTP/1.1\r\nhost: peer.example\r\n\r\n".encode()

    def stored(self, folder: Path) -> int:  # noqa: ARG002 - it has no database
        self.asked += 1
        return self.asked


def test_a_peer_is_loaded_and_what_it_forgot_is_counted(config: Config, tmp_path: Path) -> None:
    site = config.sites[0]
    notice = publish_all(config.sites, config.texts, script_digest(), 1)[site.id]
    with ExitStack() as stack:
        venue = Venue(tmp_path, tmp_path / "none.toml", site, notice, stack)
        venue.invite(Forgetful(), patience=0)
        take, _ = venue.play("forgetful", "visits", 3, 0.2, 0)
        stored, peers = venue.check()
    assert stored == 0
    answered, kept = peers["forgetful"]
    assert answered >= len(take.window.times) > 1
    assert kept == 1


def test_a_peer_that_stores_later_is_waited_for(tmp_path: Path) -> None:
    assert settled(Forgetful(), tmp_path, answered=3) == 3
    assert settled(Forgetful(), tmp_path, answered=3, patience=0) == 1


def test_what_a_peer_answered_stands_beside_what_it_stored() -> None:
    plan = Plan(1, 64, 1, 1, 1, 1, [Part.PEERS])
    result = Result("a machine", plan, batch=1, workers=False, geo=())
    for name, load, rate in (("bare", "pages", 100), ("gateway", "pages", 50), ("x", "visits", 5)):
        window = Window(1.0, _times(rate), 0.1, rate)
        result.takes[Scene(name, load, 64)] = [Take(window, None, 1)]
    result.peers = {"x": (1_234, 1_230)}
    result.absent = ["y (no y here)"]
    told = text(result)
    assert re.search(r"\| x +\| +5 \| +0\.0500 \| +10\.0 \| +- \| +1,234 \| +1,230 \|", told)
    assert "Peers that were not measured: y (no y here)." in told


def _times(number: int) -> array[float]:
    return array("d", [0.01] * number)


def test_a_driver_says_what_is_missing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("PEER_TRACKING2", raising=False)
    assert "PEER_TRACKING2 names no Python" in Tracking2().missing()
    assert "does not run" in Tracking2(str(tmp_path / "python")).missing()
    assert "has no django, gunicorn or tracking" in Tracking2(sys.executable).missing()
    assert [peer.name for peer in drivers()] == ["django-tracking2"]


def test_visits_are_written_as_the_pages_a_browser_asks_for() -> None:
    peer = Tracking2("python")
    peer.sessions = ["one", "two"]
    sent = list(islice(peer.said(visits(seed=1)), 50))
    paths = {re.match(rb"GET (/\S+) HTTP/1.1\r\n", request) for request in sent}
    assert None not in paths
    assert sent[0].endswith(b"\r\ncookie: sessionid=one\r\n\r\n")
    assert sent[1].endswith(b"\r\ncookie: sessionid=two\r\n\r\n")
    assert all(b"\r\nx-forwarded-for: " in request for request in sent)
