"""What the tracker on a page looks at, as a site owner declares it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from msgspec import Meta, Struct

Extension = Annotated[str, Meta(pattern=r"^[a-z0-9]{1,10}\Z")]

DOWNLOADS: tuple[Extension, ...] = (
    *("pdf", "doc", "docx", "odt", "rtf", "xls", "xlsx", "ods", "csv", "ppt", "pptx", "odp"),
    *("zip", "ics", "vcf", "epub", "mp3", "mp4"),
)
"""What a page offers to take along, by the end of its name. The page's script has the same."""


class Tracker(Struct, frozen=True, forbid_unknown_fields=True):
    """Page views and a page's own events are always counted; each of these can be left out.

    `hash`: `#/route` is a page of its own. `downloads` has no dots and is in lower case; an empty
    list counts none. `engagement` is the time a page is looked at and how far down it was seen.
    """

    hash: bool = False
    outbound: bool = True
    forms: bool = True
    engagement: bool = True
    downloads: Annotated[tuple[Extension, ...], Meta(max_length=60)] = DOWNLOADS


def options(tracker: Tracker) -> Mapping[str, object]:
    """The settings as the page's script reads them: what is left out is off."""
    on = {
        "hash": tracker.hash,
        "outbound": tracker.outbound,
        "forms": tracker.forms,
        "engagement": tracker.engagement,
    }
    return {
        "downloads": "|".join(tracker.downloads),
        **{name: 1 for name, wanted in on.items() if wanted},
    }
