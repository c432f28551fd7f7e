"""Which frames a preview shows: what can be selected, and what the visitor in each has chosen."""

from __future__ import annotations

import base64
import itertools
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import NamedTuple
from urllib.parse import urlencode

from babel import Locale
from starlette.datastructures import QueryParams

from gateway.rules.site import Site

LAYOUTS = ("bar", "corner", "centre")
STATES = ("first", "again", "preferences", "chosen", "buttons", "placeholder")
SCHEMES = ("light", "dark")
WIDTHS = ("phone", "desktop")
UNASKED = ("preferences", "buttons")
"""The states of a site that asks for nothing."""
ALL = "all"
MOST = 60
"""Frames beside each other: to the browser each is a page."""
_MONTH_SECONDS = 30 * 86_400


def states(site: Site) -> tuple[str, ...]:
    """Those in which a visitor of this site can be."""
    return STATES if site.asked else UNASKED


def one_of(offered: Sequence[str], wanted: str | None) -> str:
    """What was wanted, or the first."""
    return next((one for one in offered if one == wanted), offered[0])


class Select(NamedTuple):
    """A field of the form; `chosen` is one of the keys of `options`."""

    name: str
    label: str
    options: Mapping[str, str]
    chosen: str

    def meant(self) -> list[str]:
        """The keys that are shown."""
        return [key for key in self.options if self.chosen in (ALL, key) and key != ALL]


def selects(query: QueryParams, site: Site, said: Mapping[str, str]) -> list[Select]:
    """The form, with what is asked for chosen in it. `said`: the words of the page."""
    names = {code: Locale.parse(code).get_language_name(code) or code for code in site.languages}
    fields = (
        ("width", {key: said[f"width_{key}"] for key in WIDTHS}, ALL),
        ("layout", {key: said[f"layout_{key}"] for key in LAYOUTS}, site.look.layout),
        ("spoken", names, site.languages[0]),
        ("state", {key: said[f"state_{key}"] for key in states(site)}, ALL),
        ("scheme", {key: said[f"scheme_{key}"] for key in SCHEMES}, "light"),
    )
    made = []
    for name, options, usual in fields:
        offered = {ALL: said["all"], **options}
        wanted = query.get(name, usual)
        made.append(Select(name, said[name], offered, wanted if wanted in offered else usual))
    return made


def frames(site: Site, chosen: Sequence[Select], language: str) -> list[Mapping[str, str]]:
    """One for each combination that was selected, named by what it is; phones with phones, so that
    they stand in rows. `language` is that of who looks."""
    made: list[Mapping[str, str]] = []
    for width, layout, spoken, state, scheme in itertools.product(*(one.meant() for one in chosen)):
        keys = (width, layout, spoken, state, scheme)
        asked = {"layout": layout, "spoken": spoken, "state": state, "scheme": scheme}
        named = (one.options[key] for one, key in zip(chosen, keys, strict=True))
        address = f"/preview/{site.id}/page?{urlencode({**asked, 'language': language})}"
        made.append({"href": address, "width": width, "title": " · ".join(named), "state": state})
    return made


def shortcuts(site: Site, said: Mapping[str, str], language: str) -> list[Mapping[str, str]]:
    """Selections that are asked for often, as links."""
    first = states(site)[0]
    asked: Mapping[str, Mapping[str, str]] = {
        "layouts": {"layout": ALL, "state": first},
        "languages": {"spoken": ALL, "state": first, "width": "phone"},
        "schemes": {"scheme": ALL, "state": first},
        "states": {"layout": site.look.layout},
    }
    return [
        {"label": said[f"all_{key}"], "href": f"?{urlencode({**query, 'language': language})}"}
        for key, query in asked.items()
    ]


def remembered(site: Site, notice: str, state: str, now: int) -> str:
    """The cookie of a visitor in this state, as the frame's script reads it. No token: nobody has
    signed it, and only that script ever sees it."""
    day = datetime.fromtimestamp(now, UTC).date().isoformat()
    said: dict[str, object] = {
        "notice": notice,
        "until": now + site.validity_months * _MONTH_SECONDS,
        "date": day,
    }
    if state == "placeholder":
        return _encoded({"state": "refused", **said})
    if state not in ("again", "chosen", "buttons"):
        return ""
    choices = {purpose: number == 0 for number, purpose in enumerate(site.asked)}
    if state == "again":  # as if all but the first had come since
        choices = dict.fromkeys(site.asked[:-1][:1], True)
    given = {"state": "given", "site": site.id, "id": "preview", "receipt": "preview"}
    return f"{_encoded({**given, **said, 'choices': choices})}.preview"


def _encoded(said: Mapping[str, object]) -> str:
    return base64.urlsafe_b64encode(json.dumps(said).encode()).decode().rstrip("=")
