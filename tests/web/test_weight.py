"""What visitors load, as it travels: a budget."""

from __future__ import annotations

import pytest

from gateway.web.app import Gateway
from gateway.web.embed import Packed
from gateway.web.release import release

NEW_BYTES = 8_000
"""To see the banner and choose: code, styles, texts of one language, page views."""
RETURNING_BYTES = 3_500
"""With a choice, and nothing in the browser's cache."""
OWN_BYTES = 50
"""More for a site's own id and addresses."""


@pytest.mark.parametrize("site", ["demo", "veldkamp"])
@pytest.mark.usefixtures("client")
def test_a_visitor_loads_little(site: str, gateway: Gateway) -> None:
    embed = gateway._embeds[site]
    core = len(embed.script.brotlied)
    for language in ("nl", "en"):
        corner, first = (embed.part(language, part) for part in ("corner", "first"))
        assert corner
        assert first
        choosing = len(Packed.of(release().files["choosing.js"]).brotlied)
        assert core + choosing + len(first.brotlied) <= NEW_BYTES
        assert core + len(corner.brotlied) <= RETURNING_BYTES + OWN_BYTES
