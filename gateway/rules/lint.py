"""The dark-pattern linter: what in a configuration would make a banner that steers (R30).

START HERE: `findings`, and `RULES` at the end. A finding stops a notice from being published, so a
rule reads as a regulator would, and as somebody would who looks for a way round it: capitals,
accents, invisible characters and letters of another alphabet that look alike make no difference.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping, Set
from dataclasses import dataclass, replace

from gateway.rules import labels, loaded, trackers
from gateway.rules.labels_known import buttons
from gateway.rules.look import pale
from gateway.rules.phrases import Spelled, capitals_in, signs_in, size_of, spell, words_of
from gateway.rules.site import Purpose, PurposeText, Site
from gateway.rules.told import Texts, banners, every_text, named, prose, purposes

MOST_UNEQUAL = 2.5
"""How many times longer one of two labels may be before the other looks like the lesser (R5)."""
SHORTEST = 10
"""An explanation of fewer characters explains nothing."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One breach: the rule, the key it is under, what is wrong and how to mend it."""

    rule: str
    place: str
    what: str
    mend: str


def findings(site: Site, texts: Texts) -> list[Finding]:
    """All that keeps this site's notice from being published, in the order of RULES."""
    return [found for rule in RULES for found in rule(site, texts)]


def preticked(key: str) -> bool:
    """Whether an unknown key of a purpose means that it is on before anybody chose (R9)."""
    return loaded.PRETICKED.fullmatch(re.sub(r"[\W_]", "", key).lower()) is not None


def refusal_is_offered(site: Site, texts: Texts) -> Iterator[Finding]:
    """Refusing takes one action on the first layer, with a button that says so (R4)."""
    for language, said, accept, reject in _layers(site, texts):
        place, label = f"texts/{language}.toml: banner.{reject}", said.get(reject, "")
        known = buttons(loaded.LANGUAGES.get(language, ""))
        plain = known.plain[reject] if known else "Reject all"
        mend = f'write a plain refusal, such as "{plain}"'
        if not words_of(label):
            yield Finding("R4", place, "there are no words to refuse with", mend)
            continue
        for other in (accept, "settings", "save"):
            if words_of(label) == words_of(said.get(other, "")):
                yield Finding("R4", place, f'"{label}" is what {other} says too', mend)
        both = _in_both(site, language, said.get(accept, ""))
        for away in known.away.finditer(spell(label).words) if known else ():
            if away[0] not in both:
                what = f"{spell(label).quote(away)} leads on, where one action must refuse"
                yield Finding("R4", place, what, mend)


def labels_weigh_the_same(site: Site, texts: Texts) -> Iterator[Finding]:
    """Accept and reject draw the eye alike (R5). How they look is not in the configuration."""
    for language, said, one, other in _layers(site, texts):
        accept, reject = said.get(one, ""), said.get(other, "")
        pair = f'"{accept}" and "{reject}"'
        place = f"texts/{language}.toml: banner.{other}"
        sizes = sorted((size_of(accept), size_of(reject)))
        if sizes[1] > MOST_UNEQUAL * sizes[0]:
            what = f"{pair} differ in length, {sizes[1]} characters to {sizes[0]}"
            yield Finding("R5", place, what, "make both about as long")
        for what, measured in (("signs or pictures", signs_in), ("capitals", capitals_in)):
            if measured(accept) != measured(reject):
                mend = f"write both with the same {what}, or with none"
                yield Finding("R5", place, f"{pair} differ in {what}", mend)


def colours_can_be_read(site: Site, _: Texts) -> Iterator[Finding]:
    """No text and no edge of a button fades into what is behind it (R5; WCAG 2.2)."""
    for pair in pale(site.look):
        own = getattr(site.look, pair.mode)
        key = pair.front if getattr(own, pair.front) else pair.back
        ratio = math.floor(pair.ratio * 10) / 10  # 4.46 is not the 4.5 it needs
        said = f"{pair.front} {pair.colours[0]} on {pair.back} {pair.colours[1]}"
        what = f"{said} has a contrast of {ratio}, and needs {pair.wanted}"
        darker, lighter = pair.apart
        mend = f"make {darker} darker or {lighter} lighter"
        yield Finding("R5", f"look.{pair.mode}.{key}", what, mend)


