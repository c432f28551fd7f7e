"""What changed between two versions of a notice, place by place, and that in plain words.

Nothing is left out: two contents without a difference are the same content, key by key, also
where a key is one this version does not know.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from gateway.rules.canonical import canonical

How = Literal["added", "removed", "changed", "moved"]
Place = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. `place` leads to it by keys and names, as in ("purposes", "marketing",
    "recipients", "Filmhuis"). `old` is None for what was added, `new` for what was removed; what
    was moved has the whole old and new order."""

    place: Place
    how: How
    old: object
    new: object


def differences(old: Mapping[str, object], new: Mapping[str, object]) -> list[Change]:
    """Every difference between two contents of a notice, in the order a person asks for them."""
    found = _of_mappings((), old, new)
    return sorted(found, key=lambda change: _rank(change.place[0]))


def described(changes: Sequence[Change]) -> Iterator[tuple[str, list[str]]]:
    """Headings, each with the lines that belong below it."""
    sections: dict[str, list[str]] = {}
    for change in changes:
        heading, rest = _heading(change.place)
        sections.setdefault(heading, []).extend(_lines(change, rest))
    yield from sections.items()


def _between(place: Place, old: object, new: object) -> Iterator[Change]:
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        yield from _of_mappings(place, old, new)
    elif isinstance(old, list | tuple) and isinstance(new, list | tuple):
        before, after = _named(old), _named(new)
        yield from _of_mappings(place, before, after)
        stayed = [name for name in before if name in after]
        order = [name for name in after if name in before]
        if stayed != order:
            yield Change(place, "moved", stayed, order)
    elif canonical(old) != canonical(new):
        yield Change(place, "changed", old, new)


def _of_mappings(
    place: Place, old: Mapping[str, object], new: Mapping[str, object]
) -> Iterator[Change]:
    for key in [*old, *(key for key in new if key not in old)]:
        here = (*place, key)
        if key not in new:
            yield Change(here, "removed", old[key], None)
        elif key not in old:
            yield Change(here, "added", None, new[key])
        else:
            yield from _between(here, old[key], new[key])


def _named(items: Sequence[object]) -> dict[str, object]:
    """A list by the names of its items, for whoever inserts one changes no other. A name that
    comes twice, as of a cookie on two domains, is numbered."""
    named: dict[str, object] = {}
    for item in items:
        name = free = _name(item)
        count = 1
        while free in named:
            count += 1
            free = f"{name} #{count}"
        named[free] = item
    return named


def _name(item: object) -> str:
    if isinstance(item, Mapping):
        for key in _NAMES:
            if isinstance(item.get(key), str):
                return str(item[key])
    return item if isinstance(item, str) else canonical(item)


_NAMES = ("id", "name")

_HEADINGS = {
    "purposes": "Purposes",
    "texts": "Texts",
    "controllers": "Who is responsible",
    "validity_months": "How long a choice is valid",
    "names": "Name of the site",
    "languages": "Languages",
    "authority": "Where to complain",
    "jurisdiction": "Law",
    "storage": "Where data is stored",
    "privacy_url": "Privacy statement",
    "script": "Code of the banner (SHA-256)",
}
"""In the order of the report; what is not here comes last, under its own key."""

_NOUNS = {
    "recipients": "recipient",
    "cookies": "cookie",
    "data": "kind of data",
    "retention_days": "kept for",
    "lifetime_days": "lifetime",
    "http_only": "out of reach of scripts",
}
_INLINE = 4
"""What has more to it than this is told line by line."""


def _rank(key: str) -> int:
    known = list(_HEADINGS)
    return known.index(key) if key in known else len(known)


def _heading(place: Place) -> tuple[str, Place]:
    top, *rest = place
    if rest and top == "purposes":
        return f"Purpose {rest[0]}", place[2:]
    if rest and top == "texts":
        return f"Texts ({rest[0]})", place[2:]
    return _HEADINGS.get(top, top), place[1:]


def _lines(change: Change, rest: Place) -> Iterator[str]:
    label = _label(rest)
    if change.how == "moved":
        old, new = (_joined(order) for order in (change.old, change.new))
        yield f"{label} in another order: {old} -> {new}".lstrip()
    elif change.how == "changed":
        old, new = (_value(change.place, value) for value in (change.old, change.new))
        yield f"{label}: {old} -> {new}" if label else f"{old} -> {new}"
    else:
        said = f"{label} {change.how}".lstrip()
        parts = list(_parts(change.place, change.old if change.how == "removed" else change.new))
        if len(parts) <= _INLINE:
            yield f"{said}: {', '.join(parts)}" if parts else said
        else:
            yield said
            yield from (f"  {part}" for part in parts)


def _parts(place: Place, value: object) -> Iterator[str]:
    """All there is to say of what came or went, but for the name it was already called by."""
    for leaf, found in _leaves((), value):
        here = (*place, *leaf)
        said = here[-2] if leaf and leaf[-1] in _NAMES else here[-1]
        if found != said:
            yield f"{_label(leaf)} {_value(here, found)}".lstrip()
        elif leaf and leaf[-1] not in _NAMES:  # an item of a plain list
            yield f"{_label(leaf[:-1])} {_value(here, found)}".lstrip()


def _leaves(place: Place, value: object) -> Iterator[tuple[Place, object]]:
    if isinstance(value, list | tuple):
        value = _named(value)
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from _leaves((*place, key), item)
    else:
        yield place, value


def _label(place: Place) -> str:
    """("cookies", "_ga", "texts", "nl") as "cookie _ga, for (nl)"."""
    words: list[str] = []
    rest = list(place)
    while rest:
        key = rest.pop(0)
        if key == "texts" and rest:
            language = rest.pop(0)
            field = rest.pop(0) if rest else "for"
            words.append(f"{_NOUNS.get(field, field)} ({language})")
        elif key in ("recipients", "cookies") and rest:
            words.append(f"{_NOUNS[key]} {rest.pop(0)}")
        else:
            words.append(_NOUNS.get(key, key))
    return ", ".join(words)


def _value(place: Place, value: object) -> str:
    key = place[-1]
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return value[:_DIGITS] if key == "script" else f'"{value}"'
    unit = key.rpartition("_")[2]
    if not isinstance(value, int) or unit not in _UNITS:
        return canonical(value)
    if key == "lifetime_days" and value == 0:
        return "until the browser closes"
    return f"{value} {unit.removesuffix('s') if value == 1 else unit}"


_DIGITS = 16
_UNITS = ("days", "months")


def _joined(order: object) -> str:
    return ", ".join(order) if isinstance(order, list) else canonical(order)
