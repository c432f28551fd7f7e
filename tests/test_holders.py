"""What the gate remembers of tokens and addresses, and what it never does."""

from __future__ import annotations

import pytest

from gateway.holders import Holder, Holders
from gateway.landings import Landings
from gateway.rules.records import Drop, Token
from gateway.rules.token import TokenSigner
from gateway.rules.visitor import visitor_of
from gateway.sources import known_sources

NOW = 1_800_000_000
KNOWN = known_sources()
KEY = b"visitor key"


def token(signer: TokenSigner, consent: str = "c1", **changes: object) -> str:
    said = {"choices": {"analytics": True}, "valid_until": NOW + 60, "site": "demo", **changes}
    return signer.sign(Token(consent_id=consent, seq=7, notice="n1", **said))  # type: ignore[arg-type]


def test_a_token_is_read_once_and_judged_by_the_clock_every_time() -> None:
    signer = TokenSigner(["a key"])
    holders, text = Holders(signer, KEY), token(signer)
    known = Holder("demo", visitor_of(KEY, "demo", "c1"), 7, NOW + 60, allowed=True)
    assert holders.of(text, "demo", NOW) == known
    assert holders.of(text, "demo", NOW + 59) is holders.of(text, "demo", NOW)
    assert holders.of(text, "demo", NOW + 60) is Drop.EXPIRED


def test_a_token_that_is_known_is_still_that_of_its_own_site_only() -> None:
    signer = TokenSigner(["a key"])
    holders, text = Holders(signer, KEY), token(signer)
    holders.of(text, "demo", NOW)
    assert holders.of(text, "other", NOW) is Drop.FOREIGN_TOKEN


def test_what_was_forged_is_not_remembered_and_does_not_pass_for_what_is() -> None:
    signer = TokenSigner(["a key"])
    holders, text = Holders(signer, KEY), token(signer)
    holders.of(text, "demo", NOW)
    for wrong in (text[:-1], text + "A", text.swapcase(), token(TokenSigner(["another"]))):
        assert holders.of(wrong, "demo", NOW) is Drop.FORGED_TOKEN
    assert len(holders._known) == 1


def test_a_key_that_was_taken_away_opens_nothing_any_more() -> None:
    """Also not for the tokens it signed that were read before."""
    signer = TokenSigner(["new"])
    signer.accept(["old", "new"])
    holders, text = Holders(signer, KEY), token(TokenSigner(["old"]))
    assert isinstance(holders.of(text, "demo", NOW), Holder)
    signer.accept(["new"])
    assert holders.of(text, "demo", NOW) is Drop.FORGED_TOKEN


@pytest.mark.parametrize("choices", [{"analytics": False}, {}, {"marketing": True}])
def test_who_did_not_agree_to_measuring_is_no_holder_of_that(choices: dict[str, bool]) -> None:
    signer = TokenSigner(["a key"])
    holder = Holders(signer, KEY).of(token(signer, choices=choices), "demo", NOW)
    assert isinstance(holder, Holder)
    assert not holder.allowed


def test_strangers_do_not_fill_the_memory() -> None:
    signer = TokenSigner(["a key"])
    holders, landings = Holders(signer, KEY, size=10), Landings(KNOWN, size=10)
    for number in range(100):
        holders.of(token(signer, f"c{number}"), "demo", NOW)
        landings.of("demo", f"/{number}", f"https://x{number}.nl/", frozenset())
    assert len(holders._known) <= 10
    assert len(landings._known) <= 10
    assert len(landings._referrers) <= 10


def test_a_landing_is_cut_and_nothing_else_of_its_address_stays() -> None:
    """P2: an address is remembered by its hash, with what is kept of it anyway."""
    landings = Landings(KNOWN)
    url, referrer = "https://demo.nl/a?geheim=1&utm_source=x", "https://www.x.nl/geheim?q=geheim"
    landing = landings.of("demo", url, referrer, frozenset({"demo.nl"}))
    assert (landing.path, landing.source.referrer, landing.source.utm_source) == ("/a", "x.nl", "x")
    assert landings.of("demo", url, referrer, frozenset({"demo.nl"})) is landing
    held = [*landings._known.young.items(), *landings._referrers.young.items()]
    assert "geheim" not in repr(held)


def test_the_same_referrer_is_another_thing_to_a_site_that_it_belongs_to() -> None:
    landings, url, referrer = Landings(KNOWN), "https://a.nl/", "https://b.nl/pad"
    abroad = landings.of("a", url, referrer, frozenset({"a.nl"}))
    home = landings.of("b", url, referrer, frozenset({"b.nl"}))
    assert (abroad.source.referrer, home.source.referrer) == ("b.nl", "")
    assert landings.of("a", url, "", frozenset()).source.channel == "direct"
