"""A choice handed over to a sibling site: to whom, how much of it and for how long."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from gateway.errors import ChoiceError
from gateway.rules.consent import after_months, own_choices, still_holds
from gateway.rules.handover import (
    Misfit,
    addresses,
    digest_of,
    end_of_refusal,
    problems,
    take_over,
    take_over_refusal,
)
from gateway.rules.notice import publish
from gateway.rules.records import Choice, ConsentRecord, ConsentState, Notice
from gateway.rules.site import Controller
from tests.rules.building import NOON, a_choice, a_notice, a_standing

ALL = {"analytics": True, "marketing": True}
DAY = 86_400


@dataclass(frozen=True, slots=True)
class Kin:
    """What of a site decides who its siblings are."""

    id: str
    siblings: tuple[str, ...]
    controllers: tuple[Controller, ...] = ()
    origins: tuple[str, ...] = ()


def controllers(*names: str) -> tuple[Controller, ...]:
    return tuple(Controller(name, "Kade 1", "privacy@demo.example") for name in names)


def wrong(*sites: Kin) -> list[tuple[str, str]]:
    return [(found.site, found.sibling) for found in problems(sites)]


def test_sites_that_name_each_other_and_have_the_same_controllers_are_siblings() -> None:
    both = controllers("A", "B")
    sites = (Kin("one", ("two",), both), Kin("two", ("one", "two"), both[::-1]), Kin("three", ()))
    assert wrong(*sites) == []


def test_a_sibling_that_names_nobody_back_is_none() -> None:
    one, two = Kin("one", ("two",)), Kin("two", ())
    wanted = "a site that names 'one' under its own siblings"
    assert problems((one, two)) == [Misfit("one", "two", wanted)]


def test_a_sibling_that_is_no_site_here_is_told_with_those_that_are() -> None:
    wanted = "ids of sites of this gateway: one"
    assert problems([Kin("one", ("elsewhere",))]) == [Misfit("one", "elsewhere", wanted)]


def test_a_site_where_somebody_else_decides_too_is_no_sibling() -> None:
    """Neither way: consent is given to controllers, by name."""
    one = Kin("one", ("two",), controllers("A"))
    two = Kin("two", ("one",), controllers("A", "B"))
    assert wrong(one, two) == [("one", "two"), ("two", "one")]


def test_the_banner_is_told_every_origin_of_every_sibling() -> None:
    one = Kin("one", ("one", "two"), origins=("https://a.example", "https://b.example"))
    two = Kin("two", ("one",), origins=("https://c.example",))
    three = Kin("three", (), origins=("https://d.example",))
    sites = (one, two, three)
    assert addresses(one, sites) == {
        "https://a.example": "one",
        "https://b.example": "one",
        "https://c.example": "two",
    }
    assert addresses(three, sites) == {}


def test_the_code_itself_is_not_kept() -> None:
    assert len(digest_of("code")) == 64
    assert "code" not in digest_of("code")


SISTERS = {"nl": "Zuster", "en": "Sister"}


def notice(*siblings: Mapping[str, str], **changes: Any) -> Notice:
    """One that names to the visitor the sites on which the choice holds too."""
    said = json.loads(a_notice(**changes).content)
    return publish({**said, "siblings": list(siblings)}, NOON) if siblings else a_notice(**changes)


def sisters(**changes: Any) -> Notice:
    """What the other site's banner says."""
    return notice(id="sister", names=SISTERS, **changes)


OLD = notice(SISTERS)
SISTER = sisters()


def taken(
    choices: Mapping[str, bool] = ALL,
    *,
    old: Notice = OLD,
    new: Notice = SISTER,
    own: Mapping[str, bool] | None = None,
    until: int = NOON + 100 * DAY,
    language: str = "nl",
) -> Choice | None:
    given = a_standing(choices=choices, notice=old.id, valid_until=until)
    said = choices if own is None else own
    return take_over(
        given, said, old, new,
        new_id="new", language=language, jurisdiction="NL", months=6, now=NOON,
    )  # fmt: skip


def carried(*arguments: Any, **more: Any) -> Mapping[str, bool] | None:
    choice = taken(*arguments, **more)
    return None if choice is None else choice.choices


def test_a_consent_becomes_one_of_the_other_site_with_an_id_of_its_own() -> None:
    choice = taken()
    assert choice is not None
    assert (choice.site, choice.consent_id, choice.notice) == ("sister", "new", SISTER.id)
    assert (choice.state, choice.choices, choice.action) == (ConsentState.GIVEN, ALL, "accept")
    assert (choice.layer, choice.method, choice.time) == ("handover", "button", NOON)


def test_a_consent_to_a_part_is_one_to_that_part() -> None:
    choice = taken({"analytics": True, "marketing": False})
    assert choice is not None
    assert choice.choices == {"analytics": True, "marketing": False}
    assert choice.action == "save"


def test_it_lasts_no_longer_than_was_told_on_either_site() -> None:
    """R17."""
    for until, wanted in (
        (NOON + 100, NOON + 100),
        (NOON + 400 * DAY, after_months(NOON, 6)),
    ):
        choice = taken(until=until)
        assert choice is not None
        assert choice.valid_until == wanted


def purposes(**changes: Any) -> list[dict[str, Any]]:
    """Those of the demo, with changes by id; None leaves one out."""
    made: list[dict[str, Any]] = json.loads(a_notice().content)["purposes"]
    return [
        {**one, **(changes.get(one["id"]) or {})}
        for one in made
        if changes.get(one["id"], {}) is not None
    ]


