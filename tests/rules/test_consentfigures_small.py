"""No small number of showings or choices is to be had by subtracting figures (P9)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.rules.consentfigures import Counts, Report, Table
from gateway.rules.tallies import OUTCOMES, Tally
from tests.rules.tallied import MAY, numbers, of, tally

histories = st.lists(
    st.builds(
        tally,
        st.integers(1, 70),
        st.sampled_from(("shown", "accepted", "refused")),
        st.sampled_from((1, 1, 2, 3, 5, 8, 30)),
        notice=st.sampled_from(("a", "b")),
        language=st.sampled_from(("nl", "en")),
        device=st.sampled_from(("desktop", "phone", "tv")),
    ),
    max_size=60,
)
thresholds = st.integers(1, 6)
spans = st.tuples(st.integers(1, 70), st.integers(0, 40)).map(lambda two: (two[0], sum(two)))
todays = st.integers(2, 80)


def tables(made: Report) -> Iterator[Table]:
    yield from (made.notices, made.languages, made.devices)


def all_numbers(made: Report) -> Counter[tuple[str, str]]:
    """Every number of a report, by its place in it; what is not shown is nothing."""
    places = {"total": made.total}
    places |= {day.date.isoformat(): day.counts for day in made.days}
    for name, table in zip(("notice", "language", "device"), tables(made), strict=True):
        places |= {f"{name} {row.value}": row.counts for row in table.rows}
        places[f"{name} rest"] = table.rest
    said = {(place, o): n for place, counts in places.items() for o, n in numbers(counts).items()}
    return Counter(said)


def added(parts: Sequence[Counts]) -> Counter[str]:
    total: Counter[str] = Counter()
    for part in parts:
        total.update(numbers(part))
    return total


def small(difference: int, threshold: int) -> bool:
    return 0 < abs(difference) < threshold


@settings(max_examples=300)
@given(histories, spans, thresholds, todays)
def test_two_periods_differ_by_nothing_or_by_enough(
    tallies: list[Tally], span: tuple[int, int], threshold: int, today: int
) -> None:
    """Whoever asks for a day more or less, or again tomorrow, learns of no small number."""
    first, last = span
    now = date.fromordinal(MAY + today - 1)

    def asked(first: int, last: int, now: date) -> Counter[tuple[str, str]]:
        return all_numbers(of(tallies, first, last, today=now, threshold=threshold))

    known = asked(first, last, now)
    assert not any(small(n, threshold) for n in known.values())
    for other in (
        *(asked(first, last + more, now) for more in (1, 2, 5)),
        *(asked(first - more, last, now) for more in (1, 2, 5)),
        *(asked(first, last, now + timedelta(days)) for days in (1, 5, 30)),
    ):
        for place in known.keys() | other.keys():
            assert not small(other[place] - known[place], threshold), place


@given(histories, spans, thresholds, todays)
def test_what_happens_today_changes_nothing(
    tallies: list[Tally], span: tuple[int, int], threshold: int, today: int
) -> None:
    """Whoever looks twice within a day sees the same."""
    before = [one for one in tallies if one.day < MAY + today - 1]
    more = [tally(today, outcome, 30) for outcome in OUTCOMES]
    now = date.fromordinal(MAY + today - 1)
    seen = of(before, *span, today=now, threshold=threshold)
    assert of([*before, *more], *span, today=now, threshold=threshold) == seen


@settings(max_examples=300)
@given(histories, spans, thresholds, todays)
def test_a_total_less_its_rows_or_days_is_nothing_or_enough(
    tallies: list[Tally], span: tuple[int, int], threshold: int, today: int
) -> None:
    now = date.fromordinal(MAY + today - 1)
    made = of(tallies, *span, today=now, threshold=threshold)
    for table in (Table(made.first, made.last, (), Counts()), *tables(made)):
        if table.first is None or table.last is None:
            continue
        # The same days as the table has, to leave nothing else in between.
        first, last = (day.toordinal() - MAY + 1 for day in (table.first, table.last))
        whole = of(tallies, first, last, today=now, threshold=threshold)
        total = numbers(whole.total)
        shown = [[row.counts for row in table.rows] for table in tables(whole)]
        shown += [[*rows, t.rest] for rows, t in zip(shown, tables(whole), strict=True)]
        shown.append([day.counts for day in whole.days])
        for parts in shown:
            less = added(parts)
            for outcome in OUTCOMES:
                left = total.get(outcome, 0) - less[outcome]
                assert left >= 0
                assert not small(left, threshold)


@settings(max_examples=200)
@given(histories, thresholds)
def test_of_whole_months_less_than_the_threshold_is_missing_in_each(
    tallies: list[Tally], threshold: int
) -> None:
    """And nothing where the threshold is one."""
    made = of(tallies, 1, 61, threshold=threshold)
    truth: Counter[str] = Counter()
    for one in tallies:
        truth[one.outcome] += one.times if one.day < MAY + 61 else 0
    for outcome in OUTCOMES:
        missing = truth[outcome] - (getattr(made.total, outcome) or 0)
        assert 0 <= missing <= 2 * (threshold - 1)
    for table in tables(made):
        assert added([*(row.counts for row in table.rows), table.rest]) == added([made.total])
