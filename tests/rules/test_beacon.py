"""What a page may send, and what is refused before anything looks at it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from gateway.rules.beacon import MOST_EVENTS, MOST_FILES, parse
from gateway.rules.records import Beacon, Drop

VIEW = {"kind": "pageview", "url": "https://site.nl/"}


def body(**changes: Any) -> bytes:
    return json.dumps({**VIEW, **changes}).encode()


def one(raw: bytes) -> Beacon:
    [beacon] = parse(raw)
    assert isinstance(beacon, Beacon)
    return beacon


def test_a_page_view_needs_a_kind_and_a_url_only() -> None:
    assert one(body()) == Beacon("pageview", "https://site.nl/", "", None, "", {}, 0, "")


def test_an_event_carries_all_it_says() -> None:
    said = {
        "kind": "event", "referrer": "https://nieuws.nl/", "token": "t", "name": "apply",
        "props": {"position": "monteur"}, "screen": 1366.4, "language": "nl-NL",
    }  # fmt: skip
    assert one(body(**said)) == Beacon(
        "event", "https://site.nl/", "https://nieuws.nl/", "t", "apply",
        {"position": "monteur"}, 1366, "nl-NL",
    )  # fmt: skip


def test_a_page_view_has_no_name() -> None:
    assert one(body(name="apply")).name == ""


# All that the newer kinds can say: what is kept of it depends on the kind.
SAID = {
    "name": "cv-jan.pdf", "props": {"field": "Jan"}, "target": "https://ander.nl/a?q=1",
    "type": "document", "seconds": 12.9, "scroll": 80.5, "count": 3,
}  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "kept"),
    [
        ("pageview", {"props": {"field": "Jan"}}),
        ("engagement", {"seconds": 12, "scroll": 80}),
        ("outbound", {"target": "https://ander.nl/a?q=1"}),
        ("download", {"target": "https://ander.nl/a?q=1"}),
        ("form", {"count": 1}),
        ("upload", {"file_class": "document", "count": 3}),
        ("missing", {}),
        ("event", {"name": "cv-jan.pdf", "props": {"field": "Jan"}}),
    ],
)
def test_of_each_kind_only_what_belongs_to_it_is_kept(kind: str, kept: dict[str, Any]) -> None:
    """A form's properties would be what somebody wrote in it, an upload's name a person's."""
    assert one(body(kind=kind, **SAID)) == replace(one(body()), kind=kind, **kept)


@pytest.mark.parametrize("field", ["referrer", "token", "language"])
def test_null_is_nothing_said(field: str) -> None:
    assert one(body(**{field: None})) == one(body())


def test_an_empty_token_is_no_token() -> None:
    assert one(body(token="")).token is None


def test_what_is_not_known_is_not_looked_at() -> None:
    assert one(body(title="Vacature van Jan", ip="203.0.113.77", deep=[{"a": [1]}])) == one(body())


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("monteur", "monteur"), ("", ""), (3, "3"), (-1.5, "-1.5"), (True, "true"),
        (False, "false"), (10**50, "1" + "0" * 50), (1e308, "1e+308"),
    ],
)  # fmt: skip
def test_a_property_becomes_text(value: object, text: str) -> None:
    assert one(body(props={"a": value})).props == {"a": text}


def test_a_property_that_is_null_is_left_out() -> None:
    assert one(body(props={"a": None, "b": "x"})).props == {"b": "x"}


@pytest.mark.parametrize(
    "longest",
    [
        pytest.param({"url": "u" * 4096}, id="url"),
        pytest.param({"referrer": "r" * 4096}, id="referrer"),
        pytest.param({"token": "t" * 4096}, id="token"),
        pytest.param({"name": "n" * 200, "kind": "event"}, id="name"),
        pytest.param({"language": "l" * 200}, id="language"),
        pytest.param({"props": {"k" * 200: "v" * 200}}, id="property"),
        pytest.param({"props": {str(n): n for n in range(30)}}, id="thirty properties"),
        pytest.param({"screen": 100_000}, id="widest screen"),
        pytest.param({"screen": 0}, id="no screen"),
        pytest.param({"target": "https://" + "t" * 4088}, id="target"),
        pytest.param({"target": "HTTP://X"}, id="target in capitals"),
        pytest.param({"kind": "engagement", "seconds": 86_400, "scroll": 100}, id="a whole day"),
        pytest.param({"kind": "engagement"}, id="no time at all"),
        pytest.param(
            {"kind": "upload", "type": "other", "count": MOST_FILES}, id="a thousand files"
        ),
    ],
)
def test_a_field_may_be_as_long_as_its_bound(longest: dict[str, object]) -> None:
    assert isinstance(one(body(**longest)), Beacon)


