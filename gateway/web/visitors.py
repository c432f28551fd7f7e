"""Every route a visitor's browser asks: what a page loads, the choice, its proof, its page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from jinja2 import Environment
from starlette.routing import Route

from gateway.buffer import Buffer
from gateway.recorder import Recorder
from gateway.rules.records import Notice
from gateway.rules.seal import Seal
from gateway.rules.site import Site
from gateway.rules.token import TokenSigner
from gateway.stores.base import (
    ConsentStore,
    HandoverStore,
    HeadStore,
    NoticeStore,
    ReleaseStore,
    Shown,
)
from gateway.web.banner import Banner
from gateway.web.choice import Choices
from gateway.web.earlier import Earlier
from gateway.web.embed import Embed
from gateway.web.handover import Handovers
from gateway.web.limits import Limits
from gateway.web.log import Log
from gateway.web.notices import Notices
from gateway.web.pages import Pages
from gateway.web.preferences import Preferences
from gateway.web.receipts import Receipts
from gateway.web.register import Register
from gateway.web.wire import Networks


@dataclass(frozen=True, slots=True)
class Visitors:
    """The parts those routes are made of. `notices`, `embeds` and `renewed` are by site, and are
    filled when the notices are published."""

    sites: Mapping[str, Site]
    notices: Mapping[str, Notice]
    embeds: Mapping[str, Embed]
    renewed: Mapping[str, Mapping[str, frozenset[str]]]
    tokens: TokenSigner
    seal: Seal
    recorder: Recorder
    register: Register
    shown: Buffer[Shown, None]
    classes: Callable[[str], str]
    consents: ConsentStore
    published: NoticeStore
    releases: ReleaseStore
    heads: HeadStore
    handovers: HandoverStore
    limits: Limits
    trusted: Networks

    def routes(self, templates: Environment) -> list[Route]:
        """All of them."""
        choices = self._choices()
        return [
            *choices.routes(),
            *Preferences(choices, self.renewed, templates).routes(),
            *Banner(self.embeds, Earlier(self.published), self.releases, {}).routes(),
            *self._notices().routes(),
            *Log(self.sites, self.heads, self.seal).routes(),
            *self._handovers().routes(),
            *self._receipts(templates).routes(),
        ]

    def _notices(self) -> Notices:
        return Notices(
            sites=self.sites,
            current=self.notices,
            notices=self.published,
            buffer=self.shown,
            classes=self.classes,
            limits=self.limits,
            trusted=self.trusted,
        )

    def _choices(self) -> Choices:
        return Choices(
            sites=self.sites,
            tokens=self.tokens,
            recorder=self.recorder,
            consents=self.consents,
            notices=self.published,
            current=self.notices,
            register=self.register,
            limits=self.limits,
            trusted=self.trusted,
        )

    def _handovers(self) -> Handovers:
        return Handovers(
            sites=self.sites,
            siblings={name: frozenset(site.siblings) for name, site in self.sites.items()},
            tokens=self.tokens,
            recorder=self.recorder,
            consents=self.consents,
            notices=self.published,
            current=self.notices,
            handovers=self.handovers,
            register=self.register,
            limits=self.limits,
            trusted=self.trusted,
        )

    def _receipts(self, templates: Environment) -> Receipts:
        return Receipts(
            sites=self.sites,
            tokens=self.tokens,
            recorder=self.recorder,
            consents=self.consents,
            notices=self.published,
            seal=self.seal,
            register=self.register,
            pages=Pages(templates),
            limits=self.limits,
            trusted=self.trusted,
        )
