"""A summary arrives by mail in two parts that say what the dashboard says, and no more."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from html import unescape
from pathlib import Path
from xml.etree import ElementTree

import pytest

from gateway.figures import Period
from tests.mailing import (
    FRIDAY,
    MONDAY,
    ODD,
    PATIENTLY,
    REPORT,
    MailServer,
    Office,
    a_reporting_site,
    an_office,
    parts,
    text_of,
)


@pytest.fixture
def server() -> Iterator[MailServer]:
    made = MailServer()
    yield made
    made.stop()


@pytest.fixture
async def office(tmp_path: Path, server: MailServer) -> AsyncIterator[Office]:
    async with an_office(tmp_path, server.port) as made:
        yield made


async def test_on_monday_at_seven_the_mail_arrives_once(office: Office, server: MailServer) -> None:
    server.start()
    office.now = MONDAY - 1
    await office.mailer.run_once(PATIENTLY)
    assert server.messages == []
    for later in (0, 60, 86_400, 2 * 86_400):
        office.now = MONDAY + later
        await office.mailer.run_once(PATIENTLY)
    [message] = server.messages
    assert await office.outcomes() == [("sent", "sent", 1)]
    assert message["From"] == "Demo & Zonen <cijfers@demo.example>"
    assert message["To"] == "anna@demo.example"
    assert message["Subject"] == "Demo & Zonen: cijfers van 11 tot en met 17 januari 2027"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Date"].datetime.timestamp() == MONDAY
    assert re.fullmatch(r"<[0-9a-f]{32}@demo\.example>", message["Message-ID"])
    parts(message)
    assert server.contents[0].isascii()
    assert [one.mail_from for one in server.envelopes] == ["cijfers@demo.example"]


async def test_both_parts_have_the_figures_of_the_dashboard(
    office: Office, server: MailServer
) -> None:
    server.start()
    await office.mailer.run_once(PATIENTLY)
    week = Period(FRIDAY - timedelta(days=4), FRIDAY + timedelta(days=2))
    opened = await office.sources.figures.open(office.site, week, ["page", "channel"])
    total, pages = await opened.totals(), await opened.panel("page", 5)
    assert (total.visitors, total.views) == (14, 23)
    assert [(one.text, one.figures.visitors) for one in pages.groups] == [("/vacatures", 12)]
    assert pages.other is not None
    plain, html = parts(server.messages[0])
    for text in (plain, text_of(html)):
        said = " ".join(text.split())
        for expected in (
            "bezoekers 14 (+40%)|bezoekers 14 +40%",
            "bezoeken 14 (+40%)|bezoeken 14 +40%",
            "weergaven 23 (+130%)|weergaven 23 +130%",
            "weergaven per bezoek 1,6 (+64%)|weergaven per bezoek 1,6 +64%",
            "bouncepercentage 36% (−64,3 procentpunt)|bouncepercentage 36% −64,3 procentpunt",
            "duur van een bezoek 2:34",
            "/vacatures 12 86%",
            f"Overig {pages.other.visitors} 79%",
            "Banner getoond 40",
            "Alles geweigerd 8",
            "11 tot en met 15 januari 2027",
            "minder dan 5 bezoekers",
            "over alle 7 dagen|over 1 van 7 dagen: 15 januari 2027",
            "Places by Example",
        ):
            assert any(one in said for one in expected.split("|")), (expected, said)


async def test_no_group_below_the_threshold_is_in_either_part(
    office: Office, server: MailServer
) -> None:
    """P9: two visitors saw a page nobody else saw."""
    server.start()
    await office.mailer.run_once(PATIENTLY)
    for part in parts(server.messages[0]):
        for word in ("zeldzaam", "Liechtenstein", "Andere site"):
            assert word not in part


@pytest.mark.parametrize(
    ("language", "said"), [("nl", "niets te tonen"), ("en", "nothing to show")]
)
async def test_of_too_few_visitors_nothing_is_said(
    language: str, said: str, office: Office, server: MailServer
) -> None:
    server.start()
    report = {**REPORT, "language": language}
    office.site = a_reporting_site(report, threshold=15)
    await office.another().run_once(PATIENTLY)
    plain, html = parts(server.messages[0])
    assert said in " ".join(plain.split())
    assert said in text_of(html)
    for part in (plain, text_of(html)):
        assert not re.search(r"\b(14|23|12)\b", part)
        assert "vacatures" not in part


async def test_a_period_before_with_nobody_or_too_few_hides_the_change(
    office: Office, server: MailServer
) -> None:
    server.start()
    office.site = a_reporting_site({**REPORT, "every": "month"})
    office.now += 14 * 86_400
    await office.another().run_once(PATIENTLY)
    plain, html = parts(server.messages[0])
    assert re.search(r"bezoekers +24 +\(niet te vergelijken\)", plain)
    assert "bezoekers 24 niet te vergelijken" in text_of(html)
    days = "over 2 van 31 dagen: 8 januari 2027; 15 januari 2027."
    assert days in " ".join(plain.split())


async def test_a_table_and_choices_with_nothing_to_show_say_so(
    office: Office, server: MailServer
) -> None:
    """What is kept for a day only is gone before the week is over."""
    server.start()
    office.site = a_reporting_site(retention={"statistics_days": 1})
    await office.another().run_once(PATIENTLY)
    for part in parts(server.messages[0]):
        said = text_of(part) if "<body" in part else " ".join(part.split())
        assert "Banner getoond verborgen" in said
        assert "Van deze dagen is nog niets opgeteld, of te weinig om te tonen." in said


async def test_the_html_is_well_formed_and_fetches_nothing(
    office: Office, server: MailServer
) -> None:
    server.start()
    await office.mailer.run_once(PATIENTLY)
    _, html = parts(server.messages[0])
    tree = ElementTree.fromstring(html.removeprefix("<!DOCTYPE html>\n").replace("&#160;", " "))  # noqa: S314
    links = [one.get("href") for one in tree.iter("a")]
    assert links == [
        "https://consent.demo.example/dashboard/demo?from=2027-01-11&to=2027-01-17&language=nl"
    ]
    tags = {one.tag for one in tree.iter()}
    assert not tags & {"img", "script", "link", "iframe", "object", "video", "form", "svg"}
    attributes = {name for one in tree.iter() for name in one.attrib}
    assert not attributes & {"src", "srcset", "background", "poster", "onload"}
    assert "url(" not in html
    assert "@import" not in html
    assert [unescape(one) for one in re.findall(r"https?://[^\s\"'<]+", html)] == links


async def test_what_visitors_named_staystext_of(office: Office, server: MailServer) -> None:
    server.start()
    office.site = a_reporting_site(threshold=1)
    await office.another().run_once(PATIENTLY)
    plain, html = parts(server.messages[0])
    assert "/&lt;script&gt;alert(1)&lt;/script&gt;&amp;" in html
    assert "\u202e" not in plain + html
    assert ODD.rstrip("\u202e") in plain


async def test_a_month_and_another_language_are_mails_of_their_own(
    office: Office, server: MailServer
) -> None:
    server.start()
    office.site = a_reporting_site(
        REPORT,
        {"to": ["anna@demo.example", "bob@demo.example"], "every": "week", "language": "en"},
        {**REPORT, "every": "month"},
    )
    mailer = office.another()
    await mailer.run_once(PATIENTLY)
    assert [one["Subject"] for one in server.messages] == [
        "Demo & Zonen: cijfers van 11 tot en met 17 januari 2027",
        "Demo & Sons: figures of 11 to 17 January 2027",
    ]
    assert server.envelopes[1].rcpt_tos == ["anna@demo.example", "bob@demo.example"]
    office.now += 14 * 86_400
    await mailer.run_once(PATIENTLY)
    assert server.messages[-1]["Subject"] == "Demo & Zonen: cijfers van januari 2027"
