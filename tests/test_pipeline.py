"""The gate, step by step: who gets past it, and what is left of an item that does."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any

import pytest
from msgspec import structs

from gateway.holders import Holders
from gateway.landings import Landings
from gateway.pipeline import Policy, Request, admit_all
from gateway.rules.records import Device, Drop, Dropped, Event, Place, Signals, Source, Token
from gateway.rules.token import TokenSigner, refusal
from gateway.rules.visitor import visitor_of
from gateway.sources import known_sources

NOW = 1_800_000_000
SIGNER = TokenSigner(["a key"])
POLICY = Policy(
    site="demo",
    own_hosts=frozenset({"site.nl"}),
    properties=frozenset({"position"}),
    holders=Holders(SIGNER, b"visitor key"),
    landings=Landings(known_sources()),
)
CONSENT = Token("demo", "c1", 7, {"analytics": True, "marketing": False}, "n1", NOW + 60)
TOKEN = SIGNER.sign(CONSENT)
AGENT = "Mozilla/5.0 (Windows NT 10.0) Gecko/20100101 Firefox/145.0.1"


@dataclass(frozen=True, slots=True)
class Book:
    """Knows one network and two kinds of visitor."""

    def device(self, user_agent: str) -> Device:
        kind = "bot" if "bot" in user_agent else "desktop"
        return Device("Firefox", "145", "Windows", kind)

    def place(self, network: str) -> Place:
        return Place("NL", "GR", "KPN") if network == "203.0.113.0/24" else Place("", "", "")


def request(body: object, **changes: Any) -> Request:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    made = Signals("203.0.113.0/24", AGENT, "nl", cookie=TOKEN, authorization=None)
    return Request(raw, structs.replace(made, **changes), POLICY)


def view(**changes: object) -> dict[str, object]:
    return {"kind": "pageview", "url": "https://site.nl/vacatures", **changes}


def admitted(body: object, **changes: Any) -> list[Event | Dropped]:
    [judged] = admit_all([request(body, **changes)], Book(), NOW)
    if isinstance(judged, ValueError):
        raise judged
    return judged


def one(body: object, **changes: Any) -> Event:
    [event] = admitted(body, **changes)
    assert isinstance(event, Event)
    return event


def test_a_page_view_with_consent_becomes_an_event_that_is_cut_everywhere() -> None:
    body = view(
        url="https://jan:x@site.nl/dank/jan%40mail.nl?zoek=1&utm_source=brief#x",
        referrer="https://www.google.nl/search?q=jan",
        screen=1366,
        language="fy-NL",
    )
    assert one(body) == Event(
        site="demo", minute=NOW // 60, visitor=visitor_of(b"visitor key", "demo", "c1"),
        consent_seq=7, kind="pageview", path="/dank/(email)",
        source=Source("google.nl", "search", utm_source="brief"),
        place=Place("NL", "GR", "KPN"), network="203.0.113.0/24",
        device=Device("Firefox", "145", "Windows", "desktop"), screen="large", language="fy",
        name="", props={},
    )  # fmt: skip


def test_the_language_is_that_of_the_request_where_the_page_says_none() -> None:
    assert one(view()).language == "nl"


def test_a_visit_from_the_site_itself_has_no_referrer() -> None:
    source = one(view(referrer="https://www.site.nl/")).source
    assert source == Source(referrer="", channel="direct")


def test_only_the_listed_properties_of_an_event_are_kept_and_masked() -> None:
    body = view(
        kind="event", name="apply 0612345678", props={"position": "jan@mail.nl", "email": "x"}
    )
    event = one(body)
    assert (event.name, dict(event.props)) == ("apply (number)", {"position": "(email)"})


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ({"kind": "outbound", "target": "https://www.ander.nl/jan?zoek=1"}, "ander.nl"),
        ({"kind": "outbound", "target": "https://jan:x@ander.nl:8443/pad#x"}, "ander.nl"),
        ({"kind": "outbound", "target": "https://203.0.113.77/pad"}, "203.0.113.0/24"),
        ({"kind": "outbound", "target": "https://ander.nl%2Fpad%3Fq"}, ""),
        ({"kind": "download", "target": "https://www.site.nl/gids.pdf?zoek=1#x"}, "/gids.pdf"),
        ({"kind": "download", "target": "https://site.nl/cv/jan%40mail.nl.pdf"}, "/cv/(email)"),
        ({"kind": "download", "target": "https://ander.nl/dossier/jan.pdf"}, "ander.nl"),
        ({"kind": "upload", "type": "document", "count": 2, "name": "cv-jan.pdf"}, "document"),
        ({"kind": "form", "name": "sollicitatie"}, ""),
        ({"kind": "missing", "name": "weg"}, ""),
        ({"kind": "engagement", "name": "weg", "seconds": 3}, ""),
    ],
)
def test_of_links_and_files_the_least_that_tells_something_is_kept(
    said: dict[str, object], name: str
) -> None:
    event = one(view(props={"position": "monteur"}, **said))
    assert (event.kind, event.path, event.name) == (said["kind"], "/vacatures", name)
    assert dict(event.props) == {}


def test_time_depth_and_number_are_kept_with_the_kinds_that_have_them() -> None:
    measured = {"seconds": 61.7, "scroll": 45, "count": 2, "type": "image"}
    kinds = ("pageview", "engagement", "upload", "form", "missing")
    events = [one(view(kind=kind, **measured)) for kind in kinds]
    kept = {event.kind: (event.seconds, event.scroll, event.count) for event in events}
    assert kept == {
        "pageview": (0, 0, 0),
        "engagement": (61, 45, 0),
        "upload": (0, 0, 2),
        "form": (0, 0, 1),
        "missing": (0, 0, 0),
    }


def test_a_page_that_does_not_exist_is_kept_as_its_masked_path() -> None:
    event = one(view(kind="missing", url="https://site.nl/weg/jan%40mail.nl?x=1"))
    assert event.path == "/weg/(email)"


def test_an_unknown_network_has_no_place() -> None:
    event = one(view(), network="")
    assert (event.network, event.place) == ("", Place("", "", ""))


@pytest.mark.parametrize(
    ("changes", "drop"),
    [
        pytest.param({"cookie": None}, Drop.NO_CONSENT, id="no token"),
        pytest.param({"cookie": ""}, Drop.NO_CONSENT, id="empty cookie"),
        pytest.param(
            {"cookie": refusal("refused", "n1", NOW, NOW + 60)}, Drop.NO_CONSENT, id="a refusal"
        ),
        pytest.param({"cookie": TOKEN[:-2]}, Drop.FORGED_TOKEN, id="broken cookie"),
        pytest.param({"authorization": "nonsense"}, Drop.FORGED_TOKEN, id="broken header"),
        pytest.param(
            {"cookie": TokenSigner(["other"]).sign(CONSENT)}, Drop.FORGED_TOKEN, id="other key"
        ),
        pytest.param(
            {"cookie": SIGNER.sign(structs.replace(CONSENT, site="other"))},
            Drop.FOREIGN_TOKEN,
            id="site",
        ),
        pytest.param(
            {"cookie": SIGNER.sign(structs.replace(CONSENT, valid_until=NOW))},
            Drop.EXPIRED,
            id="ended",
        ),
        pytest.param(
            {"cookie": SIGNER.sign(structs.replace(CONSENT, choices={"analytics": False}))},
            Drop.NOT_ALLOWED,
            id="no to analytics",
        ),
        pytest.param(
            {"cookie": SIGNER.sign(structs.replace(CONSENT, choices={"marketing": True}))},
            Drop.NOT_ALLOWED,
            id="silence about analytics",
        ),
        pytest.param({"user_agent": "Googlebot/2.1"}, Drop.BOT, id="a crawler"),
        pytest.param(
            {"user_agent": "Googlebot/2.1", "cookie": None}, Drop.NO_CONSENT, id="consent first"
        ),
    ],
)
def test_what_may_not_pass_is_dropped_with_its_reason(
    changes: dict[str, object], drop: Drop
) -> None:
    assert admitted(view(), **changes) == [Dropped("demo", drop)]


class Asked(Book):
    """Says what it was asked."""

    def device(self, user_agent: str) -> Device:
        raise AssertionError(f"looked up {user_agent}")

    def place(self, network: str) -> Place:
        raise AssertionError(f"looked up {network}")


def test_what_comes_from_a_spammer_is_dropped_before_anything_is_looked_up() -> None:
    spam = request(view(referrer="https://buttons.semalt.com/crawler.php?u=site.nl"))
    assert admit_all([spam], Asked(), NOW) == [[Dropped("demo", Drop.SPAM)]]


def test_consent_goes_before_spam_and_a_site_of_its_own_is_none() -> None:
    spam = view(referrer="https://semalt.com/")
    assert admitted(spam, cookie=None) == [Dropped("demo", Drop.NO_CONSENT)]
    own = replace(POLICY, own_hosts=frozenset({"semalt.com"}))
    [[event]] = admit_all([structs.replace(request(spam), policy=own)], Book(), NOW)  # type: ignore[misc]
    assert isinstance(event, Event)


@pytest.mark.parametrize("place", ["token", "authorization", "cookie"])
def test_a_consent_may_come_in_the_item_the_header_or_the_cookie(place: str) -> None:
    other = {"cookie": None, "authorization": None}
    if place == "token":
        assert one(view(token=TOKEN), **other).consent_seq == 7
    else:
        assert one(view(), **{**other, place: TOKEN}).consent_seq == 7


def test_the_item_s_own_consent_goes_before_the_header_and_the_header_before_the_cookie() -> None:
    item, header = (SIGNER.sign(structs.replace(CONSENT, seq=seq)) for seq in (8, 9))
    assert one(view(token=item), authorization=header).consent_seq == 8
    assert one(view(), authorization=header).consent_seq == 9


def test_every_item_of_a_list_is_judged_on_its_own() -> None:
    ended = SIGNER.sign(structs.replace(CONSENT, valid_until=NOW))
    items = [view(), {"kind": "pageview"}, view(token=ended), view(url="/b")]
    first, second, third, fourth = admitted({"events": items})
    assert isinstance(first, Event)
    assert (second, third) == (Dropped("demo", Drop.INVALID), Dropped("demo", Drop.EXPIRED))
    assert isinstance(fourth, Event)
    assert fourth.path == "/b"


@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b'{"kind": "pageview"}', b"\xff"])
def test_a_body_that_is_no_event_is_refused_with_a_sentence(raw: bytes) -> None:
    with pytest.raises(ValueError, match=r"\w{3}"):
        admitted(raw)


def test_an_event_has_no_field_for_what_must_not_be_kept() -> None:
    """P2: the type is the proof. A new field has to be thought about here."""
    assert list(Event.__struct_fields__) == [
        "site", "minute", "visitor", "consent_seq", "kind", "path", "source", "place", "network",
        "device", "screen", "language", "name", "props", "seconds", "scroll", "count",
    ]  # fmt: skip
    told = view(url="https://site.nl/a?geheim=1", referrer="https://x.nl/pad?geheim=2")
    link = {"kind": "outbound", "target": "https://geheim:x@y.nl/pad?geheim=3#geheim"}
    for event in map(repr, (one(told), one({**told, **link}))):
        for secret in ("geheim", "pad", AGENT, "Mozilla", "c1'", TOKEN):
            assert secret not in event
