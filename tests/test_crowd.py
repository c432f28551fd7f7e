"""A real access pattern played through the gateway: 100 visitors who allow measuring and 100 who
refuse, more than a thousand page views with real user agents. The script counts for itself; the
dashboard must say the same."""

from __future__ import annotations

import asyncio
import random
import re
import sqlite3
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from tests.agents import AGENTS
from tests.serving import Served
from tests.visiting import browser, choose, current_notice

SITE = "demo"
THRESHOLD = 5
PATHS = ("/", "/vacatures", "/vacatures/lasser", "/over-ons", "/solliciteren", "/en/jobs")
WEIGHTS = (30, 35, 12, 10, 9, 4)
REFERRERS = {
    "": "Direct",
    "https://www.google.nl/search?q=werk": "google.nl",
    "https://www.linkedin.com/feed/": "linkedin.com",
    "https://nieuws.example/artikel/12345678": "nieuws.example",
}
DEVICES = {"desktop": "Computer", "phone": "Telefoon", "tablet": "Tablet"}


@dataclass
class Expected:
    """What the script itself counted."""

    views: int = 0
    refused_views: int = 0
    visitors: set[int] = field(default_factory=set)
    page_visitors: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    page_views: Counter[str] = field(default_factory=Counter)
    device_visitors: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    referrer_visitors: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))


async def _visit(served: Served, number: int, consents: bool, expected: Expected) -> None:
    dice = random.Random(number)
    agent, device = AGENTS[number % len(AGENTS)]
    referrer = dice.choice(list(REFERRERS))
    headers = {
        "origin": served.base,
        "user-agent": agent,
        "accept-language": dice.choice(("nl-NL,nl;q=0.9", "en-GB,en;q=0.8", "pl")),
        "x-forwarded-for": f"198.51.{number % 200}.{dice.randrange(1, 255)}",
    }
    async with browser(served.base, headers=headers, timeout=30) as client:
        shown = {"notice": await current_notice(client, SITE), "language": "nl"}
        await client.post(f"/{SITE}/shown", json=shown)
        await choose(client, "accept" if consents else "reject", site=SITE, headers=headers)
        for turn in range(dice.randrange(5, 9)):
            path = dice.choices(PATHS, WEIGHTS)[0]
            body = {
                "kind": "pageview",
                "url": f"{served.base}{path}?utm_nothing=1#here",
                "referrer": referrer if turn == 0 else served.base + "/",
                "screen": dice.choice((390, 820, 1440, 1920)),
            }
            answer = (await client.post(f"/{SITE}/event", json=body)).json()
            if not consents:
                assert answer == {"kept": 0, "dropped": {"no_consent": 1}}
                expected.refused_views += 1
                continue
            assert answer == {"kept": 1, "dropped": {}}
            expected.views += 1
            expected.visitors.add(number)
            expected.page_views[path] += 1
            expected.page_visitors[path].add(number)
            expected.device_visitors[DEVICES[device]].add(number)
            expected.referrer_visitors[REFERRERS[referrer]].add(number)


async def _played(served: Served) -> Expected:
    expected = Expected()
    gate = asyncio.Semaphore(16)

    async def one(number: int) -> None:
        async with gate:
            await _visit(served, number, number % 2 == 0, expected)

    await asyncio.gather(*(one(number) for number in range(200)))
    return expected


TABS = "sources=referrer"


async def _dashboard(served: Served, views: int) -> str:
    served.run("user", "add", "anna", "--no-password")
    link = served.run("user", "link", "anna").strip()
    async with browser(served.base, follow_redirects=True) as client:
        await client.get(link)
        deadline = time.monotonic() + 10  # figures lag the rows by ten seconds at most
        while True:
            page = (await client.get(f"/dashboard/{SITE}?period=7d&language=nl&{TABS}")).text
            if f'data-figure="views" data-value="{views}"' in page or time.monotonic() > deadline:
                return page
            await asyncio.sleep(0.3)


def _panel(page: str, name: str) -> dict[str, tuple[int, int]]:
    section = page.partition(f'data-panel="{name}"')[2].partition("</section>")[0]
    found = re.findall(r'data-label="([^"]*)" data-visitors="(\d+)".*?data-views="(\d+)"', section)
    return {label: (int(visitors), int(views)) for label, visitors, views in found}


async def test_the_dashboard_says_what_the_script_counted(tmp_path: Path) -> None:
    with Served(tmp_path) as served:
        expected = await _played(served)
        assert expected.views + expected.refused_views >= 1_000
        page = await _dashboard(served, expected.views)
        served.run("verify")
    total = dict(re.findall(r'data-figure="(\w+)" data-value="(\d*)"', page))
    counted = {name: total[name] for name in ("visitors", "visits", "views")}
    assert counted == {"visitors": "100", "visits": "100", "views": str(expected.views)}
    pages = _panel(page, "pages")
    assert pages == {
        path: (len(who), expected.page_views[path])
        for path, who in expected.page_visitors.items()
        if len(who) >= THRESHOLD
    }
    for name, counted in (
        ("devices", expected.device_visitors),
        ("referrers", expected.referrer_visitors),
    ):
        shown = {label: visitors for label, (visitors, _) in _panel(page, name).items()}
        assert shown == {label: len(who) for label, who in counted.items()}
    # The page tells what was chosen once its stretch of five days is over.
    counts = Counter(dict(_chosen(served)))
    assert counts == {"shown": 200, "accepted": 100, "refused": 100}


def _chosen(served: Served) -> list[tuple[str, int]]:
    with sqlite3.connect(served.data / "gateway.sqlite") as connection:
        return connection.execute(
            "SELECT outcome, SUM(count) FROM consent_counts WHERE site = ? GROUP BY outcome",
            (SITE,),
        ).fetchall()
