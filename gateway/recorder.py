"""From a choice to what the log and the current state need of it: the one maker of `Append`."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace

from gateway.rules.moment import local_day
from gateway.rules.receipt import code_of, digest_of
from gateway.rules.records import Choice, ConsentState
from gateway.rules.site import Site
from gateway.rules.visitor import visitor_of
from gateway.stores.base import Append


@dataclass(frozen=True, slots=True)
class Recorder:
    """`key` is that of visitor values: a consent and its receipt are found by keyed values."""

    key: bytes

    def entry(
        self,
        site: Site,
        choice: Choice,
        *,
        known: bool = False,
        after: int | None = None,
        device: str = "",
    ) -> Append:
        """A choice on its way into the log. `known`: its consent was there when it was made;
        `after` is the record it must follow, if any; `device` the class it is counted under."""
        item = replace(self._entry(site, choice, known, after), device=device)
        if not known or after is not None or choice.state is not ConsentState.GIVEN:
            return item
        # Should this consent be withdrawn in the meantime, the yes is a new consent.
        fresh = replace(choice, consent_id=secrets.token_hex(16))
        otherwise = replace(self._entry(site, fresh, False, None), device=device)
        return replace(item, otherwise=otherwise)

    def code(self, site: str, consent_id: str) -> str:
        """The code on the receipt of a consent."""
        return code_of(self.key, site, consent_id)

    def visitor(self, site: str, consent_id: str) -> int:
        """The value a consent's visitor goes by."""
        return visitor_of(self.key, site, consent_id)

    def tell(self, site: Site) -> dict[str, frozenset[str]]:
        """The webhooks of a site, with the purposes whose end they want to hear of."""
        return {hook.name: frozenset(hook.purposes) for hook in site.webhooks}

    def _entry(self, site: Site, choice: Choice, known: bool, after: int | None) -> Append:
        consent_id = choice.consent_id
        return Append(
            choice=choice,
            visitor=self.visitor(site.id, consent_id) if consent_id else None,
            day=local_day(choice.time, site.zone).toordinal(),
            salt=secrets.token_hex(16),
            receipt=digest_of(self.code(site.id, consent_id)) if consent_id else None,
            tell=self.tell(site),
            known=known,
            after=after,
        )