def labels_are_plain(site: Site, texts: Texts) -> Iterator[Finding]:
    """A button says what it does and no more (R6). In nl and en every word it may say is known. In
    the other languages of the EU, and uk, tr, ar and no, only the words for each act, for what
    denies it and for what stirs: of other words too little is known to refuse them."""
    for language, said in banners(site, texts):
        known = buttons(loaded.LANGUAGES.get(language, ""))
        for key, plain in known.plain.items() if known else ():
            place, label = f"texts/{language}.toml: banner.{key}", said.get(key, "")
            both = _in_both(site, language, said.get(labels.OTHER.get(key, ""), ""))
            for what in known.faults(key, label, both) if known else ():
                yield Finding("R6", place, f'"{label}" {what}', f'write "{plain}"')
        for key in ("settings", "close", "preferences"):
            label = said.get(key, "")
            if known and known.chooses(label):
                what = f'"{label}" sounds like a choice, and its button makes none'
                mend = "say what is behind the button"
                yield Finding("R6", f"texts/{language}.toml: banner.{key}", what, mend)


def wording_is_neutral(site: Site, texts: Texts) -> Iterator[Finding]:
    """No text steers (R6), takes silence for consent (R2) or makes consent the entrance (R10)."""
    for told in every_text(site, texts):
        spelled = _heard(told.text)
        for kind in loaded.LOADED:
            if kind.truth and kind.truth == told.truth:
                continue
            for found in kind.phrases.finditer(spelled.words):
                if told.name and found[0] in loaded.NAMES:
                    continue
                what = f"{kind.what}: {spelled.quote(found)}"
                yield Finding(kind.rule, told.place, what, kind.mend)
        for face in loaded.FACES.findall(told.text):
            yield Finding("R6", told.place, f"speaks with a picture: {face}", "say it in words")


def first_layer_says_who_and_how(site: Site, texts: Texts) -> Iterator[Finding]:
    """The first layer names who asks (R7) and says that and how to come back on it (R8)."""
    for language, said in banners(site, texts):
        place, change = f"texts/{language}.toml: banner", said.get("change", "")
        if "{controllers}" not in said.get("who", ""):
            what, mend = "does not name who asks", "put {controllers} where their names belong"
            yield Finding("R7", f"{place}.who", what, mend)
        if "{open}" not in change:
            what, mend = "does not say how to change a choice", "put {open} where the button's name"
            yield Finding("R8", f"{place}.change", what, f"{mend} belongs")
        changing = labels.CHANGING.get(loaded.LANGUAGES.get(language, ""))
        if changing and not changing.search(_without(labels.DENIES, _heard(change)).words):
            what = f'"{change}" does not say that a choice can be changed or withdrawn'
            yield Finding("R8", f"{place}.change", what, "say so in these words")


def purposes_are_explained(site: Site, _: Texts) -> Iterator[Finding]:
    """Each purpose that is asked for has its own name and says what is done (R7)."""
    for language in site.languages:
        names: set[tuple[str, ...]] = set()
        for key, purpose in purposes(site, asked=True):
            place, text = f"{key}.texts.{language}", purpose.texts.get(language, _SILENCE)
            name = words_of(text.name)
            if not name or text.name == purpose.id or name in names:
                what = f'"{text.name}" is no name that tells this purpose from the others'
                yield Finding("R7", f"{place}.name", what, "give it a name a visitor understands")
            names.add(name)
            if _says_nothing(text.description, f"{text.name} {purpose.id}"):
                what = f'"{text.description}" does not say what is done with the data'
                mend = 'say it in a sentence, such as "Counting how this site is used."'
                yield Finding("R7", f"{place}.description", what, mend)
            for part, said in (("name", text.name), ("description", text.description)):
                if vague := loaded.VAGUE.search(spell(said).words):
                    what = f"{spell(said).quote(vague)} can mean any purpose"
                    yield Finding("R7", f"{place}.{part}", what, "name what is done with the data")


def consent_is_asked(site: Site, _: Texts) -> Iterator[Finding]:
    """Nothing that needs consent rests on another basis (R13; AP rule 9)."""
    mend = 'give the purpose basis = "consent", or move this to one that has it'
    for key, purpose in purposes(site, asked=False):
        for place, spelled, pattern in _claims(key, purpose):
            for found in pattern.finditer(spelled.words):
                yield Finding("R13", place, f"{spelled.quote(found)} needs consent", mend)
        for number, cookie in enumerate(purpose.cookies):
            if tracker := trackers.tracker_meant(cookie.name):
                what = f'"{cookie.name}" means a cookie that follows visitors ({tracker})'
                yield Finding("R13", f"{key}.cookies[{number}].name", what, mend)