@pytest.mark.parametrize(
    "bad",
    [
        pytest.param({"kind": "click"}, id="unknown kind"),
        pytest.param({"kind": None}, id="no kind"),
        pytest.param({"kind": ["pageview"]}, id="kind in a list"),
        pytest.param({"kind": "event"}, id="event without a name"),
        pytest.param({"kind": "event", "name": " \t"}, id="event with a blank name"),
        pytest.param({"url": ""}, id="empty url"),
        pytest.param({"url": None}, id="no url"),
        pytest.param({"url": 7}, id="url is a number"),
        pytest.param({"url": "u" * 4097}, id="url too long"),
        pytest.param({"referrer": "r" * 4097}, id="referrer too long"),
        pytest.param({"token": "t" * 4097}, id="token too long"),
        pytest.param({"name": "n" * 201}, id="name too long"),
        pytest.param({"name": None}, id="name is null"),
        pytest.param({"language": "l" * 201}, id="language too long"),
        pytest.param({"props": []}, id="properties in a list"),
        pytest.param({"props": None}, id="properties are null"),
        pytest.param({"props": {"k" * 201: "v"}}, id="property name too long"),
        pytest.param({"props": {"k": "v" * 201}}, id="property too long"),
        pytest.param({"props": {"k": ["v"]}}, id="property is a list"),
        pytest.param({"props": {"k": {"v": 1}}}, id="property is an object"),
        pytest.param({"props": {str(n): n for n in range(31)}}, id="too many properties"),
        pytest.param({"screen": -1}, id="negative screen"),
        pytest.param({"screen": 100_001}, id="screen too wide"),
        pytest.param({"screen": "1366"}, id="screen is text"),
        pytest.param({"screen": True}, id="screen is true"),
        pytest.param({"screen": 10**400}, id="screen is huge"),
        pytest.param({"kind": "outbound"}, id="link to nowhere"),
        pytest.param({"kind": "download", "target": ""}, id="download of nothing"),
        pytest.param({"target": "https://" + "t" * 4089}, id="target too long"),
        pytest.param({"target": "javascript:alert(1)"}, id="target is a script"),
        pytest.param({"target": "/pad"}, id="target without a host"),
        pytest.param({"target": "mailto:https://x"}, id="target is an e-mail address"),
        pytest.param({"target": None}, id="target is null"),
        pytest.param({"kind": "upload", "count": 1}, id="upload without a type"),
        pytest.param({"kind": "upload", "type": "document"}, id="upload without a count"),
        pytest.param({"kind": "upload", "type": "document", "count": 0}, id="upload of nothing"),
        pytest.param({"type": "cv-jan.pdf"}, id="type is a name"),
        pytest.param({"count": MOST_FILES + 1}, id="too many files"),
        pytest.param({"count": 1.5}, id="half a file"),
        pytest.param({"count": -1}, id="negative count"),
        pytest.param({"seconds": 86_401}, id="longer than a day"),
        pytest.param({"seconds": -1}, id="negative time"),
        pytest.param({"scroll": 101}, id="below the page"),
        pytest.param({"scroll": -1}, id="above the page"),
    ],
)
def test_a_field_out_of_bounds_is_refused(bad: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        parse(body(**bad))
    both = b'{"events": [%s, %s]}' % (body(**bad), body())
    assert parse(both) == [Drop.INVALID, one(body())]


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"null", b"7", b'"pageview"', b"[]", b"{", b"{}", b"\xff\xfe", b"\x00",
        b"kind=pageview",
        b'{"kind": "pageview", "url": "/\xff"}', b'{"kind": "pageview", "url": "/\\ud800"}',
        b'{"kind": "pageview", "url": "/\xed\xa0\x80"}', body() + b"x", b"\xef\xbb\xbf" + body(),
        body(screen=float("nan")), body(props={"a": float("inf")}),
        b'{"kind": "pageview", "url": "/", "screen": 1e999}',
        b'{"kind": "pageview", "url": "/", "props": {"a": ' + b"9" * 9_000 + b"}}",
        b'{"x": ' + b"[" * 60_000,
        b'{"kind": "pageview", "url": "/", "x": ' + b"[" * 9_000 + b"]" * 9_000 + b"}",
        b'{"events": [{"x": ' + b"[" * 9_000 + b"]" * 9_000 + b"}]}",
        b'{"events": []}', b'{"events": {}}', b'{"events": null}', b'{"events": 3}',
        b'{"events": [%s]}' % b",".join([body()] * (MOST_EVENTS + 1)),
    ],
    ids=lambda raw: repr(raw[:40]),
)  # fmt: skip
def test_a_body_that_is_no_event_is_refused_with_a_sentence(raw: bytes) -> None:
    with pytest.raises(ValueError, match=r"\w{3}"):
        parse(raw)


def test_a_list_holds_as_many_events_as_its_bound() -> None:
    assert len(parse(b'{"events": [%s]}' % b",".join([body()] * MOST_EVENTS))) == MOST_EVENTS


def test_one_bad_item_does_not_lose_the_others() -> None:
    raw = b'{"events": [1, null, %s, {"kind": "pageview", "url": "/\xff"}, {}]}' % body()
    bad = Drop.INVALID
    assert parse(raw) == [bad, bad, one(body()), bad, bad]


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=10,
)
_FIELDS = st.sampled_from(
    ["kind", "url", "referrer", "token", "name", "props", "screen", "events", "target", "type"]
    + ["seconds", "scroll", "count"]
)


@given(
    st.binary(max_size=300) | st.dictionaries(_FIELDS, _JSON).map(lambda v: json.dumps(v).encode())
)
def test_whatever_comes_in_is_a_list_or_a_sentence(raw: bytes) -> None:
    try:
        items = parse(raw)
    except ValueError:
        return
    assert items
    assert all(isinstance(item, Beacon | Drop) for item in items)
