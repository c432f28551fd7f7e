"""The tables made-up visitors are drawn from: how busy a day is, who comes, and what they see."""

from __future__ import annotations

import random
import tomllib
from datetime import date, timedelta
from pathlib import Path

import pytest

import gateway.web
from gateway.lookup import Lookup
from gateway.rehearsal import ways
from gateway.rehearsal.chance import Odds, about, lasting
from gateway.rehearsal.pages import ALWAYS, PATHS, openings, page
from gateway.rehearsal.people import Person, returns, somebody
from gateway.rehearsal.places import Atlas, at_home, made_up
from gateway.rehearsal.rhythm import Rhythm, newsletter, newsletter_day, season
from gateway.rules.records import Place
from gateway.web import demo
from tests.mmdb import write_countries

LAST = date(2026, 11, 22)
YEAR = [LAST - timedelta(days=back) for back in range(364, -1, -1)]
RHYTHM = Rhythm(LAST)


def test_what_has_no_weight_is_never_drawn() -> None:
    odds = Odds.of((("never", 0), ("often", 9), ("seldom", 1), ("not at all", 0)))
    drawn = [odds.draw(random.Random(seed)) for seed in range(500)]
    assert set(drawn) == {"often", "seldom"}
    assert drawn.count("often") > 5 * drawn.count("seldom")


def test_counts_and_times_are_near_what_was_asked_for() -> None:
    dice = random.Random(1)
    counts = [about(dice, 2.5) for _ in range(2_000)]
    assert 2.4 < sum(counts) / len(counts) < 2.6
    times = sorted(lasting(dice, 40, 0.9, 600) for _ in range(2_000))
    assert 35 < times[1_000] < 45
    assert times[0] >= 1
    assert times[-1] <= 600


def test_an_average_working_day_of_a_year_has_about_one() -> None:
    busy = [RHYTHM.busy(day) for day in YEAR if day.weekday() < 5]
    assert 0.9 < sum(busy) / len(busy) < 1.1


def test_january_is_busy_and_summer_is_not() -> None:
    assert season(date(2026, 1, 15)) > 1.3 * season(date(2026, 5, 15))
    assert season(date(2026, 7, 15)) < 0.8 * season(date(2026, 5, 15))
    assert RHYTHM.busy(date(2025, 12, 25)) < 0.4 * RHYTHM.busy(date(2025, 12, 18))


def test_a_month_goes_over_into_the_next_without_a_step() -> None:
    steps = [abs(season(day) - season(day + timedelta(days=1))) for day in YEAR]
    assert max(steps) < 0.03


def test_a_year_ends_higher_than_it_began() -> None:
    same = date(2025, 11, 24), date(2026, 11, 16)  # both Mondays, in the same season
    assert RHYTHM.busy(same[1]) > 1.2 * RHYTHM.busy(same[0])


def test_the_site_was_down_on_one_working_day() -> None:
    [down] = [day for day in YEAR if RHYTHM.is_outage(day)]
    assert down.weekday() < 5
    dice = random.Random(1)
    hours = {RHYTHM.hours(down).draw(dice) for _ in range(3_000)}
    assert hours.isdisjoint(range(9, 18))
    assert {8, 20} <= hours


@pytest.mark.parametrize("last", [LAST + timedelta(days=n) for n in range(7)])
def test_there_is_an_outage_on_a_working_day_whenever_it_is_played(last: date) -> None:
    days = [last - timedelta(days=back) for back in range(60)]
    assert [day.weekday() < 5 for day in days if Rhythm(last).is_outage(day)] == [True]


def test_two_weeks_have_a_campaign() -> None:
    days = [day for day in YEAR if RHYTHM.campaign(day)]
    assert len(days) == 14
    assert {day.weekday() for day in (days[0], days[7])} == {0}


