"""What the linter hears in words: sentences from banners in use, and ways round a word list."""

from __future__ import annotations

from typing import Any

import pytest

from tests.rules.linted import ANALYTICS, NECESSARY, banner, places, purpose

LOADED = [
    ("R6", "nl", "Om de beste ervaringen te bieden, gebruiken wij technologieën zoals cookies."),
    ("R6", "nl", "Als je geen toestemming geeft, kan dit een nadelige invloed hebben op functies."),
    ("R6", "nl", "Zo bieden we je een nog betere en persoonlijkere ervaring."),
    ("R6", "nl", "Wij gebruiken cookies om uw ervaring op onze website te verbeteren."),
    ("R6", "nl", "Cookies voor een optimaal werkende website."),
    ("R6", "nl", "Voor een goede gebruikerservaring plaatsen wij cookies."),
    ("R6", "nl", "Zo kunnen wij u nog beter van dienst zijn."),
    ("R6", "nl", "Haal het meeste uit onze site."),
    ("R6", "nl", "Wij hechten veel waarde aan uw privacy."),
    ("R6", "nl", "Uw privacy is voor ons erg belangrijk."),
    ("R6", "nl", "Wij geven om jouw privacy."),
    ("R6", "nl", "Maak u geen zorgen: uw gegevens zijn in goede handen."),
    ("R6", "nl", "Helaas kunnen wij u dan niet helpen."),
    ("R6", "nl", "Jammer dat u weigert!"),
    ("R6", "nl", "Weet je het zeker?"),
    ("R6", "nl", "We zullen je missen. Help ons en zeg ja."),
    ("R6", "nl", "Accepteer onze cookies alstublieft."),
    ("R6", "nl", "Nee bedankt, ik betaal liever meer."),
    ("R6", "nl", "Mis niets en loop geen vacatures mis."),
    ("R6", "nl", "Zonder cookies werkt de website niet goed."),
    ("R6", "nl", "U krijgt dan beperkte functionaliteit."),
    ("R6", "nl", "U ziet dan minder relevante advertenties."),
    ("R6", "nl", "Zo kan de site gratis blijven."),
    ("R6", "nl", "Ontvang als dank een leuke korting."),
    ("R6", "nl", "Profiteer van exclusieve aanbiedingen."),
    ("R6", "nl", "Accepteer nu, het is de laatste kans."),
    ("R6", "nl", "De meeste bezoekers kiezen voor accepteren."),
    ("R6", "nl", "Wij raden u aan alles toe te staan."),
    ("R6", "nl", "Dat is de beste keuze."),
    ("R6", "nl", "Wij zijn dol op cookies. Lust u ook een koekje?"),
    ("R6", "nl", "Wij gebruiken cookies ❤"),
    ("R2", "nl", "Door verder te surfen gaat u akkoord met onze cookies."),
    ("R2", "nl", "Door gebruik te blijven maken van deze website geeft u toestemming."),
    ("R2", "nl", "Als u doorgaat gaan we ervan uit dat u het goed vindt."),
    ("R10", "nl", "U moet cookies accepteren om deze website te gebruiken."),
    ("R10", "nl", "Accepteer cookies om verder te gaan."),
    ("R6", "en", "We value your privacy"),
    ("R6", "en", "Your privacy is important to us."),
    ("R6", "en", "We care about your privacy and take it seriously."),
    ("R6", "en", "We use cookies to ensure that we give you the best experience on our website."),
    ("R6", "en", "Cookies help us deliver the best possible online shopping experience."),
    ("R6", "en", "We use cookies to improve your browsing experience."),
    ("R6", "en", "Get the most out of our site."),
    ("R6", "en", "This makes your experience with us a little better."),
    ("R6", "en", "Unfortunately we cannot help you without."),
    ("R6", "en", "We are sad to see you go. Are you sure?"),
    ("R6", "en", "Please consider allowing cookies."),
    ("R6", "en", "No thanks, I don't like saving money."),
    ("R6", "en", "I’d rather pay more."),
    ("R6", "en", "Don't miss out on jobs."),
    ("R6", "en", "Not consenting may adversely affect certain features and functions."),
    ("R6", "en", "Some parts of this website may not work."),
    ("R6", "en", "You will see less relevant ads."),
    ("R6", "en", "Your consent keeps this site free."),
    ("R6", "en", "Unlock exclusive content and enjoy rewards."),
    ("R6", "en", "Hurry, last chance!"),
    ("R6", "en", "Most visitors choose to accept."),
    ("R6", "en", "We recommend that you accept all."),
    ("R6", "en", "Everyone loves cookies, and ours are delicious cookies."),
    ("R2", "en", "If you continue to use this site we will assume that you are happy with it."),
    ("R2", "en", "By continuing to browse, you agree to our use of cookies."),
    ("R2", "en", "By using this website you consent to cookies."),
    ("R10", "en", "You must accept cookies to read on."),
    ("R10", "en", "Accept our cookies to continue."),
    ("R6", "de", "We value your privacy"),  # another language's list is no way round
]


