"""Figures of showings and choices: by which days and groups, and what is left out of them."""

from __future__ import annotations

from datetime import date

import pytest

from gateway.rules.consentfigures import Counts, Row, Table
from gateway.rules.tallies import DEVICES, OUTCOMES, Period, class_of
from tests.rules.tallied import LATER, of, tally


def test_a_period_is_counted_by_outcome() -> None:
    made = of(
        [
            *(tally(3, "shown", 100), tally(3, "accepted", 30), tally(3, "partly", 10)),
            *(tally(9, "refused", 20), tally(3, "withdrawn", 6), tally(3, "signalled", 7)),
            *(tally(3, "handed_over", 50), tally(3, "expired", 50)),
        ]
    )
    assert made.total == Counts(
        shown=100, accepted=30, partly=10, refused=20, withdrawn=6, signalled=7,
        ignored=40, acceptance=30 / 60, partial=10 / 60,
    )  # fmt: skip


def test_nothing_and_too_little_look_alike() -> None:
    empty = of([])
    assert of([tally(3, o, 4) for o in OUTCOMES]) == empty
    assert (empty.total, empty.devices) == (Counts(), Table(None, None, (), Counts()))
    assert {day.counts for day in empty.days} == {Counts()}


@pytest.mark.parametrize(
    ("outcomes", "known"),
    [
        ({"accepted": 9, "refused": 9}, (None, 0.5)),
        ({"accepted": 9}, (None, None)),
        ({"shown": 9, "accepted": 9}, (None, None)),
        ({"shown": 30, "accepted": 9, "refused": 9}, (12, 0.5)),
        ({"shown": 9, "accepted": 9, "refused": 9}, (0, 0.5)),
    ],
)
def test_what_is_compared_has_to_be_known(
    outcomes: dict[str, int], known: tuple[int | None, float | None]
) -> None:
    """Choices without a showing, on the page of preferences, leave nothing open."""
    total = of([tally(3, outcome, times) for outcome, times in outcomes.items()]).total
    assert (total.ignored, total.acceptance) == known


def test_a_period_is_widened_to_the_stretches_it_touches() -> None:
    tallies = [tally(day, "shown", 10) for day in range(1, 32)]
    made = of(tallies, 7, 12)
    assert (made.first, made.last) == (date(2026, 5, 6), date(2026, 5, 15))
    assert made.total.shown == 100
    assert [day.date.day for day in made.days] == [7, 8, 9, 10, 11, 12]
    assert of(tallies, 26, 26).total.shown == 60
    assert of(tallies, 3, 3).total.shown == 50


def test_a_day_is_shown_when_it_is_over_and_a_stretch_too() -> None:
    tallies = [tally(day, "shown", 10) for day in range(1, 32)]
    made = of(tallies, 6, 12, today=date(2026, 5, 12))
    assert [day.counts.shown for day in made.days] == [10, 10, 10, 10, 10, 10, None]
    assert (made.last, made.total.shown) == (date(2026, 5, 10), 50)
    made = of(tallies, 11, 12, today=date(2026, 5, 12))
    assert (made.first, made.last, made.total) == (None, None, Counts())
    assert of(tallies, 12, 12, today=date(2026, 5, 1)).total == Counts()


def test_quiet_days_are_shown_together_with_those_before() -> None:
    tallies = [tally(1, "accepted", 2), tally(7, "accepted", 4), tally(8, "accepted", 5)]
    assert [of(tallies, 1, last).total.accepted for last in (5, 10)] == [None, 11]
    made = of(tallies, 6, 10)
    assert (made.total.accepted, made.days[2].counts.accepted) == (5, 5)
    assert made.days[1].counts.accepted is None


def test_what_is_too_little_at_the_end_of_a_month_is_never_shown() -> None:
    tallies = [tally(31, "accepted", 4), tally(32, "accepted", 4), tally(33, "accepted", 1)]
    assert of(tallies, 1, 61).total.accepted == 5
    assert of(tallies, 1, 31).total.accepted is None


