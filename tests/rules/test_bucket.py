"""Token buckets: what may come at once, what may come a second, and what is remembered of whom."""

from __future__ import annotations

from itertools import combinations, pairwise
from math import ceil, floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.rules.bucket import Allowance, Buckets, Rate, Turnstile

BOUNDLESS = Rate(0, 1)

rates = st.builds(Rate, st.floats(0.01, 1e5), st.integers(1, 200))
steps = st.lists(st.one_of(st.just(0.0), st.floats(0, 2), st.floats(0, 1e4)), max_size=120)
starts = st.floats(-1e6, 1e7)


def let_through(buckets: Buckets, moments: list[float], key: str = "a") -> list[float]:
    """Those of the moments at which a request passed."""
    return [now for now in moments if buckets.take(key, now) == 0]


def at(start: float, apart: list[float]) -> list[float]:
    moments = [start]
    for step in apart:
        moments.append(moments[-1] + step)
    return moments


def test_a_burst_passes_and_the_next_one_waits_for_its_token() -> None:
    buckets = Buckets(Rate(per_second=2, burst=3))
    assert [buckets.take("a", 10.0) for _ in range(4)] == [0, 0, 0, pytest.approx(0.5, abs=0.01)]


def test_after_a_burst_as_many_pass_as_the_rate_allows() -> None:
    buckets = Buckets(Rate(per_second=2, burst=3))
    every_tenth = [tenth / 10 for tenth in range(101)]
    assert len(let_through(buckets, every_tenth)) == 3 + 2 * 10


def test_a_quiet_hour_saves_up_one_burst_and_no_more() -> None:
    buckets = Buckets(Rate(per_second=2, burst=3))
    buckets.take("a", 0.0)
    assert len(let_through(buckets, [3600.0] * 10)) == 3


def test_asking_in_vain_does_not_make_the_wait_longer() -> None:
    buckets = Buckets(Rate(per_second=1, burst=1))
    buckets.take("a", 0.0)
    assert not let_through(buckets, [0.5] * 1000)
    assert buckets.take("a", 1.0) == 0


def test_every_key_has_a_bucket_of_its_own() -> None:
    buckets = Buckets(Rate(per_second=1, burst=2))
    assert len(let_through(buckets, [0.0] * 5, "a")) == len(let_through(buckets, [0.0] * 5, "b"))


def test_a_rate_of_zero_lets_everybody_pass_and_remembers_nobody() -> None:
    buckets = Buckets(BOUNDLESS)
    assert len(let_through(buckets, [0.0] * 1000)) == 1000
    assert len(buckets) == 0


@given(rates, starts, steps)
def test_in_no_span_of_time_pass_more_than_the_burst_and_what_the_rate_adds(
    rate: Rate, start: float, apart: list[float]
) -> None:
    passed = let_through(Buckets(rate), at(start, apart))
    for (first, begin), (last, end) in combinations(enumerate(passed), 2):
        assert last - first + 1 <= floor(rate.burst + rate.per_second * (end - begin) + 0.01)


@given(rates, starts, steps)
def test_the_very_same_pass_as_with_a_bucket_whose_level_rises(
    rate: Rate, start: float, apart: list[float]
) -> None:
    """The bucket as everybody knows it, a number for its level and one for its last change."""
    buckets, level, before = Buckets(rate), float(rate.burst), start
    for now in at(start, apart):
        level = min(rate.burst, level + rate.per_second * (now - before))
        before = now
        passed = buckets.take("a", now) == 0
        if abs(level - 1) > 0.01:  # else a rounding error may decide
            assert passed == (level >= 1)
        level -= passed


@given(rates, starts, steps)
def test_who_waits_as_long_as_told_passes(rate: Rate, start: float, apart: list[float]) -> None:
    buckets = Buckets(rate)
    moments = at(start, apart)
    wait = [buckets.take("a", now) for now in moments][-1]
    assert buckets.take("a", moments[-1] + max(wait, 1 / rate.per_second)) == 0


