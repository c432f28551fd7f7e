"""The measurement of events: it runs from end to end, and notices what cannot be right."""

from __future__ import annotations

import asyncio
import json
import os
import re
import subprocess
import sys
from array import array
from itertools import islice
from pathlib import Path

import pytest
from typer.testing import CliRunner

from gateway import config as configuration
from gateway.bench import consents, machine, probe
from gateway.bench.crowd import Reader, agents, crowd, readings
from gateway.bench.events import Part, Plan, Scene, scenes
from gateway.bench.load import Window
from gateway.bench.process import BenchError, Server
from gateway.bench.settings import unlimited
from gateway.bench.strangers import batches, strangers
from gateway.bench.takes import Take, load_share
from gateway.bench.venue import audit, check_kept
from gateway.cli.bench import app
from gateway.config import Config
from gateway.lookup.agents import reduce
from gateway.rules.beacon import LARGEST_BODY, MOST_EVENTS, parse
from gateway.rules.publishing import publish_all
from gateway.rules.records import Beacon
from gateway.rules.truncate import cut_address, cut_path
from gateway.web.release import script_digest
from tests.mmdb import write_cities

TOKENS = [b"abc.def%d" % number for number in range(9)]


def said(config_folder: Path, *arguments: str) -> str:
    """What a short measurement prints; only one that went well has a figure to tell."""
    few = ("--seconds", "0.2", "--connections", "2", "--rounds", "1", "--visitors", "30")
    strange = ("--strangers", "40", "--growth", "20")
    where = ("--config", str(config_folder / "gateway.toml"))
    done = CliRunner().invoke(app, ["events", *few, *strange, *where, *arguments])
    assert done.exit_code == 0, done.output
    return done.stdout


def header(request: bytes, name: str) -> str:
    found = re.search(rb"\r\n%s: ([^\r]*)" % name.encode(), request)
    return found[1].decode() if found else ""


def body(request: bytes) -> bytes:
    content = request.partition(b"\r\n\r\n")[2]
    assert len(content) == int(header(request, "content-length"))
    return content


def item(request: bytes) -> Beacon:
    [one] = parse(body(request))
    assert isinstance(one, Beacon)
    return one


def test_events_are_measured_and_all_that_were_acknowledged_are_stored(
    config_folder: Path, tmp_path: Path
) -> None:
    geo = tmp_path / "bought"
    geo.mkdir()
    write_cities(geo / "city.mmdb", {"77.0.0.0/8": ("NL", ())})
    told = said(config_folder, "--only", "hot", "--only", "batches", "--geo", str(geo))
    assert "Geo databases asked: city." in told
    assert "events were acknowledged; all of them are stored, no other is" in told
    hot, batched = re.findall(r"(?:^\|.*\|$\n?)+", told, re.MULTILINE)
    assert re.findall(r"^\| (\d+) +\|", hot, re.MULTILINE) == ["1", "2", "8"]
    assert "on one core" in batched


def test_strangers_are_measured_with_memory_and_pauses(config_folder: Path) -> None:
    told = said(config_folder, "--only", "worst")
    assert "40 strangers" in told
    assert "Geo databases asked: none, so every place is unknown at once." in told
    looks = re.findall(r"^\| ((?:bare|gateway), \d) +\| +(\d+) ", told, re.MULTILINE)
    assert [name for name, _ in looks] == ["bare, 2", "gateway, 2", "bare, 8", "gateway, 8"]
    assert all(int(number) for _, number in looks)
    assert not Path("/proc/self/statm").exists() or "20 events of strangers" in told


def test_several_workers_are_measured_beside_one(config_folder: Path) -> None:
    told = said(config_folder, "--only", "workers")
    assert "two workers, on all cores" in told
    assert "all of them are stored" in told


def test_the_gateway_is_played_right_after_its_yardstick() -> None:
    plan = Plan(1, 64, 1, 1, 1, 1)
    played = scenes(plan, workers=True, peers=["other"])
    assert [scene.server for scene in played[:2]] == ["bare", "gateway"]
    assert played[-1] == Scene("other", "visits", 64)
    only_peers = scenes(Plan(1, 64, 1, 1, 1, 1, [Part.PEERS]), workers=False, peers=["other"])
    assert [scene.server for scene in only_peers] == ["bare", "gateway", "other"]
    assert not scenes(Plan(1, 64, 1, 1, 1, 1, [Part.PEERS]), workers=False)


def test_a_database_with_more_or_fewer_events_than_were_acknowledged_is_told(
    config: Config, tmp_path: Path
) -> None:
    site = config.sites[0]
    notice = publish_all(config.sites, config.texts, script_digest(), 1)[site.id]
    tokens = asyncio.run(consents.give(tmp_path, site, notice, 3))
    assert len(set(tokens)) == 3
    audit(tmp_path, "gateway", 0)
    with pytest.raises(BenchError, match="has stored 0 events, but 1 were acknowledged"):
        audit(tmp_path, "gateway", 1)


