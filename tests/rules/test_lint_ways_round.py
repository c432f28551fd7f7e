"""Ways round the linter that somebody tried, and honest words it took for steering."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from gateway.rules.lint import findings
from tests.rules.linted import ANALYTICS, DEMO, NECESSARY, SHIPPED, banner, places, purpose

STEERING = [
    ("R2", "nl", "Surft u verder of sluit u dit venster, dan geeft u toestemming."),
    ("R2", "nl", "Klikt u door, dan gaat u akkoord met cookies."),
    ("R2", "nl", "Wie verder surft, stemt daarmee in."),
    ("R2", "nl", "Gebruik van deze website geldt als toestemming."),
    ("R2", "en", "If you close this window we take that as a yes."),
    ("R2", "en", "Use of this website means consent."),
    ("R2", "en", "When you scroll on, you agree."),
    ("R10", "nl", "Alleen wie accepteert, kan solliciteren."),
    ("R10", "nl", "U kunt pas solliciteren als u cookies hebt geaccepteerd."),
    ("R10", "nl", "Zonder cookies kunt u niet solliciteren."),
    ("R10", "en", "Only those who accept can apply."),
    ("R10", "en", "You can only apply after accepting cookies."),
    ("R10", "en", "You cannot apply without accepting."),
    ("R6", "nl", "Negen van de tien kandidaten kiest voor accepteren."),
    ("R6", "nl", "De meeste kandidaten accepteren."),
    ("R6", "en", "9 out of 10 candidates accept."),
    ("R6", "nl", "Weigert u, dan duurt solliciteren langer."),
    ("R6", "en", "Refusing makes applying slower."),
    ("R6", "nl", "Weigeren kan gevolgen hebben voor uw sollicitatie."),
    ("R6", "en", "Refusing may have consequences for your application."),
    ("R6", "nl", "Weigeren kan, maar wij raden het af."),
    ("R6", "en", "We advise against refusing."),
    ("R6", "en", "Refusing is not recommended."),
    ("R6", "nl", "Cookies kunnen geen kwaad."),
    ("R6", "en", "Cookies are nothing to be afraid of."),
    ("R6", "nl", "U helpt ons enorm door te accepteren."),
    ("R6", "en", "You help us a lot by accepting."),
    ("R6", "nl", "Door cookies blijven alle vacatures gratis."),
    ("R2", "nl", "Blijft u op deze site, dan geeft u toestemming."),
    ("R2", "en", "Silence means consent."),
    ("R6", "nl", "90% van de bezoekers kiest accepteren."),
    ("R6", "en", "9 of 10: 90% of visitors accept."),
    ("R6", "en", "Applying takes longer if you refuse."),
    ("R8", "nl", "Uw keuze kan later niet worden ingetrokken."),
    ("R8", "nl", "Het is niet mogelijk om uw keuze te wijzigen."),
    ("R8", "nl", "Uw keuze is definitief."),
    ("R8", "nl", "Intrekken is later niet mogelijk."),
    ("R8", "en", "You can no longer withdraw it afterwards."),
]


@pytest.mark.parametrize(("rule", "language", "text"), STEERING)
def test_a_sentence_that_steers_another_way_is_refused(rule: str, language: str, text: str) -> None:
    assert (rule, f"texts/{language}.toml: banner.why") in places(banner(language, why=text))


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("nl", "De website werkt niet minder goed als u weigert."),
        ("nl", "U krijgt er geen korting of voordeel voor."),
        ("nl", "U kunt weigeren: alle vacatures blijven gratis te bekijken."),
        ("nl", "Weigert u, dan duurt solliciteren niet langer."),
        ("nl", "Weigeren heeft geen gevolgen voor uw sollicitatie."),
        ("nl", "Weigeren heeft geen nadelige gevolgen."),
        ("nl", "Intrekken kan altijd, en daarna meten wij niet meer."),
        ("nl", "U kunt uw keuze op elk moment wijzigen, niet alleen nu."),
        ("nl", "U kunt solliciteren zonder cookies te accepteren."),
        ("nl", "Niets doen is geen toestemming."),
        ("en", "You can apply without accepting."),
        ("en", "Closing this window means we do not use cookies."),
        ("nl", "Sluit u dit venster, dan geeft u geen toestemming."),
        ("nl", "Surft u verder, dan gebruiken wij geen cookies waarvoor toestemming nodig is."),
        ("nl", "Alleen als u toestemming geeft, gebruiken wij cookies."),
        ("nl", "Zonder toestemming gebruiken wij geen cookies op deze website."),
        ("nl", "Klikt u op Accepteren, dan geeft u toestemming."),
        ("nl", "Wij zullen uw keuze nooit zelf wijzigen."),
        ("en", "The website works no less well if you refuse."),
        ("en", "You do not get a discount for it."),
        ("en", "If you refuse, all jobs remain free to view."),
        ("en", "Refusing has no consequences for your application."),
        ("en", "If you close this window, we do not use these cookies."),
        ("en", "We only use cookies after you accept."),
        ("en", "These cookies help us count, if you agree."),
    ],
)
def test_a_sentence_that_denies_a_loss_passes(language: str, text: str) -> None:
    assert banner(language, why=text) == []


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("nl", "U kunt uw keuze later niet meer wijzigen of intrekken. {open}"),
        ("nl", "Intrekken heeft geen zin: {open}."),
        ("en", "You can't change or withdraw your choice. {open}"),
        ("en", "Never change a choice with {open}."),
    ],
)
def test_a_way_back_that_is_denied_is_none(language: str, text: str) -> None:
    found = banner(language, change=text)
    assert ("R8", f"texts/{language}.toml: banner.change") in places(found)


@pytest.mark.parametrize(
    ("language", "key", "label"),
    [
        ("nl", "accept_again", "Alles accepteren"), ("nl", "reject_again", "Alle cookies weigeren"),
        ("en", "accept_again", "Accept all"), ("en", "reject_again", "Reject all"),
    ],
)  # fmt: skip
def test_asking_again_about_some_is_not_about_all(language: str, key: str, label: str) -> None:
    found = banner(language, **{key: label})
    assert ("R6", f"texts/{language}.toml: banner.{key}") in places(found)


@pytest.mark.parametrize(
    ("language", "accept", "reject"),
    [
        ("en", "Accept analytics cookies", "Reject analytics cookies"),
        ("nl", "Analytische cookies accepteren", "Analytische cookies weigeren"),
        ("nl", "Meten accepteren", "Meten weigeren"),
        ("nl", "Accepteren en sluiten", "Weigeren en sluiten"),
        ("nl", "Accepteren en doorgaan", "Weigeren en doorgaan"),
        ("en", "Accept and continue", "Reject and continue"),
    ],
)
def test_what_both_labels_add_favours_neither(language: str, accept: str, reject: str) -> None:
    assert banner(language, accept=accept, reject=reject) == []
    assert banner(language, accept_again=accept, reject_again=reject) == []


def test_what_one_label_adds_is_more_than_its_button_does() -> None:
    found = banner("nl", accept="Meten accepteren", reject="Cookies weigeren")
    assert places(found) == {("R6", "texts/nl.toml: banner.accept")}


@pytest.mark.parametrize("both", [True, False])
def test_a_purpose_may_be_named_on_a_refusal_though_its_name_could_lead_on(both: bool) -> None:
    """A site that asks for cookies of preferences has buttons about preferences."""
    texts = {"name": "Voorkeuren", "description": "Onthouden hoe u de site leest."}
    asked = msgspec.to_builtins(DEMO.purposes[ANALYTICS])
    asked["texts"]["nl"] = texts
    purposes = [msgspec.to_builtins(DEMO.purposes[NECESSARY]), asked]
    site = msgspec.convert(
        {**msgspec.to_builtins(DEMO), "languages": ["nl"], "purposes": purposes}, type(DEMO)
    )
    accept = "Voorkeuren accepteren" if both else "Cookies accepteren"
    said = {**SHIPPED.texts["nl"], "accept": accept, "reject": "Voorkeuren weigeren"}
    rules = [one.rule for one in findings(site, {"nl": said})]
    assert rules == ([] if both else ["R4", "R6"])


@pytest.mark.parametrize(
    ("language", "key", "text"),
    [
        ("nl", "save", "Opslaan en sluiten"), ("en", "save", "Save and close"),
        ("nl", "failed", "Helaas is uw keuze niet bewaard. Probeer het opnieuw."),
        ("en", "failed", "Unfortunately your choice was not saved."),
        ("nl", "changed", "Helaas is deze uitleg net gewijzigd. Laad de pagina opnieuw."),
    ],
)  # fmt: skip
def test_what_is_said_of_saving_passes(language: str, key: str, text: str) -> None:
    assert banner(language, **{key: text}) == []


def test_a_fault_may_be_regretted_and_no_more() -> None:
    found = banner("nl", failed="Helaas. Accepteer nu, het is de laatste kans.")
    assert {one.rule for one in found} == {"R6"}


def test_what_is_blocked_is_not_held_out_as_a_loss() -> None:
    found = banner("nl", blocked="U mist nu de video. Accepteer {purposes} om hem te zien.")
    assert places(found) == {("R6", "texts/nl.toml: banner.blocked")}


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("nl", "Verbeteren: Bezoekers tellen en volgen op onze site."),
        ("nl", "Onthoudt wie u bent op al onze partnersites."),
        ("nl", "Bijhouden waarop u klikt."),
        ("en", "Counting visitors and following what they click."),
        ("en", "Tracking users on the site."),
    ],
)
def test_what_follows_visitors_is_not_exempt_in_other_words(language: str, text: str) -> None:
    found = purpose(NECESSARY, language, description=text)
    assert places(found) == {("R13", f"purposes[0].texts.{language}.description")}


@pytest.mark.parametrize(
    "text",
    [
        "Tellen hoe vaak iemand een verkeerd wachtwoord geeft.",
        "Bezoekers beschermen tegen misbruik van hun account.",
        "Uw sollicitatie volgen, van brief tot gesprek.",
    ],
)
def test_what_a_service_needs_is_not_taken_for_following(text: str) -> None:
    assert purpose(NECESSARY, description=text) == []


@pytest.mark.parametrize(
    ("language", "key", "text"),
    [
        ("nl", "description", "Allerlei doelen die wij later nog bepalen."),
        ("nl", "name", "Overige doeleinden"),
        ("en", "description", "Various purposes, to be decided."),
        ("en", "name", "Other purposes"),
    ],
)
def test_a_purpose_that_can_be_anything_is_not_explained(
    language: str, key: str, text: str
) -> None:
    found = purpose(ANALYTICS, language, **{key: text})
    assert places(found) == {("R7", f"purposes[1].texts.{language}.{key}")}


def site_with(**changes: Any) -> set[tuple[str, str]]:
    """What is found when the demo says this of itself."""
    site = msgspec.convert({**msgspec.to_builtins(DEMO), **changes}, type(DEMO))
    return places(findings(site, SHIPPED.texts))


STEERS = "Voor een optimale ervaring"


@pytest.mark.parametrize("key", ["name", "address", "contact"])
def test_who_asks_does_not_steer(key: str) -> None:
    asks = {"name": "Werk B.V.", "address": "Kade 1", "contact": "privacy@werk.example"}
    found = site_with(controllers=[asks, {**asks, key: STEERS}])
    assert found == {("R6", f"controllers[1].{key}")}


def test_no_other_name_steers() -> None:
    assert site_with(names={"nl": STEERS, "en": "Work"}) == {("R6", "names.nl")}
    authority = {"name": "Helaas zonder toezicht", "url": "https://ap.example"}
    assert site_with(authority=authority) == {("R6", "authority.name")}
    found = places(purpose(ANALYTICS, recipients=["Cijfers B.V.", STEERS]))
    assert found == {("R6", "purposes[1].recipients[1].name")}


def test_a_company_may_be_called_what_would_steer_in_a_sentence() -> None:
    asks = {"name": "Optimum Werk B.V.", "address": "Kade 1", "contact": "privacy@werk.example"}
    assert site_with(controllers=[asks], names={"nl": "Optimum", "en": "Enjoy Work"}) == set()