def test_each_month_has_a_newsletter_on_its_first_tuesday() -> None:
    days = {newsletter_day(day) for day in YEAR}
    assert {(day.weekday(), (day.day - 1) // 7) for day in days} == {(1, 0)}
    assert newsletter(date(2026, 5, 20)) == "nieuwsbrief-mei"
    shares = [RHYTHM.more(date(2026, 6, n)).get("newsletter", 0) for n in (1, 2, 3, 4, 5)]
    assert shares[0] == shares[4] == 0
    assert shares[1] > shares[2] > shares[3] > 0


def test_what_brings_more_people_can_be_told_from_their_links() -> None:
    dice = random.Random(1)
    tuesday, monday = date(2026, 6, 2), next(day for day in YEAR if RHYTHM.campaign(day))
    mail = [ways.first(dice, tuesday, RHYTHM).query for _ in range(300)]
    assert 80 < sum("utm_campaign=nieuwsbrief-jun" in query for query in mail) < 180
    week = [ways.first(dice, monday, RHYTHM).query for _ in range(300)]
    assert sum(f"utm_campaign={RHYTHM.campaign(monday)}" in query for query in week) > 50
    assert "{" not in "".join(mail + week)


def test_most_people_come_once_and_some_for_weeks() -> None:
    dice = random.Random(1)
    times = sorted(len(returns(dice, somebody(dice))) for _ in range(2_000))
    assert times[1_300] == 0
    assert times[1_500] in (1, 2, 3)
    assert times[-1] > 10


def test_a_browser_has_another_version_next_month() -> None:
    person = Person("Chrome/{chrome}.0 Version/{safari}.0", "desktop", 1920, ("",), "nl")
    agents = [person.user_agent(day) for day in (date(2026, 3, 1), date(2026, 4, 1))]
    assert len(set(agents)) == 2
    assert person.user_agent(date(2026, 9, 20)).endswith("27.0")
    assert person.user_agent(date(2026, 9, 1)).endswith("26.0")


def test_places_are_made_up_only_where_no_database_knows_one(tmp_path: Path) -> None:
    nowhere = Atlas(Lookup(tmp_path / "none"))
    assert nowhere.place("145.97.3.0/24") == Place("NL", "GR", "SURF")
    assert nowhere.place("2a02:a45a:1::/48").owner == "KPN"
    assert nowhere.place("203.0.113.0/24") == Place("", "", "")
    geo = tmp_path / "geo"
    geo.mkdir()
    write_countries(geo / "country.mmdb", {"145.97.0.0/16": "NL", "84.24.0.0/16": "BE"})
    known = Atlas(Lookup(geo))
    assert known.place("145.97.3.0/24") == Place("NL", "GR", "SURF")
    assert known.place("84.24.3.0/24") == Place("BE", "", "")


def test_every_network_has_a_place_and_is_one_the_gate_could_have_cut() -> None:
    dice = random.Random(1)
    atlas = Atlas(Lookup(Path("/nowhere")))
    for _ in range(500):
        network, country = at_home(dice)
        assert atlas.place(network) == made_up(network)  # a look-up refuses what is not cut
        assert made_up(network).country == country


def test_what_made_up_visitors_look_at_is_on_the_demo_site() -> None:
    """But for the salary guide, and for vacancies that were filled long ago."""
    pages = Path(gateway.web.__file__ or "").parent / "templates" / "demo"
    for language in demo.LANGUAGES:
        ours = {kind: path for kind, path in PATHS[language].items() if kind in demo.PATHS}
        assert ours == {kind: demo.PATHS[kind][language] for kind in ours}
        assert len(ours) == 6
        words = tomllib.loads((pages / f"{language}.toml").read_text("utf-8"))
        assert [one.slug for one in ALWAYS[language]] == [one["slug"] for one in words["vacancies"]]


def test_vacancies_come_and_go_and_what_is_gone_was_there() -> None:
    dice = random.Random(1)
    for day in YEAR[90::30]:
        stood = {
            one.slug for back in range(91) for one in openings("nl", _before(day, back)).values
        }
        gone = page(dice, "missing", "nl", day).path.removeprefix("/vacatures/")
        assert gone in stood
        assert gone not in {one.slug for one in openings("nl", day).values}
        assert len(openings("nl", day).values) > 10


def _before(day: date, days: int) -> date:
    return day - timedelta(days=days)
