"""The demo's site file in other words: more languages, another look, something new to ask about."""

from __future__ import annotations

import re

from tests.serving import SHIPPED, Served

ALL = tuple(sorted(file.stem for file in (SHIPPED / "texts").glob("*.toml")))
"""Every language the gateway speaks."""

_NEW_RECIPIENT = '\n[[purposes.recipients]]\nname = "Reclame Voorbeeld"\ncountry = "IE"\n'


def speaking(served: Served, *languages: str) -> None:
    """Let the demo's banner speak these, the first by default. What the site itself says is Dutch
    or English in all of them. To be called before the start."""

    def texts(found: re.Match[str]) -> str:
        return "\n".join(found[0].replace(".nl]", f".{one}]") for one in languages)

    said = _read(served)
    said = re.sub(r"^languages = .*$", f"languages = {_list(languages)}", said, flags=re.M)
    names = "\n".join(f'{one} = "Noorderlicht Werk"' for one in languages)
    said = re.sub(r"^\[names\]\n(\w+ = .*\n)+", f"[names]\n{names}\n", said, flags=re.M)
    said = re.sub(r"\[purposes\.texts\.en\]\n(?:\w+ = .*\n)+\n?", "", said)
    said = re.sub(r"\[purposes\.texts\.nl\]\n(?:\w+ = .*\n)+", texts, said)
    said = re.sub(r"texts = \{ nl = (\".*?\"), en = .*", _cookie(languages), said)
    _write(served, said)


def looking(served: Served, layout: str) -> None:
    """Let the demo's banner have another layout. To be called before the start."""
    _write(served, f'{_read(served)}\n[look]\nlayout = "{layout}"\n')


def asking_more(served: Served) -> None:
    """Give the demo's marketing one more recipient: a consent from before is asked anew (R18)."""
    said = _read(served)
    one = 'name = "Filmhuis Voorbeeld"\ncountry = "NL"\n'
    assert said.count(one) == 1
    _write(served, said.replace(one, one + _NEW_RECIPIENT))


def _cookie(languages: tuple[str, ...]) -> str:
    return "texts = { " + ", ".join(rf"{one} = \1" for one in languages) + " }"


def _list(languages: tuple[str, ...]) -> str:
    return "[" + ", ".join(f'"{one}"' for one in languages) + "]"


def _read(served: Served) -> str:
    return (served.config.parent / "sites" / "demo.toml").read_text("utf-8")


def _write(served: Served, text: str) -> None:
    (served.config.parent / "sites" / "demo.toml").write_text(text, "utf-8")
