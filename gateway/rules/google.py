"""Google Consent Mode v2 as a site declares it: which purpose each of Google's seven consent types
follows. The script `static/banner/src/google` says it to Google's tags."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Literal

from msgspec import Meta, Struct

Follows = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9-]{0,39}\Z")]
"""The id of a purpose, or one of the words `granted` and `denied`."""

GRANTED, DENIED = "granted", "denied"


class Types(Struct, frozen=True, forbid_unknown_fields=True):
    """All seven, none by default: whoever leaves one to us would not know what they declared.
    The order is that of the script."""

    ad_storage: Follows
    ad_user_data: Follows
    ad_personalization: Follows
    analytics_storage: Follows
    functionality_storage: Follows
    personalization_storage: Follows
    security_storage: Follows


TYPES = Types.__struct_fields__

NEEDS_CONSENT = frozenset(TYPES) - {"functionality_storage", "security_storage"}
"""What these stand for is nothing a visitor asked for: no other basis will do (R13)."""


class Google(Struct, frozen=True, forbid_unknown_fields=True):
    """Basic mode: no Google tag runs before its purpose is allowed. Advanced mode: tags marked
    `data-consent-mode` load at once, are told `denied`, and send Google messages without cookies
    before any choice, so P8 does not hold for them."""

    types: Types
    mode: Literal["basic", "advanced"] = "basic"
    wait_for_update: Annotated[int, Meta(ge=0, le=10_000)] = 500
    """Milliseconds a tag holds its first message back for the choice."""
    url_passthrough: bool = False
    ads_data_redaction: bool = False
    layer: Annotated[str, Meta(pattern=r"^[A-Za-z_$][A-Za-z0-9_$]{0,39}\Z")] = "dataLayer"


@dataclass(frozen=True, slots=True)
class Problem:
    """A value that cannot be used: its key in the site's file, and what was wanted."""

    key: str
    value: str
    wanted: str


def problems(google: Google, asks: Mapping[str, bool]) -> Iterator[Problem]:
    """What the types of the keys cannot say. `asks`: for each purpose of the site, by its id,
    whether it asks for consent."""
    by_consent = [purpose for purpose, asked in asks.items() if asked]
    for name in TYPES:
        follows = getattr(google.types, name)
        wanted = ""
        if follows == GRANTED and name != "security_storage":
            # A grant to everybody has a basis, and that stands with a purpose.
            wanted = "a purpose: only security_storage can be granted without one"
        elif follows not in (GRANTED, DENIED, *asks):
            wanted = f'"denied", or a purpose of this site: {", ".join(asks)}'
        elif name in NEEDS_CONSENT and asks.get(follows) is False:
            wanted = f"a purpose that asks for consent (R13): {', '.join(by_consent)}"
        if wanted:
            yield Problem(f"google.types.{name}", follows, wanted)


def in_page(google: Google, asks: Mapping[str, bool]) -> dict[str, object]:
    """The settings as the script takes them, short: every page with a tag loads them. A type that
    follows a purpose with another basis than consent is always granted."""
    said: dict[str, object] = {
        "types": [_rule(getattr(google.types, name), asks) for name in TYPES]
    }
    if google.mode == "advanced":
        said["advanced"] = 1
    if google.wait_for_update:
        said["wait"] = google.wait_for_update
    switches = [name for name in ("url_passthrough", "ads_data_redaction") if getattr(google, name)]
    if switches:
        said["set"] = switches
    if google.layer != "dataLayer":
        said["layer"] = google.layer
    return said


def _rule(follows: str, asks: Mapping[str, bool]) -> str | int:
    if follows in (GRANTED, DENIED):
        return int(follows == GRANTED)
    return follows if asks[follows] else 1
