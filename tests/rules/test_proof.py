"""A receipt proves itself with a public key alone, and nothing in it can be changed unseen."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.rules import proof
from gateway.rules.ledger import link
from gateway.rules.records import ConsentRecord, ConsentState
from gateway.rules.seal import Seal
from tests.receipting import SEAL, Receipt, faults, log_of, receipt_of
from tests.rules.building import NOON, a_choice

ALL = {"analytics": True, "marketing": True}
NONE = {"analytics": False, "marketing": False}
PUBLIC = SEAL.public
STRANGER = Seal([bytes([7] * 32)])


def _records() -> list[ConsentRecord]:
    """Given, changed, and after a stranger's choice withdrawn."""
    log = log_of(
        a_choice("someone else"),
        a_choice(choices=ALL),
        a_choice(time=NOON + 60, layer="preferences"),
        a_choice(None, time=NOON + 70),
        a_choice(time=NOON + 80, state=ConsentState.WITHDRAWN, choices=NONE, action="withdraw"),
    )
    return [record for record in log if record.choice.consent_id == "c1"]


RECORDS = _records()
RECEIPT = receipt_of(RECORDS)


def signed_anew(receipt: Receipt, key: Seal = SEAL) -> Receipt:
    """As if whoever holds the key had made it so."""
    said = {name: value for name, value in receipt.items() if name != "signature"}
    name, value = key.attest(proof.PURPOSE, said)
    return {**said, "signature": {**receipt["signature"], "key": name, "value": value}}


def changed(change: Callable[[Receipt], object], receipt: Receipt = RECEIPT) -> Receipt:
    made = copy.deepcopy(receipt)
    change(made)
    return made


def test_a_receipt_holds_by_the_public_key_alone_and_fits_its_schema() -> None:
    assert proof.check(RECEIPT, PUBLIC) == []
    assert faults(RECEIPT) == []


def test_the_first_record_of_a_log_holds_too() -> None:
    assert proof.check(receipt_of(log_of(a_choice())), PUBLIC) == []


def test_the_same_consent_gives_the_same_receipt_to_the_byte() -> None:
    assert json.dumps(receipt_of(_records())) == json.dumps(RECEIPT)


def test_the_receipt_does_not_hold_its_code() -> None:
    """It may be shown to anybody; the code is for the visitor alone."""
    assert RECEIPT["receipt"]["receipt_id"] not in json.dumps(RECEIPT["proof"])
    assert set(RECEIPT["receipt"]) == {"schema_version", "receipt_id", "record"}


def test_a_receipt_made_before_the_key_was_replaced_still_holds() -> None:
    both = Seal([bytes(range(32)), bytes([9] * 32)])
    assert proof.check(RECEIPT, both.public) == []
    later = receipt_of(RECORDS, key=both)
    assert later["signature"]["key"] != RECEIPT["signature"]["key"]
    assert proof.check(later, both.public) == []


def test_a_receipt_of_another_key_does_not_hold_whatever_keys_it_brings_along() -> None:
    problems = proof.check(receipt_of(RECORDS, key=STRANGER), PUBLIC)
    assert "it is signed with a key that is not one of the published ones" in problems
    assert sum("the signature of the head" in one for one in problems) == len(RECORDS)


def test_a_signature_of_another_kind_does_not_pass_for_one_of_a_receipt() -> None:
    said = {name: value for name, value in RECEIPT.items() if name != "signature"}
    _, value = SEAL.attest("something else", said)
    problems = proof.check(changed(lambda r: r["signature"].update(value=value)), PUBLIC)
    assert problems == ["its signature does not hold: something in it was changed"]


