"""What axe-core finds on a page: the checks of WCAG 2.2 A and AA that a program can make."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from playwright.async_api import Page

_FILE = Path(__file__).parents[3] / "static/banner/node_modules/axe-core/axe.min.js"
_TAGS = [
    *("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"),
    "best-practice",
]
_RUN = """async (tags) => {
    const { violations } = await axe.run(document, { runOnly: tags, resultTypes: ["violations"] });
    return violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) =>
        `${id}: ${target.join(" ")}: ${failureSummary.replace(/\\s+/g, " ").slice(0, 300)}`));
}"""


@cache
def _source() -> str:
    assert _FILE.exists(), "no axe-core: scripts/banner installs it"
    return _FILE.read_text("utf-8")


async def faults(page: Page) -> list[str]:
    """Each with the rule, the element, and what would mend it."""
    # Not as a <script>: the pages' own policies would refuse it.
    await page.evaluate(_source())
    found: list[str] = await page.evaluate(_RUN, _TAGS)
    return found


def nodes(tree: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    """Role, name and properties of what `Accessibility.getFullAXTree` tells a screen reader."""
    return [
        (
            one["role"]["value"],
            one.get("name", {}).get("value", ""),
            {said["name"]: said["value"].get("value") for said in one.get("properties", [])},
        )
        for one in tree["nodes"]
        if not one["ignored"]
    ]
