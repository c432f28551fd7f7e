"""Notices that were replaced and still take choices: a page that was open over the change goes on
in the words it began with, so that its record names what its visitor read (P6)."""

from __future__ import annotations

from collections import OrderedDict

from gateway.rules.notice import GRACE_SECONDS, languages_shown
from gateway.stores.base import NoticeStore
from gateway.web.embed import VERSION_DIGITS, Packed, Texts

_KEPT = 16
"""Notices whose packed texts are held: a day seldom has more than one or two."""


async def takes_choices(notices: NoticeStore, site: str, notice: str, now: int) -> bool:
    """Whether a published notice can be answered: while it is the current one, and a day after."""
    until = await notices.served_until(site, notice)
    return until is None or now - until <= GRACE_SECONDS


class Earlier:
    """Their texts, of all sites."""

    def __init__(self, notices: NoticeStore) -> None:
        self._notices = notices
        self._kept: OrderedDict[str, Texts] = OrderedDict()

    async def part(
        self, site: str, version: str, language: str, part: str, now: int
    ) -> Packed | None:
        """A part of the notice whose id begins so; None when it takes no choices any more, or is
        from before an upgrade and cannot say all that pages are told now."""
        for name in await self._named(site, version):
            if await takes_choices(self._notices, site, name, now):
                texts = await self._texts(site, name)
                if language in languages_shown(texts.notice) and texts.is_whole(language):
                    return texts.part(language, part)
        return None

    async def _named(self, site: str, version: str) -> list[str]:
        if len(version) != VERSION_DIGITS:
            return []
        listed = await self._notices.listed(site)
        return [one.id for one in listed if one.id.startswith(version)]

    async def _texts(self, site: str, name: str) -> Texts:
        if name not in self._kept:
            notice = await self._notices.get(site, name)
            assert notice is not None  # noqa: S101 - listed above, and the table lets none go
            self._kept[name] = Texts(notice)
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        self._kept.move_to_end(name)
        return self._kept[name]
