"""The linter's rules one by one: what each refuses, where it says so, and what it lets pass."""

from __future__ import annotations

import msgspec
import pytest

from gateway.rules.lint import RULES, Finding, findings, preticked
from tests.rules.linted import ANALYTICS, DEMO, NECESSARY, SHIPPED, banner, places, purpose

ACCEPT = "texts/nl.toml: banner.accept"
REJECT = "texts/nl.toml: banner.reject"


@pytest.mark.parametrize("site", SHIPPED.sites, ids=lambda site: site.id)
def test_what_is_shipped_breaks_no_rule(site: object) -> None:
    assert isinstance(site, type(DEMO))
    assert findings(site, SHIPPED.texts) == []


def test_a_finding_names_rule_place_words_and_remedy() -> None:
    assert banner("nl", why="Wij gebruiken cookies voor een optimale ervaring, en:") == [
        Finding(
            rule="R6",
            place="texts/nl.toml: banner.why",
            what='praises what consent would bring: "optimale ervaring"',
            mend="say what data is used for",
        )
    ]


def test_everything_that_is_wrong_is_told_in_one_go() -> None:
    found = banner("nl", reject="", who="Van ons.", change="Klik op de knop.")
    assert [one.rule for one in found] == ["R4", "R5", "R5", "R6", "R7", "R8", "R8"]
    assert len(RULES) == 10


def test_only_the_languages_of_a_site_are_judged() -> None:
    site = msgspec.structs.replace(DEMO, languages=("en",))
    assert findings(site, {**SHIPPED.texts, "nl": {"reject": "Meer opties"}}) == []


def test_texts_that_are_not_there_cannot_be_refused_with() -> None:
    """The configuration refuses them before; the linter must not trip over them."""
    assert {"R4", "R7", "R8"} <= {one.rule for one in findings(DEMO, {})}


@pytest.mark.parametrize("label", ["", "  ", "\u200b\u00ad", "❌", "→", "\u3164", "…"])
def test_a_refusal_without_words_is_missing(label: str) -> None:
    assert ("R4", REJECT) in places(banner("nl", reject=label))


@pytest.mark.parametrize(
    ("same_as", "label"),
    [("accept", "alles accepteren!"), ("settings", "Instellingen"), ("save", "KEUZE OPSLAAN")],
)
def test_a_refusal_that_says_what_another_button_says_is_missing(same_as: str, label: str) -> None:
    told = f'"{label}" is what {same_as} says too'
    assert told in [one.what for one in banner("nl", reject=label) if one.rule == "R4"]


@pytest.mark.parametrize(
    ("language", "label"),
    [
        ("nl", "Meer opties"), ("nl", "Instellingen aanpassen"), ("nl", "Cookie-instellingen"),
        ("nl", "Weigeren of instellen? Kies zelf"), ("nl", "Lees meer"), ("nl", "Later"),
        ("nl", "Voorkeuren beheren"), ("nl", "Pas je keuze aan"), ("nld", "Meer opties"),
        ("en", "Manage options"), ("en", "Cookie settings"), ("en", "Learn more"),
        ("en", "Customise"), ("en", "Maybe later"), ("en", "Show details"), ("eng", "More"),
        ("en", "Reject or manage"),
    ],
)  # fmt: skip
def test_a_refusal_that_leads_on_is_no_refusal(language: str, label: str) -> None:
    assert ("R4", f"texts/{language}.toml: banner.reject") in places(banner(language, reject=label))


@pytest.mark.parametrize(
    ("accept", "reject"),
    [
        ("Alles accepteren en doorgaan", "Weigeren"), ("Ja", "Weigeren"),
        ("Alles accepteren ✓", "Alles weigeren"), ("Alles accepteren!", "Alles weigeren"),
        ("→ Alles accepteren", "Alles weigeren"), ("★★ Accepteren", "Weigeren ★"),
        ("ALLES ACCEPTEREN", "Alles weigeren"), ("Alles ACCEPTEREN", "Alles weigeren"),
        ("Alles accepteren", "alles weigeren"), ("𝗔𝗰𝗰𝗲𝗽𝘁𝗲𝗿𝗲𝗻", "Weigeren"),
        ("Ａccepteren", "Weigeren"), ("Accepteren", "(⟵) Weigeren"),
    ],
)  # fmt: skip
def test_labels_that_weigh_differently_are_unequal(accept: str, reject: str) -> None:
    assert ("R5", REJECT) in places(banner("nl", accept=accept, reject=reject))


@pytest.mark.parametrize(
    ("language", "accept", "reject"),
    [
        ("nl", "Accepteren", "Weigeren"), ("nl", "Ja", "Nee"), ("nl", "ACCEPTEREN", "WEIGEREN"),
        ("nl", "✓ Accepteren", "✗ Weigeren"), ("nl", "Ja, akkoord", "Nee, niet akkoord"),
        ("nl", "Accepteren", "Afwĳzen"), ("en", "Accept", "Don’t accept"), ("en", "Yes", "No"),
        ("en", "Accept (all)", "Reject"), ("de", "Alle annehmen", "Alle ablehnen"),
        ("zh", "全部接受", "全部拒绝"), ("ar", "قبول الكل", "رفض الكل"),
    ],
)  # fmt: skip
def test_labels_that_weigh_the_same_are_equal(language: str, accept: str, reject: str) -> None:
    assert banner(language, accept=accept, reject=reject) == []


