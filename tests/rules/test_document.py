"""The record of ISO/IEC TS 27560: what each field says, and that nothing of today gets into it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from gateway.rules.document import NOT_STATED, document, event_of
from gateway.rules.records import Choice, ConsentState, Notice
from tests.receipting import AT, faults, log_of, receipt_of, schema
from tests.rules.building import NOON, a_choice, a_notice

ALL = {"analytics": True, "marketing": True}
NONE = {"analytics": False, "marketing": False}
DAY = 86_400

_TEXTS = {"nl": {"name": "Naam", "description": "Waarvoor."}}
_FILM = {"name": "Filmhuis", "country": "NL"}
_MAIL = {"name": "Mailhuis", "country": "US"}


def richer(**changes: Any) -> Notice:
    """A notice with recipients, kinds of data and places of storage."""
    marketing = {"nl": {**_TEXTS["nl"], "data": ["bekeken films"]}}
    asked: dict[str, Any] = {"basis": "consent", "retention_days": 30}
    purposes = [
        {"id": "analytics", "texts": _TEXTS, "recipients": [_FILM], **asked},
        {"id": "marketing", "texts": marketing, "recipients": [_MAIL, _FILM], **asked},
        {"id": "advice", "texts": _TEXTS, **asked},
    ]
    return a_notice(**{"storage": ["NL", "DE"], "purposes": purposes, **changes})


def made(notice: Notice, *choices: Choice) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(
        json.dumps(document(log_of(*choices), json.loads(notice.content), AT))
    )
    return read


def purposes(record: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {one["purpose_id"]: one for one in record["pii_processing"]["purposes"]}


def test_every_section_and_mandatory_field_of_the_standard_is_there() -> None:
    record = made(a_notice(), a_choice())
    assert set(record) == {"header", "pii_processing", "parties", "events"}
    assert record["header"]["pii_principal_id"] == "c1"
    told = record["pii_processing"]
    assert told["privacy_notice"] == AT.notice
    assert told["privacy_statement"] == AT.statement
    assert told["withdrawal_method"]["url"] == AT.receipts
    assert (told["language"], told["jurisdiction"]) == ("nl", "NL")
    assert len(told["privacy_rights"]) == 7
    assert [party["party_role"] for party in record["parties"]] == ["pii_controller", "authority"]


def test_a_purpose_that_was_not_asked_for_is_not_in_it() -> None:
    """`necessary` was nobody's choice."""
    record = made(a_notice(), a_choice())
    assert {name: one["consented"] for name, one in purposes(record).items()} == {
        "analytics": True,
        "marketing": False,
    }


def test_data_recipients_and_places_are_those_of_the_notice() -> None:
    record = made(richer(), a_choice(choices=ALL))
    told = purposes(record)
    assert told["marketing"]["pii_information"] == [{"pii_type": "bekeken films"}]
    assert len(told["analytics"]["pii_information"]) == 7  # what the gateway itself stores
    assert told["advice"]["pii_information"] == [{"pii_type": "niet nader genoemd"}]
    assert told["advice"]["consented"] is False  # silence is no consent (R2)
    assert told["analytics"]["recipient_third_parties"] == ["recipient-1"]
    assert told["marketing"]["recipient_third_parties"] == ["recipient-2", "recipient-1"]
    assert told["advice"]["recipient_third_parties"] == []
    assert told["marketing"]["storage_locations"] == ["NL", "DE"]
    assert told["marketing"]["processing_locations"] == ["DE", "NL", "US"]
    assert told["marketing"]["retention_period"] == "P30D"
    named = {party["party_id"]: party for party in record["parties"]}
    assert list(named) == ["controller-1", "recipient-1", "recipient-2", "authority"]
    assert named["recipient-2"]["party_name"] == "Mailhuis"
    assert named["recipient-2"]["party_country"] == "US"
    assert named["recipient-2"]["party_address"] == NOT_STATED


