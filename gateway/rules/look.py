"""How a banner looks, as a site declares it: layout and colours, checked for contrast (R5).

START HERE: `pale`, which finds colours that cannot be read on one another.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

Colour = Annotated[str, Meta(pattern=r"^#[0-9a-fA-F]{6}\Z")]


class Colours(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """The site's own; what is left out stays as it is in `LIGHT` and `DARK`."""

    ink: Colour = ""
    quiet: Colour = ""
    line: Colour = ""
    edge: Colour = ""
    surface: Colour = ""
    page: Colour = ""
    accent: Colour = ""
    on_accent: Colour = ""


class Look(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Where the first layer stands, how it is reopened, and the colours by day and by night.
    `reopen = "link"`: pages that have buttons of their own to open and to withdraw show no
    floating ones."""

    layout: Literal["bar", "corner", "centre"] = "bar"
    reopen: Literal["button", "link"] = "button"
    light: Colours = Colours()
    dark: Colours = Colours()


LIGHT = Colours(
    ink="#1a1d21",
    quiet="#5b6470",
    line="#dfe3e8",
    edge="#848d99",
    surface="#ffffff",
    page="#f6f7f9",
    accent="#1f5fbf",
    on_accent="#ffffff",
)
DARK = Colours(
    ink="#e8eaed",
    quiet="#a3abb5",
    line="#333a42",
    edge="#7c8590",
    surface="#1b1f24",
    page="#121519",
    accent="#7db2ff",
    on_accent="#121519",
)
"""The same as in the banner's style sheet; a test compares them."""

TEXT, SHAPE = 4.5, 3.0
"""Ratios of WCAG 2.2, 1.4.3 for text and 1.4.11 for the edges of what can be pressed."""

_PAIRS = (
    ("ink", "surface", TEXT),
    ("ink", "page", TEXT),
    ("quiet", "surface", TEXT),
    ("quiet", "page", TEXT),
    ("accent", "surface", TEXT),  # links
    ("accent", "page", TEXT),
    ("on_accent", "accent", TEXT),  # the two equal buttons
    ("edge", "surface", SHAPE),
    ("edge", "page", SHAPE),
)


@dataclass(frozen=True, slots=True)
class Pair:
    """One colour on another, as it is shown: by day or by night, the keys, the ratio and what it
    must be."""

    mode: str
    front: str
    back: str
    colours: tuple[str, str]
    ratio: float
    wanted: float

    @property
    def is_pale(self) -> bool:
        """Whether the two are too near each other to be read."""
        return self.ratio < self.wanted

    @property
    def apart(self) -> tuple[str, str]:
        """The key of the darker and that of the lighter of the two: they have to part."""
        front, back = (_luminance(colour) for colour in self.colours)
        return (self.front, self.back) if front < back else (self.back, self.front)


def pale(look: Look) -> Iterator[Pair]:
    """Every pair that is shown and cannot be read well, by day and by night."""
    return (pair for pair in pairs(look) if pair.is_pale)


def pairs(look: Look) -> Iterator[Pair]:
    """Every pair that is shown."""
    for mode, chosen in palettes(look).items():
        for front, back, wanted in _PAIRS:
            pair = (chosen[front], chosen[back])
            yield Pair(mode, front, back, pair, contrast(*pair), wanted)


def palettes(look: Look) -> Mapping[str, Mapping[str, str]]:
    """All colours as they are shown, the defaults included."""
    return {
        mode: {**msgspec.to_builtins(default), **msgspec.to_builtins(own)}
        for mode, default, own in (("light", LIGHT, look.light), ("dark", DARK, look.dark))
    }


def contrast(one: str, other: str) -> float:
    """The ratio of two colours, 1 to 21 (WCAG 2.2, definition of contrast ratio)."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


_OWN = ":not(#gw-reopen *,#gw-banner *,.gw-blocked *)"
_HIDDEN = (
    f"html:has([data-gw-action=open]{_OWN}):has([data-gw-action=withdraw]{_OWN})"
    " #gw-reopen{display:none}"
)
"""On a page that has buttons of its own. Without one of the two, and in a browser that knows no
`:has`, the small ones stay (R19)."""


def style(look: Look) -> str:
    """The site's own colours and buttons as a style sheet; the page's may still set others. `html`
    weighs more than the defaults, which come after it, and less than `:root { --gw-... }`. Each
    mode under its own condition: what is said by day must not stand by night, where the default is
    what was checked."""
    modes = (("light", look.light), ("dark", look.dark))
    said = ((mode, _properties(own)) for mode, own in modes)
    colours = "".join(
        f"@media(prefers-color-scheme:{mode}){{html{{{own}}}}}" for mode, own in said if own
    )
    return colours + (_HIDDEN if look.reopen == "link" else "")


def _properties(own: Colours) -> str:
    said = msgspec.to_builtins(own)
    return "".join(f"--gw-{key.replace('_', '-')}:{value};" for key, value in said.items())


def _luminance(colour: str) -> float:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return 0.2126 * _linear(red) + 0.7152 * _linear(green) + 0.0722 * _linear(blue)


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