@pytest.mark.parametrize(("rule", "language", "text"), LOADED)
def test_a_sentence_that_steers_is_refused(rule: str, language: str, text: str) -> None:
    assert (rule, f"texts/{language}.toml: banner.why") in places(banner(language, why=text))


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("nl", "Vacatures tonen die passen bij uw werkervaring en opleiding."),
        ("nl", "Voor de beste kandidaten met ervaring in de zorg."),
        ("nl", "Ervaring is niet nodig."),
        ("nl", "Wij meten hoe bezoekers de website gebruiken en verbeteren die daarmee."),
        ("nl", "U kunt weigeren. De website werkt dan gewoon."),
        ("nl", "Weigert u, dan werkt alles. Filmpjes van anderen ziet u dan niet."),
        ("nl", "Wij bewaren de gegevens zo kort mogelijk."),
        ("nl", "Als u op accepteren klikt, gaat u akkoord met alle doelen hieronder."),
        ("nl", "Door op Accepteren te klikken geeft u toestemming."),
        ("nl", "Door gebruik van cookies tellen wij bezoeken, als u toestemming geeft."),
        ("nl", "Gegevens over uw bezoek (pagina's, tijd en apparaat), exclusief uw naam."),
        ("nl", "Trek in één keer uw toestemming in, als u dat wilt."),
        ("nl", "Loopt er iets mis, meld het dan. Zo kunt u een goede keuze maken."),
        ("nl", "Beste bezoeker, wij gebruiken cookies. De privacyverklaring zegt welke."),
        ("en", "We'd like to set additional cookies to understand how you use this site."),
        ("en", "These cookies help us understand how visitors use the site."),
        ("en", "Jobs that fit your work experience better come first."),
        ("en", "We look for the best candidates with experience in care."),
        ("en", "By clicking 'Accept all' you agree to the purposes below."),
        ("en", "You do not need to accept: the site works without consent."),
        ("en", "By using cookies we can count visits, if you consent."),
        ("en", "Your browser sends Global Privacy Control. We respect Global Privacy Control."),
        ("en", "See our careers page and the privacy statement."),
        ("en", "Please try again to keep your consent."),
        ("en", "We use the data exclusively for counting."),
        ("en", "If you agree, we use cookies to view which pages are read."),
    ],
)  # fmt: skip
def test_a_plain_sentence_passes(language: str, text: str) -> None:
    assert banner(language, why=text) == []


@pytest.mark.parametrize(
    "text",
    [
        "VOOR EEN OPTIMALE ERVARING", "een óptimálë ervaring", "een opti\u00admale erva\u200bring",
        "een оptimаle еrvаring", "een optimale-ervaring", "een   optimale\n ervaring",
        "een 𝗼𝗽𝘁𝗶𝗺𝗮𝗹𝗲 ervaring", "een “optimale” ervaring", "een ｏｐｔｉｍａｌｅ ervaring",
    ],
)  # fmt: skip
def test_no_way_of_writing_hides_a_word(text: str) -> None:
    assert [one.rule for one in banner("nl", why=f"Cookies: {text}.")] == ["R6"]


@pytest.mark.parametrize("tag", ["nl", "nld", "dut", "de"])
def test_no_other_tag_hides_a_word(tag: str) -> None:
    assert "R6" in {one.rule for one in banner(tag, intro="Helaas.")}