@given(st.integers(2, 50), st.lists(st.integers(0, 200), max_size=500))
def test_never_more_keys_are_remembered_than_may_be(most: int, keys: list[int]) -> None:
    buckets = Buckets(Rate(per_second=1, burst=2), most)
    for moment, key in enumerate(keys):
        buckets.take(str(key), moment / 100)
        assert len(buckets) <= most


def test_a_flood_of_strangers_does_not_open_the_door_to_who_goes_on_asking() -> None:
    """As long as it asks now and then, its bucket stays empty, also over a change of the halves."""
    buckets = Buckets(Rate(per_second=0.001, burst=5), most=100)
    let_through(buckets, [0.0] * 5)
    for stranger in range(1000):
        buckets.take(f"stranger {stranger}", 0.0)
        if stranger % 20 == 0:
            assert buckets.take("a", 0.0) > 0


def test_who_was_forgotten_starts_with_a_full_bucket() -> None:
    buckets = Buckets(Rate(per_second=0.001, burst=5), most=10)
    let_through(buckets, [0.0] * 5)
    for stranger in range(10):
        buckets.take(f"stranger {stranger}", 0.0)
    assert len(let_through(buckets, [0.0] * 9)) == 5


def test_who_stopped_asking_is_forgotten_in_twice_the_time_a_bucket_needs_to_fill() -> None:
    buckets = Buckets(Rate(per_second=2, burst=10))
    for stranger in range(100):
        buckets.take(f"stranger {stranger}", 0.0)
    remembered = []
    for tenth in range(1, 103):
        buckets.take("a", tenth / 10)
        remembered.append(len(buckets))
    assert remembered[0] == 101
    assert remembered[-1] <= 2


def test_after_a_quiet_time_nobody_is_remembered() -> None:
    buckets = Buckets(Rate(per_second=2, burst=10))
    for stranger in range(100):
        buckets.take(f"stranger {stranger}", 0.0)
    buckets.take("a", 60.0)
    assert len(buckets) == 1


def test_one_network_cannot_use_up_what_a_site_has() -> None:
    door = Turnstile(Allowance(network=Rate(1, 4), site=Rate(1, 10)))
    assert [door.take("demo", "flood", 0.0) for _ in range(1000)].count(0) == 4
    others = [door.take("demo", f"other {number}", 0.0) for number in range(10)]
    assert others.count(0) == 10 - 4


def test_all_networks_together_have_what_the_site_has_and_other_sites_theirs() -> None:
    door = Turnstile(Allowance(network=Rate(1, 4), site=Rate(1, 10)))
    assert [door.take("demo", str(number), 0.0) for number in range(50)].count(0) == 10
    assert door.take("veldkamp", "0", 0.0) == 0


def test_who_has_no_network_counts_for_the_site_only() -> None:
    door = Turnstile(Allowance(network=Rate(1, 1), site=Rate(1, 10)))
    assert [door.take("demo", None, 0.0) for _ in range(50)].count(0) == 10


def test_a_wait_is_told_in_whole_seconds_of_which_there_is_at_least_one() -> None:
    door = Turnstile(Allowance(network=Rate(1000, 1), site=BOUNDLESS))
    assert [door.take("demo", "a", 0.0) for _ in range(2)] == [0, 1]
    slow = Turnstile(Allowance(network=BOUNDLESS, site=Rate(0.1, 1)))
    assert [slow.take("demo", "a", 0.0) for _ in range(2)] == [0, 10]


@given(rates, st.integers(1, 64))
def test_the_parts_of_several_processes_are_no_more_than_the_whole(rate: Rate, by: int) -> None:
    part = Allowance(rate, rate).shared(by).network
    assert by * part.per_second == pytest.approx(rate.per_second)
    assert by * part.burst == pytest.approx(max(by, rate.burst))
    assert Allowance(rate, rate).shared(by).site == part


def test_waits_grow_by_one_token_at_a_time() -> None:
    buckets = Buckets(Rate(per_second=4, burst=1))
    buckets.take("a", 0.0)
    waits = [buckets.take("a", now / 100) for now in range(24)]
    assert all(later < sooner for sooner, later in pairwise(waits))
    assert ceil(waits[0]) == 1