def necessary_is_not_asked(site: Site, _: Texts) -> Iterator[Finding]:
    """What can be refused is not called necessary (R13)."""
    for key, purpose in purposes(site, asked=True):
        for told in named(key, purpose):
            found = trackers.NECESSARY.search(trackers.UNNECESSARY.sub("", spell(told.text).words))
            if found:
                what = f'"{told.text}" calls what can be refused {found[0]}'
                yield Finding("R13", told.place, what, "name it after what is done with the data")


def exemptions_have_reasons(site: Site, _: Texts) -> Iterator[Finding]:
    """What is always on says why, for the purpose and for each cookie (R14)."""
    mend = "say what would not work without it"
    for key, purpose in purposes(site, asked=False):
        for language in site.languages:
            text = purpose.texts.get(language, _SILENCE)
            nothing = _says_nothing(text.reason, f"{text.name} {purpose.id}")
            if nothing or words_of(text.reason) == words_of(text.description):
                what = f'"{text.reason}" is no reason why this needs no consent'
                yield Finding("R14", f"{key}.texts.{language}.reason", what, mend)
            for number, cookie in enumerate(purpose.cookies):
                use = cookie.texts.get(language, "")
                if _says_nothing(use, cookie.name):
                    what = f'"{use}" does not say what the cookie {cookie.name} is needed for'
                    place = f"{key}.cookies[{number}].texts.{language}"
                    yield Finding("R14", place, what, mend)


RULES: tuple[Callable[[Site, Texts], Iterator[Finding]], ...] = (
    refusal_is_offered,
    labels_weigh_the_same,
    colours_can_be_read,
    labels_are_plain,
    wording_is_neutral,
    first_layer_says_who_and_how,
    purposes_are_explained,
    consent_is_asked,
    necessary_is_not_asked,
    exemptions_have_reasons,
)

_SILENCE = PurposeText(name="", description="")


def _layers(site: Site, texts: Texts) -> Iterator[tuple[str, Mapping[str, str], str, str]]:
    """The two buttons of the first layer, and of the one that asks again."""
    for language, said in banners(site, texts):
        yield language, said, "accept", "reject"
        yield language, said, "accept_again", "reject_again"


def _claims(key: str, purpose: Purpose) -> Iterator[tuple[str, Spelled, re.Pattern[str]]]:
    for told in named(key, purpose):
        yield told.place, _heard(told.text), trackers.NEEDS_CONSENT
    for told in prose(key, purpose):
        yield told.place, _heard(told.text), trackers.TRACKERS
        yield (
            told.place,
            _without(trackers.SPARING, _heard(told.text)),
            trackers.NEEDS_CONSENT_IN_PROSE,
        )
    for number, one in enumerate(purpose.recipients):
        yield f"{key}.recipients[{number}].name", _heard(one.name), trackers.TRACKERS


def _heard(text: str) -> Spelled:
    """Without what only sounds like a breach. As many characters, so that a quote still fits."""
    spelled = spell(text)
    return replace(spelled, words=loaded.SPARED.sub(_hush, spelled.words))


def _hush(found: re.Match[str]) -> str:
    return "|" * len(found[0])


def _without(words: Set[str], spelled: Spelled) -> Spelled:
    """Without the sentences that hold one of these words."""

    def hush(sentence: re.Match[str]) -> str:
        return _hush(sentence) if words & {*sentence[0].split()} else sentence[0]

    return replace(spelled, words=re.sub(r"[^|]+", hush, spelled.words))


def _in_both(site: Site, language: str, other: str) -> Set[str]:
    """Words a label may have because the other of the pair has them: a purpose by its own name,
    a kind of cookies, what happens afterwards."""
    own: set[str] = set()
    for _, purpose in purposes(site, asked=True):
        own |= {*words_of(f"{purpose.id} {purpose.texts.get(language, _SILENCE).name}")}
    return {*words_of(other)} & (labels.PAIRED | (own - trackers.SPARING))


def _says_nothing(text: str, about: str) -> bool:
    """Whether it is too short, or has no word but fillers and those of what it is about."""
    return size_of(text) < SHORTEST or {*words_of(text)} <= {*words_of(about), *loaded.SAYS_NOTHING}