def test_the_words_are_quoted_as_they_were_written() -> None:
    found = banner("nl", why="Wij hechten — écht — waarde aan úw “Privacy”.")
    assert [one.what for one in found] == [
        'puts at ease in place of informing: "hechten — écht — waarde aan úw “Privacy"'
    ]


@pytest.mark.parametrize("key", ["blocked", "why"])
def test_what_does_not_work_may_be_said_where_it_is_blocked(key: str) -> None:
    """A film of somebody else truly cannot be shown without consent; a website can."""
    text = "Deze pagina werkt niet helemaal. U moet {purposes} toestaan om de film te zien."
    assert {one.rule for one in banner("nl", **{key: text})} == (
        set() if key == "blocked" else {"R6", "R10"}
    )


@pytest.mark.parametrize(
    ("language", "key", "label"),
    [
        ("nl", "accept", "Ja, verras mij"), ("nl", "accept", "Niet accepteren"),
        ("nl", "accept", "OK"), ("nl", "accept", "Accepteren en doorgaan"),
        ("nl", "accept", "Begrepen"), ("nl", "reject", "Nee, ik mis liever vacatures"),
        ("nl", "reject", "Nee, niet weigeren"), ("nl", "reject", "Nee, accepteer alles"),
        ("nl", "reject", "Sluiten"), ("nl", "reject", "Alleen noodzakelijke cookies"),
        ("nl", "save", "Opslaan en alles accepteren"), ("nl", "save", "Selectie toestaan"),
        ("nl", "withdraw", "Ervaring verslechteren"), ("nl", "settings", "Akkoord"),
        ("nl", "close", "Accepteren en sluiten"), ("nl", "preferences", "Cookies weigeren"),
        ("en", "accept", "Got it"), ("en", "accept", "Yes, give me a better site"),
        ("en", "accept", "Accept and continue"), ("en", "reject", "No problem, accept all"),
        ("en", "reject", "Do not refuse"), ("en", "reject", "No, I hate jobs"),
        ("en", "save", "Save and accept all"), ("en", "save", "Done"),
        ("en", "withdraw", "Leave the club"), ("en", "settings", "Reject"),
        ("en", "close", "Agree and close"), ("eng", "reject", "Dismiss"),
    ],
)  # fmt: skip
def test_a_label_that_is_not_plain_is_refused(language: str, key: str, label: str) -> None:
    place = f"texts/{language}.toml: banner.{key}"
    assert ("R6", place) in places(banner(language, **{key: label}))


@pytest.mark.parametrize(
    ("language", "key", "label"),
    [
        ("nl", "accept", "Alle cookies toestaan"), ("nl", "accept", "Ja, ik ga akkoord"),
        ("nl", "accept", "Akkoord"), ("nl", "accept", "Sta alles toe"),
        ("nl", "reject", "Weigeren"), ("nl", "reject", "Niet-noodzakelijke cookies weigeren"),
        ("nl", "reject", "Alles weigeren, behalve noodzakelijk"), ("nl", "reject", "Nee, bedankt"),
        ("nl", "reject", "Ik ga niet akkoord"), ("nl", "reject", "Niets toestaan"),
        ("nl", "save", "Mijn keuzes bewaren"), ("nl", "save", "Bevestig selectie"),
        ("nl", "withdraw", "Intrekken"), ("nl", "withdraw", "Trek mijn toestemming in"),
        ("nl", "preferences", "Cookies accepteren of weigeren"), ("nl", "settings", "Zelf kiezen"),
        ("en", "accept", "Allow all cookies"), ("en", "accept", "I consent"),
        ("en", "reject", "Decline"), ("en", "reject", "I do not agree"),
        ("en", "reject", "Don't allow"), ("en", "reject", "Reject non-essential cookies"),
        ("en", "reject", "No, thank you"), ("en", "save", "Confirm my choices"),
        ("en", "save", "Save preferences"), ("en", "withdraw", "Revoke my consent"),
    ],
)  # fmt: skip
def test_a_plain_label_passes(language: str, key: str, label: str) -> None:
    assert [one for one in banner(language, **{key: label}) if one.rule != "R5"] == []


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("name", "Optimale ervaring"), ("description", "Voor een betere ervaring op onze site."),
        ("data", ["Uw klikken", "Geniet van uw bezoek"]),
        ("cookies", {"x": "Zo mis je niets van ons."}),
    ],
)  # fmt: skip
def test_a_purpose_does_not_steer_either(key: str, value: Any) -> None:
    assert [one.rule for one in purpose(ANALYTICS, **{key: value})] == ["R6"]


