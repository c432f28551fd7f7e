"""Canonical form, notices, visitors, moments and what a site asks."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.rules.canonical import canonical, digest
from gateway.rules.moment import iso, local_day, minutes_before
from gateway.rules.notice import content, languages_shown, publish, purposes_asked
from gateway.rules.records import ConsentState
from gateway.rules.visitor import visitor_of
from tests.rules.building import NOON, a_notice, a_site

_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=12,
)


# Half characters come in too, and numbers of more than 64 bits.
_ODD = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(-(2**70), 2**70)
    | st.sampled_from((2**63, 2**64 - 1, 2**64, -(2**63), -(2**63) - 1))
    | st.text(st.characters(codec=None, exclude_categories=()), max_size=9)
    | st.text('\x00\b\t\n\f\r\x1f\x7f"\\/ é\u2028\ufffd\U0001f600', max_size=9),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.tuples(inner, inner)
        | st.dictionaries(
            st.text(st.characters(codec=None, exclude_categories=()), max_size=9), inner
        )
    ),
    max_leaves=12,
)


@given(_ODD)
def test_the_canonical_form_is_that_of_pythons_own_encoder(value: object) -> None:
    """Byte for byte: the digests of older logs were made with that."""
    plain = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    try:
        expected = plain.encode()
    except UnicodeEncodeError:
        with pytest.raises(UnicodeEncodeError):
            canonical(value)
        with pytest.raises(UnicodeEncodeError):
            digest(value)
    else:
        assert canonical(value).encode() == expected
        assert digest(value) == hashlib.sha256(expected).hexdigest()


def test_a_word_of_a_closed_set_is_written_as_the_text_it_is() -> None:
    assert canonical({"state": ConsentState.GIVEN}) == '{"state":"given"}'


@given(st.dictionaries(st.text(max_size=9), _VALUES, max_size=6))
def test_the_order_of_keys_changes_nothing(value: dict[str, object]) -> None:
    turned = dict(reversed(list(value.items())))
    assert canonical(turned) == canonical(value)


@given(_VALUES)
def test_the_canonical_form_says_all_there_was(value: object) -> None:
    assert json.loads(canonical(value)) == value


def test_the_canonical_form_is_written_one_way() -> None:
    assert canonical({"b": [1, True, None], "a": "é\n"}) == '{"a":"é\\n","b":[1,true,null]}'


def test_a_digest_is_the_sha256_of_the_canonical_form() -> None:
    assert digest({"b": 1, "a": "é"}) == hashlib.sha256('{"a":"é","b":1}'.encode()).hexdigest()


@pytest.mark.parametrize(
    "value",
    [
        1.0, float("nan"), [1.5], (1.5,), {"a": 1.5}, {"a": [{"b": (0, [2.5])}]}, {1.5: "a"},
        {1: "a"}, {"a": {None: 1}}, {"a": {1, 2}}, b"bytes", {"a": b"bytes"}, date(2027, 1, 15),
        Decimal("1.5"), [frozenset()], ...,
    ],
    ids=repr,
)  # fmt: skip
def test_what_two_languages_write_in_two_ways_is_refused(value: object) -> None:
    with pytest.raises(TypeError):
        canonical(value)


def test_a_notice_is_named_after_what_it_says() -> None:
    notice = a_notice()
    assert notice.id == hashlib.sha256(notice.content.encode()).hexdigest()
    assert (notice.site, notice.first_published) == ("demo", NOON)


def test_the_same_words_are_the_same_notice_whenever_published() -> None:
    assert a_notice(NOON).id == a_notice(NOON + 1).id


@pytest.mark.parametrize(
    "other",
    [
        a_notice(text="Iets anders."), a_notice(id="other"), a_notice(validity_months=7),
        a_notice(privacy_url="/elders"), a_notice(jurisdiction="BE"),
        publish(content(a_site(), {"nl": {"intro": "Wij gebruiken cookies."}}, "0" * 64), NOON),
    ],
)  # fmt: skip
def test_anything_a_visitor_sees_makes_another_notice(other: object) -> None:
    assert other != a_notice()


def test_what_no_visitor_sees_makes_no_other_notice() -> None:
    assert a_notice(threshold=9, properties=["kind"]).id == a_notice().id


def test_a_notice_holds_what_r24_asks_for() -> None:
    said = json.loads(a_notice().content)
    assert said["site"] == "demo"
    assert said["script"] == "f" * 64
    assert said["texts"] == {"nl": {"intro": "Wij gebruiken cookies."}}
    assert {"controllers", "authority", "purposes", "validity_months"} <= set(said)


def test_a_notice_asks_only_for_what_needs_consent() -> None:
    assert purposes_asked(a_notice()) == {"analytics", "marketing"}
    assert languages_shown(a_notice()) == {"nl"}
    assert a_site().asked == ("analytics", "marketing")


def test_a_day_of_a_site_is_the_one_on_its_own_calendar() -> None:
    assert a_site().zone == ZoneInfo("Europe/Amsterdam")
    assert local_day(1_800_054_000, ZoneInfo("Europe/Amsterdam")) == date(2027, 1, 16)
    assert local_day(1_800_053_999, ZoneInfo("Europe/Amsterdam")) == date(2027, 1, 15)
    assert local_day(1_800_054_000, ZoneInfo("UTC")) == date(2027, 1, 15)


def test_a_moment_is_written_in_utc() -> None:
    assert iso(NOON) == "2027-01-15T08:00:00Z"
    assert iso(0) == "1970-01-01T00:00:00Z"


def test_a_number_of_days_back_is_counted_in_minutes() -> None:
    assert minutes_before(NOON + 59, 0) == NOON // 60
    assert minutes_before(NOON, 395) == (NOON - 395 * 86_400) // 60


KEY = b"k" * 32


@given(st.text(), st.text())
def test_a_visitor_is_the_same_again_and_fits_in_64_bits(site: str, consent: str) -> None:
    visitor = visitor_of(KEY, site, consent)
    assert visitor == visitor_of(KEY, site, consent)
    assert -(2**63) <= visitor < 2**63


def test_a_visitor_is_another_one_on_another_site_and_under_another_key() -> None:
    seen = {
        visitor_of(key, site, consent)
        for key in (KEY, b"other")
        for site in ("demo", "demo2", "veldkamp")
        for consent in ("c1", "2c1")
    }
    assert len(seen) == 12