def leaves(part: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to every value that is no object and no list."""
    if isinstance(part, dict | list):
        for key, value in part.items() if isinstance(part, dict) else enumerate(part):
            yield from leaves(value, (*path, key))
    else:
        yield path


def _other(value: Any) -> Any:
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    return f"{value[:-1]}{'0' if value[-1:] != '0' else '1'}"


@pytest.mark.parametrize("path", list(leaves(RECEIPT)), ids=lambda path: ".".join(map(str, path)))
def test_every_value_that_is_changed_is_found(path: tuple[Any, ...]) -> None:
    made = copy.deepcopy(RECEIPT)
    part = made
    for key in path[:-1]:
        part = part[key]
    others: tuple[Any, ...] = (_other(part[path[-1]]), None, 1.5, "", [], {})
    for value in others:
        part[path[-1]] = value
        assert proof.check(made, PUBLIC), value


def test_one_changed_byte_anywhere_is_found() -> None:
    text = json.dumps(RECEIPT, ensure_ascii=False)
    chance, tried = random.Random(27560), 0
    while tried < 2_000:
        place = chance.randrange(len(text))
        other = text[:place] + chr(chance.randrange(32, 127)) + text[place + 1 :]
        try:
            read = json.loads(other)
        except ValueError:
            continue
        if read == RECEIPT:  # the same letter, or a space that means nothing
            continue
        tried += 1
        assert proof.check(read, PUBLIC), (place, text[place], other[place])


@pytest.mark.parametrize(
    "damage",
    [
        lambda r: r["proof"]["records"].pop(),
        lambda r: r["proof"]["records"].pop(0),
        lambda r: r["proof"]["records"].reverse(),
        lambda r: r["proof"]["records"].append(r["proof"]["records"][0]),
        lambda r: r["receipt"]["record"]["events"].pop(),
        lambda r: r["receipt"]["record"]["pii_processing"]["purposes"].pop(),
        lambda r: r["receipt"]["record"].update(extra=1),
        lambda r: r.update(extra=1),
        lambda r: r.pop("proof"),
        lambda r: r["proof"]["records"].clear(),
    ],
)
def test_what_is_taken_out_put_in_or_moved_is_found(damage: Callable[[Receipt], object]) -> None:
    assert proof.check(changed(damage), PUBLIC)


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(["receipt", "proof", "signature", "x"]), values))
def test_any_object_at_all_is_answered_and_not_crashed_on(said: dict[str, Any]) -> None:
    assert proof.check(said, PUBLIC)


@given(st.sampled_from(list(leaves(RECEIPT))), values)
def test_any_value_in_any_place_is_answered(path: tuple[Any, ...], value: Any) -> None:
    made = copy.deepcopy(RECEIPT)
    part = made
    for key in path[:-1]:
        part = part[key]
    same = type(part[path[-1]]) is type(value) and part[path[-1]] == value
    part[path[-1]] = value
    assert bool(proof.check(made, PUBLIC)) is not same


def test_half_a_character_and_a_depth_without_end_are_answered() -> None:
    deep: list[Any] = []
    for _ in range(100_000):
        deep = [deep]
    processing = RECEIPT["receipt"]["record"]["pii_processing"]
    for value in ("\ud800", deep):
        made = copy.deepcopy(RECEIPT)
        made["receipt"]["record"] = {
            **RECEIPT["receipt"]["record"],
            "pii_processing": {**processing, "privacy_notice": value},
        }
        assert proof.check(made, PUBLIC)
        events = [{**RECEIPT["receipt"]["record"]["events"][0], "layer": value}]
        made["receipt"]["record"] = {**RECEIPT["receipt"]["record"], "events": events}
        assert any("`events`" in one for one in proof.check(made, PUBLIC))


def _record(place: int, **said: object) -> Callable[[Receipt], object]:
    return lambda r: r["proof"]["records"][place]["record"].update(said)


def _told(**said: object) -> Callable[[Receipt], object]:
    return lambda r: r["receipt"]["record"]["pii_processing"].update(said)


def _event(**said: object) -> Callable[[Receipt], object]:
    return lambda r: r["receipt"]["record"]["events"][0].update(said)


def _purpose(**said: object) -> Callable[[Receipt], object]:
    return lambda r: r["receipt"]["record"]["pii_processing"]["purposes"][0].update(said)


@pytest.mark.parametrize(
    ("lie", "problem"),
    [
        (_record(0, language="en"), "record 2: its content does not match its digest"),
        (_record(1, previous="0" * 64), "record 3: it does not follow the record before it"),
        (_record(0, seq=4), "record 3 does not come after record 4"),
        (_record(0, seq=1), "record 1: it does not follow the record before it"),
        (_record(0, site="veldkamp"), "record 2 is of another site's log"),
        (lambda r: r["proof"]["records"][0].update(salt="x"), "its personal part does not match"),
        (
            lambda r: r["receipt"]["record"]["header"].update(pii_principal_id="c2"),
            "its personal part does not match",
        ),
        (
            lambda r: r["receipt"]["record"]["header"].update(record_id="0" * 64),
            "`record_id` says other",
        ),
        (
            lambda r: r["proof"]["records"][0].update(head=r["proof"]["records"][1]["head"]),
            "the signed head of record 2 is about another record",
        ),
        (
            lambda r: r["proof"]["records"][0]["head"].update(signature="0" * 128),
            "the signature of the head of record 2 does not hold",
        ),
        (
            lambda r: r["proof"]["keys"][0].update(public_key="0" * 64),
            "it has another key under the name",
        ),
        (_event(layer="api"), "`events` says other"),
        (_event(seq=True), "`events` says other"),
        (_purpose(consented=True), "`purposes` says other"),
        (_purpose(purpose_id="marketing"), "`purposes` says other"),
        (_purpose(pii_controllers=["controller-9"]), "`parties` says other"),
        (_purpose(recipient_third_parties=["recipient-9"]), "`parties` says other"),
        (_told(authority_party="nobody"), "`parties` says other"),
        (_told(language="en"), "`language` says other"),
        (_told(jurisdiction="DE"), "`jurisdiction` says other"),
        (_told(privacy_notice_id="0" * 64), "`privacy_notice_id` says other"),
    ],
)
def test_a_document_that_says_other_than_the_log_is_found_even_when_we_sign_it(
    lie: Callable[[Receipt], object], problem: str
) -> None:
    problems = proof.check(signed_anew(changed(lie)), PUBLIC)
    assert any(problem in one for one in problems), problems


def test_an_unknown_version_is_refused_before_anything_else() -> None:
    made = signed_anew(changed(lambda r: r["receipt"].update(schema_version="27560-2029/7")))
    [problem] = proof.check(made, PUBLIC)
    assert problem.startswith("it is no receipt of a version this check knows")


def test_records_of_others_in_between_are_no_gap() -> None:
    """Only neighbours of one consent can be chained inside its receipt; heads tie the others."""
    assert [record.seq for record in RECORDS] == [2, 3, 5]
    rewritten = link("1" * 64, 5, RECORDS[2].choice, "salt 5")
    made = receipt_of([*RECORDS[:2], rewritten])
    assert proof.check(made, PUBLIC) == []  # signed by us: so the gateway's word, as any head
    assert proof.check(receipt_of([*RECORDS[:2], rewritten], key=STRANGER), PUBLIC)