def test_only_words_that_are_known_are_asked_of_a_label() -> None:
    """In a language without lists a label is judged by its form alone."""
    assert banner("is", accept="Frábært", reject="Ein síða", change="Með {open}.") == []


def test_the_first_layer_names_who_asks() -> None:
    found = banner("nl", who="Deze website is van ons.")
    assert places(found) == {("R7", "texts/nl.toml: banner.who")}


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("nl", "U kunt uw keuze op elke pagina wijzigen."), ("nl", "Zie de knop {open}."),
        ("en", "More under {open}."), ("de", "Mehr in der Datenschutzerklärung."),
    ],
)  # fmt: skip
def test_the_first_layer_says_that_and_how_a_choice_can_change(language: str, text: str) -> None:
    found = banner(language, change=text)
    assert places(found) == {("R8", f"texts/{language}.toml: banner.change")}


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("nl", "Trek uw toestemming in met {open}."), ("nl", "Via {open} past u uw keuze aan."),
        ("nl", "Aanpassen kan altijd via {open}."), ("en", "Change it any time with {open}."),
        ("en", "Revoke consent with {open}."), ("de", "Mit {open} können Sie widerrufen."),
    ],
)  # fmt: skip
def test_a_way_back_can_be_said_in_several_ways(language: str, text: str) -> None:
    assert banner(language, change=text) == []


@pytest.mark.parametrize("name", [" ", "analytics", "Marketing", "marketing!", "📊"])
def test_a_purpose_without_a_name_of_its_own_is_not_explained(name: str) -> None:
    broken = {
        place.rpartition(".")[2]
        for rule, place in places(purpose(ANALYTICS, name=name))
        if rule == "R7"
    }
    assert broken == {"name"}


@pytest.mark.parametrize(
    "text",
    [" ", "Meten", "meten.", "analytics", "Tellen.", "Voor het meten.", "Cookies voor meten",
     "… … … … … …", "Voor analytics-doeleinden", "Functioneel noodzakelijk"],
)  # fmt: skip
def test_a_description_that_says_nothing_explains_nothing(text: str) -> None:
    found = purpose(ANALYTICS, description=text)
    assert places(found) == {("R7", "purposes[1].texts.nl.description")}


def test_a_purpose_without_texts_in_a_language_of_the_site_is_not_explained() -> None:
    site = msgspec.structs.replace(DEMO, languages=("de",))
    found = places(findings(site, {"de": SHIPPED.texts["de"]}))
    assert found == {
        ("R7", "purposes[1].texts.de.name"), ("R7", "purposes[1].texts.de.description"),
        ("R7", "purposes[2].texts.de.name"), ("R7", "purposes[2].texts.de.description"),
        ("R14", "purposes[0].texts.de.reason"), ("R14", "purposes[0].cookies[0].texts.de"),
    }  # fmt: skip


def test_a_short_description_in_wide_letters_says_as_much() -> None:
    texts = {"name": "统计", "description": "统计网站的使用情况"}
    assert purpose(ANALYTICS, **texts) == []


@pytest.mark.parametrize(
    "key",
    ["checked", "default", "enabled", "preselected", "pre_ticked", "pre-checked", "opt_out", "on",
     "granted", "selected", "is_on", "defaultOn", "default_state", "checked_by_default", "optOut",
     "implied_consent", "soft-opt-in", "initial", "PreTicked", "auto_accepted", "standaard_aan"],
)  # fmt: skip
def test_a_key_that_ticks_a_box_beforehand_is_known(key: str) -> None:
    assert preticked(key)


@pytest.mark.parametrize(
    "key",
    ["", "descripton", "id", "basis", "retention", "defaults_file", "optional", "one", "opt_in"],
)
def test_a_key_that_is_merely_misspelt_is_not_taken_for_a_tick(key: str) -> None:
    assert not preticked(key)


@pytest.mark.parametrize(
    "text",
    ["", " ", "Noodzakelijk.", "Functioneel cookie", "Strikt noodzakelijk",
     "Gerechtvaardigd belang.", "Nodig voor de werking van de website.",
     "Nodig om deze website te laten werken",
     "Onthouden wat u hebt gekozen."],
)  # fmt: skip
def test_a_purpose_that_is_always_on_says_why(text: str) -> None:
    assert places(purpose(NECESSARY, reason=text)) == {("R14", "purposes[0].texts.nl.reason")}


@pytest.mark.parametrize(
    "text",
    [" ", "PHPSESSID", "PHPSESSID cookie", "Functioneel.", "Noodzakelijk cookie", "Sessie",
     "Strictly necessary", "This cookie is essential for the website to function properly."],
)  # fmt: skip
def test_a_cookie_that_is_always_on_says_what_for(text: str) -> None:
    found = purpose(NECESSARY, cookies={"gw_consent": "Bewaart uw keuze.", "PHPSESSID": text})
    assert places(found) == {("R14", "purposes[0].cookies[1].texts.nl")}


def test_a_cookie_that_is_asked_for_may_be_short_about_it() -> None:
    assert purpose(ANALYTICS, cookies={"_ga": "Telt."}) == []


def test_the_buttons_that_ask_again_are_held_to_the_same() -> None:
    again = "texts/nl.toml: banner.reject_again"
    assert ("R4", again) in places(banner("nl", reject_again="Meer opties"))
    assert ("R4", again) in places(banner("nl", reject_again=""))
    assert ("R5", again) in places(banner("nl", accept_again="ACCEPTEREN"))
    assert ("R6", "texts/nl.toml: banner.accept_again") in places(
        banner("nl", accept_again="Super")
    )
