"""What programs may ask, and how a question is understood."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest

from gateway.rules.apikey import BYTES, digest_of_key, is_key, key_of
from gateway.rules.figures.filters import Both, Either, Filter, Not
from gateway.rules.query import Asked, Query, query_of
from gateway.rules.querynames import DIMENSIONS, METRICS, QueryError

TODAY = date(2026, 11, 22)  # a Sunday
ZONE = ZoneInfo("Europe/Amsterdam")
GOALS = ("apply", "call")


def ask(goals: Sequence[str] = (), **changes: Any) -> Query:
    """A question about the visitors of a week, with changes."""
    said = {"site_id": "demo", "metrics": ["visitors"], "date_range": "7d", **changes}
    asked = msgspec.json.decode(msgspec.json.encode(said), type=Asked)
    return query_of(asked, TODAY, ZONE, 760, goals)


def refused(goals: Sequence[str] = (), **changes: Any) -> str:
    with pytest.raises(QueryError) as problem:
        ask(goals, **changes)
    return str(problem.value)


@pytest.mark.parametrize("name", METRICS[:8])
def test_every_metric_can_be_asked(name: str) -> None:
    assert not ask(metrics=[name]).read


@pytest.mark.parametrize("name", DIMENSIONS)
def test_every_dimension_can_be_asked_and_filtered(name: str) -> None:
    assert ask(dimensions=[name]).dimensions == (DIMENSIONS[name],)
    if name != "visit:country_name":
        [made] = ask(filters=[["is", name, ["x"]]]).condition.of  # type: ignore[union-attr, misc]
        assert made == Filter("is", DIMENSIONS[name], ("x",))


def test_properties_go_by_their_names() -> None:
    assert ask(dimensions=["event:props:position"]).dimensions == ("property:position",)


def test_a_filter_by_goals_leaves_who_reached_one_of_them() -> None:
    made = ask(GOALS, filters=[["is", "event:goal", ["apply", "call"]]])
    reached = Either((Filter("is", "goal:apply", ("yes",)), Filter("is", "goal:call", ("yes",))))
    assert made.condition == Both((reached,))
    turned = ask(GOALS, filters=[["is_not", "event:goal", ["apply", "call"]]])
    assert turned.condition == Both((Not(reached),))
    assert made.bare is None


def test_goals_are_told_apart_alone() -> None:
    made = ask(GOALS, dimensions=["event:goal"], metrics=["visitors", "conversion_rate"])
    assert made.by_goal
    assert not made.dimensions
    assert "asked for alone" in refused(GOALS, dimensions=["event:goal", "visit:os"])


def test_a_conversion_is_a_part_of_those_without_the_goal() -> None:
    dutch = ["is", "visit:country", ["NL"]]
    reached = ["is", "event:goal", ["apply"]]
    made = ask(GOALS, metrics=["conversion_rate"], filters=[dutch, reached])
    assert made.bare == Both((Filter("is", "country", ("NL",)),))
    alone = ask(GOALS, metrics=["conversion_rate"], filters=[reached])
    assert alone.bare == Both(())


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"filters": [["is", "event:goal", ["win"]]]}, "there is no goal `win`: use apply, call"),
        ({"filters": [["contains", "event:goal", ["a"]]]}, "by `is` and `is_not` only"),
        (
            {
                "metrics": ["conversion_rate"],
                "filters": [["or", [["is", "event:goal", ["apply"]]]]],
            },
            "stands by itself",
        ),
        (
            {
                "metrics": ["conversion_rate"],
                "filters": [
                    ["is", "event:goal", ["call"]],
                    ["not", ["is", "event:goal", ["apply"]]],
                ],
            },
            "stands by itself",
        ),
    ],
)
def test_what_cannot_be_asked_of_goals_is_told(changes: dict[str, Any], said: str) -> None:
    assert said in refused(GOALS, **changes)


def test_two_names_of_one_dimension_are_read_once() -> None:
    made = ask(dimensions=["visit:country", "visit:country_name", "event:page"])
    assert made.dimensions == ("country", "page")
    assert made.names == ("visit:country", "visit:country_name", "event:page")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"metrics": ["clicks"]}, "there is no metric `clicks`: use visitors, visits, pageviews"),
        ({"metrics": ["visits", "visits"]}, "`metrics` names one twice"),
        ({"metrics": ["conversion_rate"]}, "`conversion_rate` needs a goal: ask with"),
        ({"metrics": ["group_conversion_rate"]}, "needs a goal"),
        ({"dimensions": ["event:goal"]}, "`event:goal` needs goals, and this site has no goals"),
        ({"filters": [["is", "event:goal", ["apply"]]]}, "this site has no goals"),
        ({"dimensions": ["event:hostname"]}, "`event:hostname` is not kept here"),
        ({"dimensions": ["visit:os_version"]}, "is not kept here"),
        ({"dimensions": ["visit:city"]}, "is not kept here"),
        ({"dimensions": ["visit:shoe"]}, "there is no dimension `visit:shoe`: use event:page"),
        ({"dimensions": ["y" * 60]}, f"there is no dimension `{'y' * 40}...`"),
        ({"dimensions": ["event:props:"]}, "`event:props:` names no property"),
        ({"dimensions": [f"event:props:{'k' * 41}"]}, "names no property"),
        ({"dimensions": ["event:page", "event:page"]}, "`dimensions` names one twice"),
        (
            {"dimensions": ["event:page", "visit:os", "visit:device", "visit:browser"]},
            "more than 3 dimensions",
        ),
        ({"dimensions": ["time", "time:day"]}, "several dimensions of time"),
        ({"include": {"time_labels": True}}, "`time_labels` needs a dimension of time"),
        ({"order_by": [["visits", "asc"]]}, "`visits` is neither in `metrics` nor"),
        ({"metrics": ["time_on_page"]}, "are told of pages"),
        ({"metrics": ["scroll_depth"], "dimensions": ["visit:os"]}, "are told of pages"),
        (
            {"metrics": ["scroll_depth"], "dimensions": ["event:page", "time:day"]},
            "with the dimension `event:page` alone",
        ),
        (
            {
                "metrics": ["scroll_depth"],
                "dimensions": ["visit:os"],
                "filters": [["is", "event:page", ["/"]]],
            },
            "are told of pages",
        ),
        ({"filters": ["is"]}, "a filter is no list that begins with an operator"),
        ({"filters": [[]]}, "a filter is no list"),
        ({"filters": [[1]]}, "a filter is no list"),
        ({"filters": [["like", "event:page", ["/"]]]}, "there is no operator `like`: use is,"),
        ({"filters": [["is", "event:page"]]}, "is not complete"),
        ({"filters": [["is", 7, ["/"]]]}, "is not complete"),
        ({"filters": [["is", "time:day", ["x"]]]}, "`time:day` is no filter: use `date_range`"),
        ({"filters": [["is", "visit:country_name", ["x"]]]}, "use `visit:country`"),
        ({"filters": [["is", "event:page", "/"]]}, "a filter has a list of 1 to 60 values"),
        ({"filters": [["is", "event:page", []]]}, "a filter has a list of 1 to 60 values"),
        ({"filters": [["is", "event:page", ["/"] * 61]]}, "a filter has a list of 1 to 60"),
        ({"filters": [["is", "event:page", [7]]]}, "no text of up to 500 characters"),
        ({"filters": [["is", "event:page", ["x" * 501]]]}, "no text of up to 500 characters"),
        ({"filters": [["matches", "event:page", ["("]]]}, "is no regular expression"),
        ({"filters": [["is", "event:page", ["/"], 7]]}, "what follows the values"),
        ({"filters": [["is", "event:page", ["/"], {"case": True}]]}, "what follows the values"),
        (
            {"filters": [["is", "event:page", ["/"], {"case_sensitive": 1}]]},
            "what follows the values",
        ),
        ({"filters": [["and"]]}, "`and` joins 1 to 20 filters"),
        ({"filters": [["or", []]]}, "`or` joins 1 to 20 filters"),
        ({"filters": [["or", "x"]]}, "`or` joins 1 to 20 filters"),
        ({"filters": [["not"]]}, "`not` turns one filter around"),
        ({"filters": [["not", ["not", ["not", ["not", ["not", ["is"]]]]]]]}, "nested deeper"),
        (
            {
                "filters": [
                    ["or", [["is", "event:page", [f"/{a}{b}"]] for b in range(11)]]
                    for a in range(2)
                ]
            },
            "more than 20 filters",
        ),
    ],
    ids=lambda value: value[:40] if isinstance(value, str) else "",
)
def test_what_cannot_be_answered_is_told_in_a_sentence(changes: dict[str, Any], said: str) -> None:
    assert said in refused(**changes)


@pytest.mark.parametrize(
    "changes",
    [
        {"site": "demo"},
        {"metrics": []},
        {"pagination": {"limit": 0}},
        {"pagination": {"limit": 10_001}},
        {"pagination": {"page": 1}},
        {"include": {"imports": True}},
        {"order_by": [["visitors", "up"]]},
        {"order_by": [["visitors"]]},
        {"filters": {}},
        {"date_range": 7},
    ],
    ids=str,
)
def test_what_has_another_shape_is_not_read(changes: dict[str, Any]) -> None:
    with pytest.raises(msgspec.ValidationError):
        ask(**changes)


def test_filters_are_joined_as_they_are_written() -> None:
    page = ["contains_not", "event:page", ["/A"], {"case_sensitive": False}]
    country = ["is", "visit:country", ["NL", "BE"], {}]
    made = ask(filters=[["or", [page, ["not", country]]], ["and", [country]]]).condition
    one = Filter("contains_not", "page", ("/A",), False)
    other = Filter("is", "country", ("NL", "BE"))
    assert made == Both((Either((one, Not(other))), Both((other,))))


def test_how_pages_were_read_is_told_of_each_or_of_those_a_filter_names() -> None:
    assert ask(metrics=["time_on_page"], dimensions=["event:page"]).read
    nested = [["or", [["is", "event:page", ["/"]], ["is", "visit:os", ["x"]]]]]
    assert ask(metrics=["scroll_depth"], filters=nested).read


def test_a_key_is_recognised_and_kept_as_a_digest() -> None:
    key = key_of(bytes(range(BYTES)))
    assert key == "gwk_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"
    assert is_key(key)
    for wrong in ("", key[:-1], key + "A", key.replace("gwk_", "gwx_"), key[:-1] + "!"):
        assert not is_key(wrong)
    assert len(digest_of_key(key)) == 64
    assert digest_of_key(key) != digest_of_key(key_of(bytes(BYTES)))
