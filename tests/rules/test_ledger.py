"""The consent log as a chain: what was changed, removed, put in or moved is found (P5)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.rules.ledger import START, fault, link, person_digest
from gateway.rules.records import Choice, ConsentRecord, ConsentState
from tests.rules.building import NOON, a_choice

IDS = ("c1", None, "c2", "c1", None)


def chain(choices: Sequence[Choice]) -> list[ConsentRecord]:
    records: list[ConsentRecord] = []
    for seq, choice in enumerate(choices, 1):
        previous = records[-1].digest if records else START
        records.append(link(previous, seq, choice, f"salt {seq}"))
    return records


CHAIN = chain([a_choice(id_, time=NOON + n) for n, id_ in enumerate(IDS)])


def first_fault(records: Sequence[ConsentRecord]) -> int | None:
    """The number of the first record that does not add up."""
    previous = START
    for seq, record in enumerate(records, 1):
        if fault(record, previous, seq):
            return seq
        previous = record.digest
    return None


def test_a_log_as_it_was_written_adds_up() -> None:
    assert first_fault(CHAIN) is None
    assert [record.seq for record in CHAIN] == [1, 2, 3, 4, 5]
    assert CHAIN[0].previous == START


_OTHER: dict[str, object] = {
    "site": "other",
    "consent_id": "c9",
    "state": ConsentState.WITHDRAWN,
    "choices": {"analytics": True, "marketing": True},
    "notice": "0" * 64,
    "language": "en",
    "action": "withdraw",
    "layer": "page",
    "method": "api",
    "jurisdiction": "BE",
    "time": NOON + 1_000,
    "valid_until": NOON + 2_000,
}


@pytest.mark.parametrize("place", [0, 1, 2, 4])
@pytest.mark.parametrize("field", [field.name for field in fields(Choice)])
def test_a_choice_with_one_field_changed_is_found(field: str, place: int) -> None:
    record = CHAIN[place]
    changed = replace(record, choice=replace(record.choice, **{field: _OTHER[field]}))  # type: ignore[arg-type]
    assert first_fault([*CHAIN[:place], changed, *CHAIN[place + 1 :]]) == place + 1


@pytest.mark.parametrize("place", [0, 1, 2, 4])
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("seq", 9), ("salt", "another"), ("salt", ""), ("person", "0" * 64),
        ("previous", "0" * 63 + "1"), ("digest", "0" * 64),
    ],
)  # fmt: skip
def test_a_link_with_one_field_changed_is_found(field: str, value: object, place: int) -> None:
    changed = replace(CHAIN[place], **{field: value})  # type: ignore[arg-type]
    assert first_fault([*CHAIN[:place], changed, *CHAIN[place + 1 :]]) == place + 1


@pytest.mark.parametrize(
    "choices",
    [
        {"analytics": True}, {"analytics": False, "marketing": False}, {},
        {"analytics": True, "marketing": False, "more": False},
    ],
    ids=str,
)  # fmt: skip
def test_every_change_of_what_was_chosen_is_found(choices: dict[str, bool]) -> None:
    record = replace(CHAIN[0], choice=replace(CHAIN[0].choice, choices=choices))
    assert first_fault([record, *CHAIN[1:]]) == 1


def test_half_of_a_personal_part_is_found() -> None:
    without_id = replace(CHAIN[0], choice=replace(CHAIN[0].choice, consent_id=None))
    without_salt = replace(CHAIN[0], salt=None)
    assert fault(without_id, START, 1) == "a salt is left without its consent id"
    assert fault(without_salt, START, 1) == "its personal part does not match its digest"


def test_half_a_character_is_a_fault_and_no_crash() -> None:
    """UTF-8 has no bytes for it, so no digest of ours can cover it; a damaged file may hold it."""
    record = replace(CHAIN[0], choice=replace(CHAIN[0].choice, choices={"\ud800": True}))
    assert fault(record, START, 1) == "it holds half a character, which no text of ours does"


def test_the_digest_of_a_record_never_changes() -> None:
    """Logs that were written years ago must add up for as long as they are kept."""
    choice = replace(
        a_choice("c1"), notice="n" * 64, choices={"marketing": True, "änalytics": False}
    )
    record = link(START, 1, choice, "salt")
    assert record.person == "9337f919c4145810628ccc3aa2fb430cf447e8d66409efc81822e554b7af47f4"
    assert record.digest == "4f66b3941ec587218eb289e0a8d883612eac6fb58b01fdcb2c89552d75a0fc88"


def test_erasing_people_keeps_the_chain_whole() -> None:
    erased = [
        replace(record, salt=None, choice=replace(record.choice, consent_id=None))
        for record in CHAIN
    ]
    assert first_fault(erased) is None
    assert first_fault([erased[0], *CHAIN[1:]]) is None
    assert erased[0].person is not None


def test_an_erased_record_cannot_be_given_to_somebody_else() -> None:
    stolen = replace(CHAIN[0], salt="mine", choice=replace(CHAIN[0].choice, consent_id="c9"))
    assert first_fault([stolen, *CHAIN[1:]]) == 1


def test_a_refusal_has_no_personal_part() -> None:
    refusal = link(START, 1, a_choice(None), "salt")
    assert (refusal.salt, refusal.person, refusal.choice.consent_id) == (None, None, None)


def test_two_records_of_one_person_are_unlinkable_once_erased() -> None:
    assert CHAIN[0].choice.consent_id == CHAIN[3].choice.consent_id
    assert CHAIN[0].person != CHAIN[3].person


def test_without_a_person_there_is_nothing_to_digest() -> None:
    assert person_digest(None, None) is None


_DAMAGE: dict[str, Callable[[list[ConsentRecord]], tuple[list[ConsentRecord], int]]] = {
    "first removed": lambda log: (log[1:], 1),
    "one in the middle removed": lambda log: (log[:2] + log[3:], 3),
    "two swapped": lambda log: ([log[0], log[2], log[1], *log[3:]], 2),
    "one put in twice": lambda log: ([*log[:2], log[1], *log[2:]], 3),
    "one moved to the end": lambda log: (log[1:] + log[:1], 1),
    "one put in between": lambda log: (
        [*log[:2], link(log[1].digest, 3, a_choice("c9"), "s"), *log[2:]],
        4,
    ),
    "one put in and the rest renumbered": lambda log: (
        [
            *log[:2],
            link(log[1].digest, 3, a_choice("c9"), "s"),
            *(replace(record, seq=record.seq + 1) for record in log[2:]),
        ],
        4,
    ),
    "one removed and the rest renumbered": lambda log: (
        log[:1] + [replace(record, seq=record.seq - 1) for record in log[2:]],
        2,
    ),
    "one made anew": lambda log: (
        [*log[:1], link(log[0].digest, 2, a_choice("c9"), "s"), *log[2:]],
        3,
    ),
    "a log of another site in its place": lambda log: (
        [log[0], *chain([a_choice("c1", site="other")] * 5)[1:]],
        2,
    ),
}


@pytest.mark.parametrize("damage", list(_DAMAGE))
def test_a_log_that_was_tampered_with_is_found_by_walking_it(damage: str) -> None:
    damaged, seq = _DAMAGE[damage](list(CHAIN))
    assert first_fault(damaged) == seq


def test_a_missing_record_is_named() -> None:
    assert (
        fault(CHAIN[2], CHAIN[0].digest, 2) == "record 2 is missing; record 3 stands in its place"
    )


@given(st.lists(st.sampled_from(IDS), min_size=1, max_size=12), st.data())
def test_no_record_can_be_left_out_unless_it_was_the_last(
    ids: list[str | None], data: st.DataObject
) -> None:
    log = chain([a_choice(id_) for id_ in ids])
    place = data.draw(st.integers(0, len(log) - 1))
    found = first_fault(log[:place] + log[place + 1 :])
    assert found == (place + 1 if place < len(log) - 1 else None)