FILM = [{"name": "Filmhuis", "country": "NL"}]
MEANINGS: list[tuple[str, dict[str, Any], dict[str, Any], dict[str, bool]]] = [
    ("the same", {}, {}, ALL),
    ("asked there alone", {"marketing": None}, {}, {"analytics": True}),
    ("asked here alone", {}, {"marketing": None}, {"analytics": True}),
    ("newer there", {}, {"marketing": {"revision": 2}}, {"analytics": True}),
    ("newer here", {"marketing": {"revision": 2}}, {}, {"analytics": True}),
    ("one more recipient", {}, {"marketing": {"recipients": FILM}}, {"analytics": True}),
    ("one recipient less", {"marketing": {"recipients": FILM}}, {}, ALL),
    ("another basis there", {}, {"marketing": {"basis": "contract"}}, {"analytics": True}),
]


@pytest.mark.parametrize(
    ("here", "there", "wanted"), [case[1:] for case in MEANINGS], ids=[case[0] for case in MEANINGS]
)
def test_a_yes_goes_along_where_the_purpose_is_the_same(
    here: dict[str, Any], there: dict[str, Any], wanted: dict[str, bool]
) -> None:
    """What does not go along is not among the choices: it is still asked (R18)."""
    old = notice(SISTERS, purposes=purposes(**here))
    new = sisters(purposes=purposes(**there))
    chosen = {purpose: True for purpose in ALL if here.get(purpose, {}) is not None}
    assert carried(chosen, old=old, new=new) == wanted


def test_what_is_asked_there_besides_makes_it_no_acceptance_of_everything() -> None:
    choice = taken({"analytics": True}, old=notice(SISTERS, purposes=purposes(marketing=None)))
    assert choice is not None
    assert choice.action == "save"


def test_a_no_goes_along_whatever_has_changed() -> None:
    """R16: who said no to less says no to more."""
    new = sisters(purposes=purposes(marketing={"revision": 2, "recipients": FILM}))
    said = {"analytics": True, "marketing": False}
    assert carried(said, new=new) == said


NOTHING = [
    ("the notice named no sibling", {"old": notice()}),
    ("it had another name then", {"old": notice({"nl": "Zuster"})}),
    ("a controller more", {"new": sisters(controllers=[
        {"name": "Ander B.V.", "address": "Kade 2", "contact": "x@y.example"}])}),
    ("only the no is left", {
        "choices": {"analytics": False, "marketing": True},
        "new": sisters(purposes=purposes(marketing={"revision": 2}))}),
]  # fmt: skip


@pytest.mark.parametrize("case", [case[1] for case in NOTHING], ids=[case[0] for case in NOTHING])
def test_where_no_yes_goes_along_the_other_site_asks(case: dict[str, Any]) -> None:
    assert taken(**case) is None


def test_a_language_the_site_does_not_speak_is_refused() -> None:
    with pytest.raises(ChoiceError, match="does not speak 'fr'") as raised:
        taken(language="fr")
    assert raised.value.hint == "send one of nl as language"


def test_a_refusal_becomes_one_without_any_identifier() -> None:
    """P7."""
    choice = take_over_refusal(
        NOON + 5 * DAY, SISTER, language="nl", jurisdiction="NL", months=6, now=NOON
    )
    assert (choice.site, choice.consent_id) == ("sister", None)
    assert choice.choices == {"analytics": False, "marketing": False}
    assert (choice.state, choice.action) == (ConsentState.REFUSED, "reject")
    assert (choice.layer, choice.method) == ("handover", "button")
    assert choice.valid_until == NOON + 5 * DAY


REFUSALS = [
    ("a while", NOON + 9 * DAY, NOON + 9 * DAY - 1),
    ("for ever, says its cookie", NOON + 4000 * DAY, after_months(NOON, 6)),
    ("no more", NOON, None),
]


@pytest.mark.parametrize(
    ("until", "end"), [case[1:] for case in REFUSALS], ids=[case[0] for case in REFUSALS]
)
def test_a_refusal_lasts_as_long_as_it_did(until: int, end: int | None) -> None:
    assert end_of_refusal(until, months=6, now=NOON) == end


def test_a_refusal_handed_to_and_fro_lasts_no_day_longer() -> None:
    """Its cookie is rounded up to a whole day, each time it is written."""
    until = (NOON // DAY + 30) * DAY
    for _ in range(5):
        end = end_of_refusal(until, months=6, now=NOON)
        assert end is not None
        assert (end // DAY + 1) * DAY == until


def recorded(choices: Mapping[str, bool], method: str) -> ConsentRecord:
    return ConsentRecord(1, a_choice(choices=choices, method=method), None, None, "", "")


def test_what_the_timer_switched_off_the_visitor_never_refused() -> None:
    """R18: the other site asks it, and a no of the visitor goes along as it did."""
    off = {"analytics": True, "marketing": False}
    chosen = recorded(ALL, "button")
    own = own_choices([recorded(off, "button"), chosen, recorded(off, "timer")])
    assert own == ALL
    assert carried(off, own=own) == {"analytics": True}
    assert carried(off, own=off) == off
    assert own_choices([chosen, recorded(off, "page")]) == off


def test_of_records_by_the_timer_alone_no_no_is_known() -> None:
    """A history is bounded, and may begin after the choice."""
    off = {"analytics": True, "marketing": False}
    assert own_choices([recorded(off, "timer")]) == {}
    assert own_choices([]) == {}
    assert still_holds(off, {}) == {"analytics": True}
