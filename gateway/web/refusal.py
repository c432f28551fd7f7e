"""The refusal a browser carries, and whether it was said to this site."""

from __future__ import annotations

from gateway.rules.token import Refusal, read_refusal
from gateway.stores.base import NoticeStore

_TEN_YEARS = 10 * 366 * 86_400


async def refusal_here(notices: NoticeStore, site: str, text: str, now: int) -> Refusal | None:
    """What a cookie says, if it is a refusal of this site. It names none, and sites can share the
    gateway's host: only its notice tells."""
    no = read_refusal(text, now)
    if no is None or no.until > now + _TEN_YEARS:
        return None  # no calendar may hold it: anybody can write it
    return no if await notices.get(site, no.notice) else None
