"""Reading a text as a list of words does, so that no way of writing hides one.

A list holds phrases, divided by commas and line ends, without capitals, accents and apostrophes
("dont"). In a phrase `a/b` is either word, `*` any letters, `.` up to three words that link
nothing, `..` up to six words of the same sentence, `~` up to eight that deny nothing and `^` the
start of a sentence. Of phrases that begin alike the longest comes first. `spelled` takes a list
as a language writes it, accents and all.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

# Between "best" and "experience" these make another sentence: the best candidates with experience.
_LINKS = (
    "met|zonder|in|van|aan|op|voor|bij|of|door|uit|om|te|naar|die|dat"
    "|with|without|for|to|from|by|at|or|on|that|who|whose|than"
)
_DENIALS = (
    "niet|niets|niks|nooit|geen|zonder|noch"
    "|not|no|nothing|none|never|nor|without|neither|cannot|cant|dont|wont|doesnt|isnt"
)
_GAPS = {
    ".": rf"(?:(?!(?:{_LINKS}) )[^ |]+ ){{0,3}}",
    "..": r"(?:[^ |]+ ){0,6}",
    "~": rf"(?:(?!(?:{_DENIALS}) )[^ |]+ ){{0,8}}",
    "^": r"(?<=\| )",
}
# Cyrillic and Greek letters that look Latin, and the dotless i, which capitals hide; apostrophes,
# blank letters and the stroke that only stretches an Arabic word are left out.
_ALIKE = str.maketrans(
    "аеорсухіѕјһԁӏοαιı", "aeopcyxisjhdloaii", "'\u2018\u2019\u02bc`´\u115f\u1160\u0640"
)
_INVISIBLE = ("Mn", "Mc", "Me", "Cf")  # marks on letters too: an accent hides no word
_COSTUMES = ("<font>", "<circle>", "<square>", "<wide>", "<super>", "<sub>")
_QUIET = frozenset(".,:;'\u2019&/()-\u2010\u2011\u2013")


@dataclass(frozen=True, slots=True)
class Spelled:
    """A text in plain words, one space between them, and | where a sentence begins.

    `places` holds the place in `text` of each character of `words`.
    """

    text: str
    words: str
    places: tuple[int, ...]

    def quote(self, found: re.Match[str]) -> str:
        """What was found in `words`, as it was written."""
        start, end = found.span()
        return f'"{self.text[self.places[start] : self.places[end - 1] + 1]}"'


def spell(text: str) -> Spelled:
    """The text as the lists read it."""
    words, places = ["|", " "], [0, 0]
    for place, written in enumerate(text):
        for c in unicodedata.normalize("NFKD", written).casefold().translate(_ALIKE):
            if unicodedata.category(c) in _INVISIBLE:
                continue
            for said in c if c.isalnum() else " | " if c in ".!?;:" else " ":
                if said != " " or words[-1] != " ":
                    words.append(said)
                    places.append(place)
    return Spelled(text, "".join(words), tuple(places))


def words_of(text: str) -> tuple[str, ...]:
    """The words alone: what two texts that say the same have in common."""
    return tuple(spell(text).words.replace("|", " ").split())


def size_of(text: str) -> int:
    """How long it looks, in characters; a wide (Chinese) one counts double."""
    shown = " ".join(text.split())
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in shown)


def signs_in(text: str) -> int:
    """How many characters draw the eye: arrows, stars, faces, exclamation marks, letters in a
    costume (bold, circled, wide)."""
    return sum(map(_draws_the_eye, text))


def _draws_the_eye(c: str) -> bool:
    if unicodedata.category(c)[0] in "LN":
        return unicodedata.decomposition(c).startswith(_COSTUMES)
    return unicodedata.category(c)[0] in "PS" and c not in _QUIET


def capitals_in(text: str) -> tuple[bool, bool]:
    """Whether it begins with a capital, and whether a word of two letters or more is all so."""
    words = re.findall(r"[^\W\d_]{2,}", text)
    return text.lstrip()[:1].isupper(), any(word.isupper() for word in words)


def phrases(listed: str) -> re.Pattern[str]:
    """A list of phrases as one pattern over the `words` of a spelled text."""
    found = [_phrase(one) for one in re.split(r"[,\n]", listed) if one.strip()]
    return re.compile(rf"(?<![^ ])(?:{'|'.join(found)})(?![^ ])")


def spelled(listed: str) -> str:
    """The list as `phrases` takes it, from one with the letters of its language."""
    return re.sub(r"[^\s,/*.~^]+", lambda word: " ".join(words_of(word[0])), listed)


def pairs(firsts: str, lasts: str) -> str:
    """A list of each of `firsts` followed by each of `lasts`, with no denial between."""
    listed = [[one for one in re.split(r"[,\n]", each) if one.strip()] for each in (firsts, lasts)]
    return ", ".join(f"{first} ~ {last}" for first in listed[0] for last in listed[1])


def _phrase(one: str) -> str:
    return "".join(_GAPS.get(word) or f"(?:{_either(word)}) " for word in one.split())[:-1]


def _either(word: str) -> str:
    return "|".join(re.escape(part).replace(r"\*", "[^ |]*") for part in word.split("/"))
