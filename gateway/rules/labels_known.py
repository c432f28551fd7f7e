"""What is wrong with the label of a button, in the 28 languages of which something is known.

START HERE: `buttons`. Of Dutch and English all plain words are known (`gateway.rules.labels`). Of
the others only those that say what a button does, so that there a word too many is not found,
unless it is another button's or stirs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from functools import cache

from gateway.rules.labels import DETOUR, LABELS, Label
from gateway.rules.labels_others import STEMS as OTHERS
from gateway.rules.labels_slavic import STEMS as SLAVIC
from gateway.rules.labels_stems import Stems
from gateway.rules.labels_western import STEMS as WESTERN
from gateway.rules.phrases import phrases, spell, spelled

STEMS: Mapping[str, Stems] = {**WESTERN, **SLAVIC, **OTHERS}

_PLAIN = ("accept", "reject", "accept_again", "reject_again", "save", "withdraw")
_LISTS = ("accept", "denies", "every", "save", "withdraw", "away", "stirs", "consent")
# "No, accept all" is no refusal to accept: what a comma parts is read apart.
_APART = re.compile(r"[,،、]|\s[-\u2013\u2014]\s")
_NOTHING = re.compile("(?!)")


@dataclass(frozen=True, slots=True)
class Listed:
    """A language of which every word of a label is known. `away`: words that lead on."""

    labels: Mapping[str, Label]
    away: re.Pattern[str]

    @property
    def plain(self) -> Mapping[str, str]:
        """The label to suggest for each button that is judged."""
        return {key: label.instead for key, label in self.labels.items()}

    def faults(self, key: str, label: str, both: Set[str]) -> Iterator[str]:
        """What is wrong with the label of this button, as the end of a sentence. `both`: words it
        may have because the other of the pair has them."""
        words, known = spell(label).words, self.labels[key]
        more = known.may.sub("", known.must.sub("", words)).replace("|", " ").split()
        if not known.must.search(words):
            yield "does not plainly say what its button does"
        elif more := [word for word in more if word not in both]:
            yield f"says more than its button does: {', '.join(more)}"

    def chooses(self, label: str) -> bool:
        """Whether it sounds like one of the two choices, and not like both."""
        words = spell(label).words
        accepts, refuses = (self.labels[key].must.search(words) for key in ("accept", "reject"))
        return (accepts is None) != (refuses is None)


@dataclass(frozen=True, slots=True)
class Stemmed:
    """A language known by the stems of its words; see `Stems`. `firm`: refusals by more than a
    bare no."""

    plain: Mapping[str, str]
    accept: re.Pattern[str]
    reject: re.Pattern[str]
    firm: re.Pattern[str]
    denies: re.Pattern[str]
    every: re.Pattern[str]
    save: re.Pattern[str]
    withdraw: re.Pattern[str]
    away: re.Pattern[str]
    stirs: re.Pattern[str]
    consent: re.Pattern[str]
    needless: re.Pattern[str]

    def faults(self, key: str, label: str, both: Set[str]) -> Iterator[str]:
        """As that of `Listed`."""
        words = _read(label)
        kind, _, again = key.partition("_")
        if not getattr(self, kind).search(words):
            yield "does not plainly say what its button does"
        elif self._says_otherwise(kind, words):
            yield "says something else than its button does too"
        if again and (found := self.every.search(words)):
            yield f"is about {found[0]}, where its button is about what has changed"
        for found in self.stirs.finditer(words):
            if found[0] not in both:
                yield f"speaks to feelings: {found[0]}"

    def chooses(self, label: str) -> bool:
        """As that of `Listed`; consent by name is no choice yet."""
        words = self.consent.sub("", _read(label))
        refuses = self.reject.search(words) is not None
        accepts = self.accept.search(self.reject.sub("", words)) is not None
        return refuses != accepts

    def _says_otherwise(self, kind: str, words: str) -> bool:
        if kind == "accept":
            return any(one.search(words) for one in (self.reject, self.denies, self.withdraw))
        if kind == "reject":
            words = self.needless.sub("", words)
            if any(map(self._takes_back, words.split("|"))):
                return True
        left = self.consent.sub("", getattr(self, kind).sub("", words))
        refuses = kind == "save" and self.reject.search(left) is not None
        return refuses or self.accept.search(left) is not None

    def _takes_back(self, clause: str) -> bool:
        """A refusal that is denied is none: "do not reject"."""
        left, refusals = self.firm.subn("", clause)
        return refusals > 0 and self.denies.search(left) is not None


@cache  # compiled for the languages of a site only: all of them take a tenth of a second
def buttons(language: str) -> Listed | Stemmed | None:
    """What is known of the buttons in this language, if anything is."""
    if language in LABELS:
        return Listed(LABELS[language], DETOUR[language])
    if language not in STEMS:
        return None
    stems = STEMS[language]
    return Stemmed(
        plain=dict(zip(_PLAIN, stems.plain, strict=True)),
        reject=_pattern(f"{stems.reject}, {stems.no}"),
        firm=_pattern(stems.reject),
        needless=_pattern(stems.needless) if stems.needless else _NOTHING,
        **{key: _pattern(getattr(stems, key)) for key in _LISTS},
    )


def _pattern(listed: str) -> re.Pattern[str]:
    return phrases(spelled(listed))


def _read(label: str) -> str:
    return spell(_APART.sub(";", label)).words
