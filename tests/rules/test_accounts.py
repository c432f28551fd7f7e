"""The account book's arithmetic."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from gateway.rules.accounts import account, together
from gateway.rules.records import Drop

_OUTCOMES = st.dictionaries(
    st.sampled_from(["kept", "of_a_later_version", *(drop.value for drop in Drop)]),
    st.integers(1, 10**9),
)


def test_every_reason_has_a_line_in_the_order_of_the_gate() -> None:
    one = account({"bot": 2, "kept": 3})
    assert list(one.dropped) == [drop.value for drop in Drop]
    assert (one.received, one.kept, one.dropped["bot"], one.dropped["expired"]) == (5, 3, 2, 0)


def test_a_reason_that_has_no_name_any_more_is_counted_all_the_same() -> None:
    one = account({"kept": 1, "gone": 4})
    assert (one.received, one.dropped["gone"]) == (5, 4)


@given(st.lists(_OUTCOMES))
def test_received_is_kept_and_dropped_for_one_and_for_all(books: list[dict[str, int]]) -> None:
    accounts = [account(outcomes) for outcomes in books]
    for one, outcomes in zip(accounts, books, strict=True):
        assert one.received == sum(outcomes.values())
    total = together(accounts)
    assert total.received == sum(one.received for one in accounts)
    assert total.kept == sum(one.kept for one in accounts)
