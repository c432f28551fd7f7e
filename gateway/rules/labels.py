"""What the buttons of a banner may say, and how a way back is told, in Dutch and English (R4-R8).

`gateway.rules.phrases` says how a list is written and read.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from gateway.rules.phrases import phrases


@dataclass(frozen=True, slots=True)
class Label:
    """A button says one of `must`, may add words of `may`, and nothing else."""

    must: re.Pattern[str]
    may: re.Pattern[str]
    instead: str


_DE = "cookies/cookie/de/het/deze/optionele/aanvullende/overige/en/voor/ik"
_THE = "cookies/cookie/the/these/optional/additional/other/and/for/to/of/i"
_ALLES, _ALL = "alles/alle/allemaal", "all/everything"
_MINE = "mijn/uw/je/jouw/deze/de/het/alle/cookie/cookies/toestemming/huidige/gekozen"
_MY = "my/your/the/these/this/all/cookie/cookies/consent/current/selected"
_NEEDED = (
    "noodzakelijk/noodzakelijke/functionele/essentiele/necessary/essential/required/functional"
)


def _label(instead: str, must: str, may: str) -> Label:
    return Label(phrases(must), phrases(may), instead)


_ACCEPT = {
    "nl": """
ga akkoord, akkoord, sta . toe, toestaan, geef toestemming, toestemming geven, stem . in, instemmen
toestemmen, accepteer, accepteren, ja
""",
    "en": "accept, allow, agree, consent, approve, yes",
}
_REJECT = {
    "nl": """
ga niet akkoord, niet akkoord, niet/niets/geen toestaan/accepteren, sta niets toe
geen cookies toestaan/accepteren, geen cookies, geef geen toestemming, geen toestemming
weiger, weigeren, afwijzen, wijs . af, nee
""",
    "en": """
do not accept/allow/agree/consent, dont accept/allow/agree/consent
reject, refuse, decline, deny, disagree, no
""",
}
_YES = {"nl": f"{_DE}/hiermee/met", "en": _THE}
_NO = {
    "nl": f"{_DE}/bedankt/dank/u/je, behalve/alleen/niet . {_NEEDED}",
    "en": f"{_THE}/thanks/thank/you/unnecessary/nonessential, except/only/non/not . {_NEEDED}",
}

# Where only what has changed is asked again, no button can be about all of it.
LABELS: Mapping[str, Mapping[str, Label]] = {
    "nl": {
        "accept": _label("Alles accepteren", _ACCEPT["nl"], f"{_YES['nl']}, {_ALLES}"),
        "reject": _label("Alles weigeren", _REJECT["nl"], f"{_NO['nl']}, {_ALLES}"),
        "accept_again": _label("Accepteren", _ACCEPT["nl"], _YES["nl"]),
        "reject_again": _label("Weigeren", _REJECT["nl"], _NO["nl"]),
        "save": _label("Keuze opslaan", """
opslaan, bewaren, bewaar, bevestig, bevestigen, vastleggen, sla . op
""", f"""{_MINE}/keuze/keuzes/selectie/voorkeur/voorkeuren/cookievoorkeuren/instellingen
en sluiten/sluit/doorgaan"""),
        "withdraw": _label("Toestemming intrekken", """
intrekken, trek . in, weigeren, stopzetten
""", f"{_MINE}/alles"),
    },
    "en": {
        "accept": _label("Accept all", _ACCEPT["en"], f"{_YES['en']}, {_ALL}"),
        "reject": _label("Reject all", _REJECT["en"], f"{_NO['en']}, {_ALL}"),
        "accept_again": _label("Accept", _ACCEPT["en"], _YES["en"]),
        "reject_again": _label("Reject", _REJECT["en"], _NO["en"]),
        "save": _label("Save choice", "save, store, confirm, keep, apply, submit", f"""
{_MY}/choice/choices/selection/preference/preferences/settings, and close/continue
"""),
        "withdraw": _label("Withdraw consent", "withdraw, revoke, refuse, reject, stop", _MY),
    },
}  # fmt: skip
"""The buttons of the banner, and what may stand on them (R4, R6)."""

DETOUR = {
    "nl": phrases("""
meer, opties, *instelling*, *voorkeur*, beheer*, aanpassen, pas .. aan, details, informatie, kies
kiezen, zelf, later, misschien, lees, bekijk
"""),
    "en": phrases("""
more, options, *setting*, *preference*, manage, customi*, configure, details, information, choose
later, maybe, learn, show, view, adjust
"""),
}
"""A button with these words leads on: to settings, to reading, to later (R4)."""

CHANGING = {
    "nl": phrases(
        "*intrek*, trek .. in, wijzig*, aanpas*, pas/past .. aan, verander*, herzien, herroep*"
    ),
    "en": phrases("withdraw*, revok*, chang*, updat*, adjust*, edit*, amend*"),
}
"""A sentence that says so tells that a choice can be changed or withdrawn (R8)."""

DENIES = frozenset(
    ("niet", "nooit", "geen", "onmogelijk", "nauwelijks", "moeilijk", "not", "never", "cannot")
    + ("cant", "wont", "impossible", "longer", "hardly")
)
"""With one of these a sentence no longer says that a choice can be changed."""

_PAIRED = """
en sluiten sluit doorgaan ga door verder and close continue proceed
analytisch analytische analytics analytical statistisch statistische statistiek statistieken
statistics statistical marketing marketingcookies advertentie advertenties advertentiecookies
advertising advertisement tracking trackingcookies volgcookies sociale social media
"""
PAIRED = frozenset(_PAIRED.split())
"""Words that add nothing to a choice as long as accept and reject both have them (R5, R6)."""

OTHER: Mapping[str, str] = {
    "accept": "reject",
    "reject": "accept",
    "accept_again": "reject_again",
    "reject_again": "accept_again",
}
"""The button each stands beside."""