def test_what_is_always_on_may_say_what_would_not_work() -> None:
    reason = "Zonder dit cookie werkt de website niet: u kunt dan niet inloggen."
    assert purpose(NECESSARY, reason=reason) == []
    assert [one.rule for one in purpose(ANALYTICS, description=reason)] == ["R6"]


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("id", "marketing-two"), ("id", "web-stats"), ("id", "ad-storage"),
        ("name", "Marketing en reclame"), ("name", "Statistieken"), ("name", "Sociale media"),
        ("name", "Beveiliging en profilering"), ("name", "Advertising"), ("name", "Webanalytics"),
        ("name", "Noodzakelijke meting"), ("name", "A/B testing"), ("name", "Audience research"),
        ("name", "Stаtistics"), ("name", "Matomo"), ("name", "Retargeting"),
        ("description", "Gepersonaliseerde advertenties laten zien."),
        ("description", "Google Analytics zonder persoonlijke gegevens."),
        ("description", "Wij vragen geen keuze. Wij bekijken uw surfgedrag."),
        ("reason", "Wij hebben belang bij retargeting van bezoekers."),
        ("data", ["Uw klikgedrag"]), ("recipients", ["Criteo SA"]),
        ("cookies", {"_ga": "Onthoudt uw bezoek aan de site."}),
        ("cookies", {"sid": "Telt met Hotjar wat u bekijkt."}),
    ],
)  # fmt: skip
def test_what_needs_consent_rests_on_nothing_else(key: str, value: Any) -> None:
    assert {one.rule for one in purpose(NECESSARY, **{key: value})} == {"R13"}


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("id", "account"), ("name", "Sollicitaties (applicant tracking)"), ("name", "Uw profiel"),
        ("name", "Job adverts"), ("name", "AD-koppeling"), ("name", "Cv-analyse"),
        ("description", "Onthouden of u toestemming gaf voor statistieken en advertenties."),
        ("description", "Hiermee worden geen gerichte advertenties getoond."),
        ("description", "Keeps the site free of spam."),
        ("description", "Keeps you signed in on our other sites too."),
        ("recipients", ["LinkedIn Ireland (solliciteren)", "Marketingbureau Jansen"]),
        ("cookies", {"gw_*": "Bewaart uw keuze.", "session-*": "Houdt u ingelogd."}),
    ],
)  # fmt: skip
def test_what_needs_no_consent_may_rest_on_something_else(key: str, value: Any) -> None:
    assert purpose(NECESSARY, **{key: value}) == []


@pytest.mark.parametrize(
    "name",
    ["_ga", "_ga_ABC123", "_ga*", "_g*", "*", "_gid", "_gat_UA-1", "_fbp", "_fbc",
     "_hjSessionUser_1", "_pk_id.1.1fff", "MUID", "IDE", "_gcl_au", "_uetsid",
     "li_sugr", "bcookie", "hubspotutk", "__hstc", "YSC", "VISITOR_INFO1_LIVE",
     "*_ga", "AMCV_1@AdobeOrg"],
)  # fmt: skip
def test_a_cookie_that_follows_visitors_is_never_exempt(name: str) -> None:
    found = purpose(NECESSARY, cookies={name: "Onthoudt uw bezoek."})
    assert places(found) == {("R13", "purposes[0].cookies[0].name")}


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("name", "Noodzakelijk"), ("name", "Strikt noodzakelijke cookies"), ("name", "Vereist"),
        ("name", "Essential cookies"), ("name", "Necessary and more"),
    ],
)  # fmt: skip
def test_what_can_be_refused_is_not_called_necessary(key: str, value: str) -> None:
    assert {one.rule for one in purpose(ANALYTICS, **{key: value})} == {"R13"}


@pytest.mark.parametrize("name", ["Niet-noodzakelijk", "Non-essential", "Not strictly necessary"])
def test_what_is_called_unnecessary_passes(name: str) -> None:
    assert purpose(ANALYTICS, name=name) == []