def test_a_notice_from_before_storage_was_named_says_the_jurisdiction() -> None:
    content = json.loads(a_notice().content)
    del content["storage"]
    record: dict[str, Any] = document(log_of(a_choice()), content, AT)
    assert purposes(record)["analytics"]["storage_locations"] == ["NL"]


def test_a_language_we_have_no_words_for_is_told_in_english() -> None:
    texts = {"frl": _TEXTS["nl"]}
    notice = a_notice(
        languages=["frl"],
        names={"frl": "Demo"},
        purposes=[{"id": "analytics", "basis": "consent", "texts": texts, "retention_days": 1}],
    )
    record = made(notice, a_choice(language="frl", choices={"analytics": True}))
    told = record["pii_processing"]
    assert told["language"] == "frl"
    assert told["purposes"][0]["purpose"] == "Naam"
    assert told["purposes"][0]["pii_information"][1] == {"pii_type": "date and time, to the minute"}
    assert told["processing_method"] == "automatically"


STORIES: dict[str, tuple[Choice, ...]] = {
    "given": (a_choice(choices=ALL),),
    "partly": (a_choice(),),
    "changed": (a_choice(choices=ALL), a_choice(time=NOON + 60, layer="preferences")),
    "withdrawn": (
        a_choice(),
        a_choice(state=ConsentState.WITHDRAWN, choices=NONE, action="withdraw", method="page"),
    ),
    "expired": (
        a_choice(),
        a_choice(
            state=ConsentState.EXPIRED,
            choices=NONE,
            action="expire",
            layer="none",
            method="timer",
            time=NOON + 200 * DAY,
        ),
    ),
    "invalidated": (
        a_choice(choices=ALL),
        a_choice(
            state=ConsentState.INVALIDATED,
            action="invalidate",
            layer="none",
            method="timer",
            time=NOON + DAY + 1,
        ),
    ),
}


@pytest.mark.parametrize("story", STORIES)
@pytest.mark.parametrize("notice", [a_notice, richer], ids=["plain", "richer"])
def test_every_story_of_a_consent_fits_the_schema(story: str, notice: Callable[[], Notice]) -> None:
    assert faults(receipt_of(log_of(*STORIES[story]), notice())) == []


@pytest.mark.parametrize(
    ("story", "expected"),
    [
        ("given", ("explicit", "given", "P183D", "c1")),
        ("withdrawn", ("withdrawal", "withdrawn", "P183D", "c1")),
        ("expired", ("expiry", "expired", "P0D", "controller-1")),
        ("invalidated", ("invalidation", "invalidated", "P181DT86399S", "controller-1")),
    ],
)
def test_an_event_says_what_happened_how_long_it_holds_and_who_did_it(
    story: str, expected: tuple[str, ...]
) -> None:
    event = made(a_notice(), *STORIES[story])["events"][-1]
    fields = ("event_type", "event_state", "validity_duration", "entity_id")
    assert tuple(event[field] for field in fields) == expected


def test_an_event_keeps_where_and_how_the_choice_was_made() -> None:
    """R24: time, purposes granted and refused, notice, language, and the way there."""
    choice = a_choice(layer="preferences")
    event = event_of(choice, 12)
    assert event["event_time"] == "2027-01-15T08:00:00Z"
    assert event["consented"] == {"analytics": True, "marketing": False}
    assert event["privacy_notice_id"] == choice.notice
    assert [event[name] for name in ("seq", "action", "layer", "method", "language")] == [
        12, "save", "preferences", "button", "nl",
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["consent-record", "consent-receipt"])
def test_the_schemas_are_schemas_and_describe_every_field(name: str) -> None:
    Draft202012Validator.check_schema(schema(name))

    def walk(part: Any, path: str) -> list[str]:
        if isinstance(part, list):
            return [found for one in part for found in walk(one, path)]
        if not isinstance(part, dict):
            return []
        bare = [
            f"{path}.{field}"
            for field, said in part.get("properties", {}).items()
            if isinstance(said, dict) and "description" not in said and "$ref" not in said
        ]
        return bare + [found for key, one in part.items() for found in walk(one, f"{path}.{key}")]

    assert walk(schema(name), name) == []
