"""Messages to recipients: what they say, that the signature holds, when they are tried again."""

from __future__ import annotations

import base64
import json

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from gateway.rules.message import BACK_OFF, DAY, FAILED, Ended, Verdict, body, headers, verdict
from gateway.rules.seal import Seal, name_of
from tests.rules.building import NOON

SEAL = Seal([bytes(32), bytes(range(32))])
ENDED = Ended("msg_1", "demo", "c1", "withdrawn", ("analytics", "marketing"), NOON)


def test_it_names_the_consent_what_became_of_it_and_when() -> None:
    assert json.loads(body(ENDED)) == {
        "type": "consent.ended",
        "site": "demo",
        "consent_id": "c1",
        "state": "withdrawn",
        "purposes": ["analytics", "marketing"],
        "time": "2027-01-15T08:00:00Z",
    }


def test_anybody_can_check_it_with_the_published_key_of_that_name() -> None:
    content = body(ENDED)
    said = headers("msg_1", content, SEAL, NOON + 9)
    assert said["webhook-id"] == "msg_1"
    assert said["webhook-timestamp"] == str(NOON + 9)
    version, _, signature = said["webhook-signature"].partition(",")
    assert version == "v1a"
    public = SEAL.public[said["webhook-key"]]
    assert name_of(public) == said["webhook-key"] == list(SEAL.public)[-1]
    key, raw = Ed25519PublicKey.from_public_bytes(public), base64.b64decode(signature)
    key.verify(raw, b"msg_1.%d." % (NOON + 9) + content)
    for other in (b"msg_2.%d." % (NOON + 9), b"msg_1.%d." % NOON):
        with pytest.raises(InvalidSignature):
            key.verify(raw, other + content)


@pytest.mark.parametrize("status", [200, 202, 204, 299])
def test_an_answer_from_200_to_299_is_heard(status: int) -> None:
    assert verdict(status, 99, NOON) == Verdict(delivered=True)


def test_it_is_tried_for_more_than_two_days_later_each_time_and_then_no_more() -> None:
    now, waits = NOON, []
    for attempt in range(1, len(BACK_OFF) + 1):
        next_try = verdict(500, attempt, now).next_try
        assert next_try is not None
        waits.append(next_try - now)
        now = next_try
    assert waits == sorted(waits) == list(BACK_OFF)
    assert waits[0] == 5
    assert now - NOON > 2 * DAY
    for attempt in (len(BACK_OFF) + 1, len(BACK_OFF) + 2):
        assert verdict(500, attempt, now) == FAILED


@pytest.mark.parametrize("status", [None, 199, 300, 302, 400, 404, 429, 503])
def test_any_other_answer_or_none_is_tried_again(status: int | None) -> None:
    assert verdict(status, 1, NOON) == Verdict(delivered=False, next_try=NOON + 5)


def test_a_recipient_who_is_gone_is_not_asked_again() -> None:
    assert verdict(410, 1, NOON, "5") == FAILED


@pytest.mark.parametrize(
    ("asked", "wait"),
    [
        ("", 5),
        ("3", 5),
        (" 60 ", 60),
        ("86401", DAY),
        ("9" * 400, DAY),
        ("Fri, 15 Jan 2027 08:01:00 GMT", 60),
        ("Fri, 15 Jan 2027 07:00:00 GMT", 5),
        ("Sat, 15 Jan 2028 08:00:00 GMT", DAY),
        ("Fri, 99 Jan 2027 08:01:00 GMT", 5),
        ("Fri, 15 Jan 99999 08:01:00 GMT", 5),
        ("-60", 5),
        ("²", 5),
        ("soon", 5),
    ],
)
def test_it_waits_longer_when_the_recipient_asks_but_a_day_at_most(asked: str, wait: int) -> None:
    assert verdict(503, 1, NOON, asked).next_try == NOON + wait