def test_a_month_that_is_deleted_in_part_is_not_shown() -> None:
    tallies = [tally(day, "shown", 10) for day in range(1, 62)]
    assert of(tallies, 10, 61, kept=date(2026, 5, 1)).total.shown == 10 * 56
    made = of(tallies, 10, 61, kept=date(2026, 5, 2))
    assert (made.first, made.total.shown) == (date(2026, 6, 1), 300)
    assert made.days[5].counts == Counts()
    assert of(tallies, 10, 61, kept=date(2026, 6, 1)) == made
    assert of(tallies, 10, 20, kept=date(2026, 5, 2)).total == Counts()


def test_a_device_is_counted_under_one_of_five_classes() -> None:
    kinds = ("desktop", "phone", "tablet", "tv", "other", "bot", "watch", "")
    assert [class_of(kind) for kind in kinds] == [*DEVICES, "other", "other", "other"]


def test_only_so_many_days_are_read() -> None:
    period = Period(date(2010, 1, 1), date(2026, 5, 31), LATER, date(2000, 1, 1))
    assert (period.opens, period.closes) == (date(2023, 6, 1), date(2026, 5, 31))


def test_each_notice_language_and_class_of_device_has_a_row() -> None:
    made = of(
        [
            tally(2, "shown", 60, notice="old", device="desktop"),
            tally(2, "accepted", 10, notice="old", device="desktop"),
            tally(2, "refused", 30, notice="old", device="desktop"),
            tally(3, "shown", 90, notice="new", language="en"),
            tally(3, "accepted", 30, notice="new", language="en"),
            tally(3, "refused", 10, notice="new", language="en"),
        ],
        published={"old": 1, "new": 2},
    )
    many = Counts(shown=90, accepted=30, refused=10, ignored=50, acceptance=0.75, partial=0.0)
    few = Counts(shown=60, accepted=10, refused=30, ignored=20, acceptance=0.25, partial=0.0)
    days = date(2026, 5, 1), date(2026, 5, 5)
    rows = (Row("new", many, 2), Row("old", few, 1))
    assert made.notices == Table(*days, rows, Counts())
    assert made.languages == Table(*days, (Row("en", many), Row("nl", few)), Counts())
    assert made.devices == Table(*days, (Row("phone", many), Row("desktop", few)), Counts())


def test_a_small_group_takes_the_smallest_other_one_along() -> None:
    """Else it would be the total less the others."""
    sizes = {"phone": 60, "desktop": 40, "tablet": 6, "tv": 3}
    made = of([tally(2, "shown", size, device=kind) for kind, size in sizes.items()])
    assert [(row.value, row.counts.shown) for row in made.devices.rows] == [
        ("phone", 60),
        ("desktop", 40),
    ]
    assert made.devices.rest.shown == 9


def test_a_small_group_waits_for_more_where_much_would_be_hidden_with_it() -> None:
    tallies = [
        tally(day, "accepted", times, device=kind)
        for day in (1, 6, 11)
        for kind, times in (("phone", 20), ("desktop", 10), ("tv", 2))
    ]
    made = of(tallies, 1, 10).devices
    assert (made.first, made.rows) == (None, ())
    made = of(tallies, 1, 15).devices
    assert {row.value: row.counts.accepted for row in made.rows} == {
        "phone": 60, "desktop": 30, "tv": 6,
    }  # fmt: skip
    made = of(tallies[:-1], 1, 31).devices  # the month is over, and this is all there is of it
    assert [(row.value, row.counts.accepted) for row in made.rows] == [("phone", 60)]
    assert (made.last, made.rest.accepted) == (date(2026, 5, 31), 34)


def test_rates_of_a_group_are_those_of_days_on_which_it_can_be_compared() -> None:
    tallies = [tally(2, "accepted", 50), tally(7, "accepted", 30), tally(7, "refused", 10)]
    [row] = of(tallies).devices.rows
    assert row.counts == Counts(accepted=80, refused=10, acceptance=0.75, partial=0.0)