def test_an_event_that_was_dropped_voids_the_figures() -> None:
    """A drop is answered 202 as well, and costs less than what is kept."""
    reader = Reader("demo", iter(()))
    assert reader.hear(b'{"kept":2,"dropped":{}}') == 2
    check_kept("gateway", reader)
    assert reader.hear(b'{"kept":1,"dropped":{"expired":1}}') == 1
    with pytest.raises(BenchError, match=r"gateway dropped events .* \{'expired': 1\}"):
        check_kept("gateway", reader)


def test_readers_differ_in_everything_and_carry_their_consent(config: Config) -> None:
    made = crowd(config.sites[0], TOKENS)
    sent = list(islice(readings(made), 400))
    assert len({body(one) for one in sent}) > 300
    assert len({header(one, "x-forwarded-for") for one in sent}) == len(TOKENS)
    carried = {item(one).token or header(one, "cookie")[len("gw_consent=") :] for one in sent}
    assert carried == {token.decode() for token in TOKENS}
    assert {bool(item(one).token) for one in sent} == {True, False}
    assert any("utm_source=" in item(one).url for one in sent)


def test_all_user_agents_are_of_browsers() -> None:
    known = agents()
    assert len(set(known)) == len(known) > 200
    assert not [agent for agent in known if reduce(agent).kind == "bot"]


def test_strangers_have_nothing_in_common_even_after_it_was_cut(config: Config) -> None:
    sent = list(islice(strangers(config.sites[0], TOKENS, seed=1), 500))
    assert len({cut_path(item(one).url) for one in sent}) == 500
    assert len({header(one, "user-agent") for one in sent}) == 500
    assert len({cut_address(header(one, "x-forwarded-for")) for one in sent}) > 480
    assert reduce(header(sent[0], "user-agent")).kind != "bot"
    used = [header(one, "cookie") for one in sent[: len(TOKENS)]]
    assert len(set(used)) == len(TOKENS)


def test_a_batch_is_as_large_as_it_may_be(config: Config) -> None:
    tokens = [b"a" * 350 + b"." + b"%043d" % number for number in range(300)]
    size, said = batches(crowd(config.sites[0], tokens), tokens, config.sites[0])
    for one in islice(said, 150):
        assert len(body(one)) <= LARGEST_BODY
        events = parse(body(one))
        assert len(events) == size <= MOST_EVENTS
        assert all(isinstance(event, Beacon) and event.token for event in events)


def test_a_look_at_the_health_is_timed_until_the_whole_answer_is_there(tmp_path: Path) -> None:
    answer = tmp_path / "answer"
    answer.write_bytes(b"x" * 100_000)
    command = ("-m", "gateway.bench.bare", "{port}", str(answer), "200")
    with Server("bare", command, tmp_path, None) as server:
        told = subprocess.run(
            [sys.executable, "-m", "gateway.bench.probe", str(server.port)],
            input=b"",
            stdout=subprocess.PIPE,
            check=True,
        )
        first, taken = told.stdout.splitlines()
        assert first == b"looking"
        assert len(json.loads(taken)) == 1  # its input had ended, and yet it looked once
        with probe.connected(server.port) as peer:
            assert 0 < probe.look(peer) < 10
            server.stop()
            with pytest.raises(OSError):  # noqa: PT011 - hung up or reset, as it comes
                probe.look(peer)


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="only Linux tells")
def test_what_a_server_started_itself_counts_as_its_own() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", "import sys; sys.stdin.read()"], stdin=subprocess.PIPE
    ) as child:
        assert child.pid in machine.family(os.getpid())
        child.communicate()
    assert (machine.memory(os.getpid()) or 0) > 2**20
    assert machine.memory(2**30) is None
    assert machine.cpu_seconds(2**30) is None


@pytest.mark.parametrize("own", ["", "[limits]\nevents_per_network = 1\n\n[server]\n"])
def test_no_limit_is_within_reach_of_the_load(
    config_folder: Path, tmp_path: Path, own: str
) -> None:
    path = config_folder / "gateway.toml"
    rest = re.sub(r"(?ms)^\[limits\].*?(?=^\[|\Z)", "", path.read_text("utf-8"))
    path.write_text(own.replace("[server]\n", "") + rest, "utf-8")
    folder = tmp_path / "measured"
    folder.mkdir()
    loaded = configuration.load(unlimited(path, folder))
    assert loaded.events.network.per_second == 500_000
    assert [site.id for site in loaded.sites] == [
        site.id for site in configuration.load(path).sites
    ]


@pytest.mark.parametrize(
    ("load", "server", "told"),
    [
        pytest.param(0.5, 0.97, "it is not the load that is measured", id="fair"),
        pytest.param(0.95, 0.97, "bare uvicorn may be faster still", id="the load is the limit"),
        pytest.param(0.3, 0.5, "the machine was busy with other things", id="disturbed"),
        pytest.param(0.3, None, "it is not the load that is measured", id="nobody tells"),
    ],
)
def test_figures_that_others_spoilt_say_so(load: float, server: float | None, told: str) -> None:
    window = Window(1.0, array("d", [0.01]), load, 1)
    assert told in load_share([Take(window, server, 1)], [Take(window, server, 1)])
