"""A notice as a person reads it: what it said, to whom data went and for how long."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Published:
    """When a notice was first shown, in words, and whether it still is."""

    id: str
    since: str
    time_zone: str
    current: bool


def read_out(published: Published, said: Mapping[str, Any], language: str) -> Iterator[str]:
    """Line by line in one of its languages; a line that begins with a newline begins a part."""
    yield f"Notice {published.id}"
    yield (
        f"of {said['site']} ({said['names'][language]}), first published {published.since}"
        f" ({published.time_zone}){', current' if published.current else ''}."
    )
    stored = ", ".join(said.get("storage") or [said["jurisdiction"]])
    yield (
        f"A choice is valid for {said['validity_months']} months, under the law of"
        f" {said['jurisdiction']}; data is stored in {stored}."
    )
    yield f"Languages: {', '.join(said['languages'])}. Code of the banner, by its SHA-256:"
    yield str(said["script"])
    yield "\nFirst layer"
    yield from (f"  {line}" for line in _first_layer(said, language))
    yield "\nPurposes"
    for purpose in said["purposes"]:
        yield from (f"  {line}" for line in _purpose(purpose, language))
    yield "\nWho is responsible"
    for one in said["controllers"]:
        yield f"  {one['name']}, {one['address']}, {one['contact']}"
    yield f"  Complaints: {said['authority']['name']}, {said['authority']['url']}"


def _first_layer(said: Mapping[str, Any], language: str) -> Iterator[str]:
    texts = said["texts"][language]
    controllers = ", ".join(one["name"] for one in said["controllers"])
    # As the banner does: a name that ends in a full stop also ends the sentence.
    yield texts["who"].replace("{controllers}", controllers).replace("..", ".", 1)
    yield texts["why"]
    for purpose in said["purposes"]:
        if purpose["basis"] == "consent":
            words = purpose["texts"][language]
            yield f"- {words['name']}: {words['description']}"
    yield texts["change"].replace("{open}", texts["preferences"])
    yield f"{texts['privacy']} ({said['privacy_url']})"
    yield " ".join(f"[{texts[button]}]" for button in ("reject", "accept", "settings"))


def _purpose(purpose: Mapping[str, Any], language: str) -> Iterator[str]:
    words = purpose["texts"][language]
    basis = purpose["basis"].replace("_", " ")
    asked = "asked" if purpose["basis"] == "consent" else "not asked"
    yield f"{words['name']} ({purpose['id']}): {basis}, {asked}"
    yield f"  {' '.join((words['description'], words.get('reason', ''))).strip()}"
    if words.get("data"):
        yield f"  Data: {', '.join(words['data'])}"
    who = ", ".join(f"{one['name']} ({one['country']})" for one in purpose["recipients"])
    yield f"  Recipients: {who or 'none'}"
    for cookie in purpose["cookies"]:
        days = cookie["lifetime_days"]
        kept = f"{days} days" if days else "until the browser closes"
        yield f"  Cookie {cookie['name']}, {kept}: {cookie['texts'][language]}"
    yield f"  Data is kept for {purpose['retention_days']} days"
