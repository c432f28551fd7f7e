"""What visitors load, as it travels: a budget."""

from __future__ import annotations

import json

import msgspec
import pytest

from gateway.config import Config
from gateway.rules.notice import content
from gateway.rules.parts import cut
from gateway.web.app import Gateway
from gateway.web.embed import Packed
from gateway.web.release import release

NEW_BYTES = 8_000
"""To see the banner, choose and be counted: code, styles, texts of one language, tracker."""
RETURNING_BYTES = 3_500
"""With a choice, and nothing in the browser's cache."""
OWN_BYTES = {"demo": 0, "veldkamp": 100}
"""More for what a site says of itself: one of the two has five hosts and four controllers."""
ALPHABET_BYTES = 150
"""More for a language whose letters take two bytes each."""


def _weight(chunk: str) -> int:
    return len(Packed.of(release().files[chunk]).brotlied)


@pytest.mark.parametrize("site", ["demo", "veldkamp"])
@pytest.mark.usefixtures("client")
def test_a_visitor_loads_little(site: str, gateway: Gateway) -> None:
    embed = gateway._embeds[site]
    core = len(embed.script.brotlied)
    for language in ("nl", "en"):
        corner, first = (embed.texts.part(language, part) for part in ("corner", "first"))
        assert corner
        assert first
        tracker = _weight("material.js")
        assert (
            core + _weight("choosing.js") + len(first.brotlied) + tracker
            <= NEW_BYTES + OWN_BYTES[site]
        )
        assert core + len(corner.brotlied) <= RETURNING_BYTES + OWN_BYTES[site]


@pytest.mark.usefixtures("client")
def test_no_language_weighs_much_more_than_another(gateway: Gateway, config: Config) -> None:
    site = config.sites[0]
    code = sum(_weight(chunk) for chunk in ("choosing.js", "material.js"))
    code += len(gateway._embeds[site.id].script.brotlied)
    heaviest = max(_first(config, language) for language in config.texts)
    assert code + heaviest <= NEW_BYTES + ALPHABET_BYTES


def _first(config: Config, language: str) -> int:
    """Bytes of the first layer's texts, with what the demo itself says left in Dutch."""
    site = config.sites[0]
    purposes = [
        msgspec.structs.replace(one, texts={language: one.texts["nl"]}, cookies=())
        for one in site.purposes
    ]
    spoken = msgspec.structs.replace(site, languages=(language,), purposes=tuple(purposes))
    whole = content(spoken, config.texts, "0" * 64)
    said = cut("7459d24f" * 8, json.loads(msgspec.json.encode(whole)), language, "first")
    return len(Packed.of(json.dumps(said, ensure_ascii=False)).brotlied)
