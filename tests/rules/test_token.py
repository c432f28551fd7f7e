"""The signed consent a visitor carries: nobody else can make, change, lend or stretch one."""

from __future__ import annotations

import base64
import json
from hashlib import sha256

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from itsdangerous import Signer
from msgspec import inspect

from gateway.rules.consent import after_months
from gateway.rules.records import Drop, Token
from gateway.rules.site import LONGEST_MONTHS, Identifier, Site
from gateway.rules.token import LONGEST, Refusal, TokenSigner, read_refusal, refusal
from tests.rules.building import NOON

DAY = 86_400
TOKEN = Token("demo", "c" * 32, 7, {"analytics": True, "marketing": False}, "n" * 64, NOON + 100)
OLD, NEW = TokenSigner(["old key"]), TokenSigner(["old key", "new key"])
TEXT = NEW.sign(TOKEN)
BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


def cookie(said: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(said).encode()).rstrip(b"=").decode()


def test_a_token_says_what_was_signed() -> None:
    assert NEW.read(TEXT, "demo", NOON) == TOKEN


def test_a_page_can_read_its_token() -> None:
    payload = TEXT.partition(".")[0]
    said = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    assert said["state"] == "given"
    assert said["choices"] == TOKEN.choices


@pytest.mark.parametrize("place", range(len(TEXT)))
def test_a_token_with_one_letter_changed_is_forged(place: int) -> None:
    """Every other letter of the alphabet, and what base64 skips: its last letter has two spare
    bits."""
    for letter in BASE64 + ".=! \n\x00é":
        if letter != TEXT[place]:
            changed = TEXT[:place] + letter + TEXT[place + 1 :]
            assert NEW.read(changed, "demo", NOON) is Drop.FORGED_TOKEN


@pytest.mark.parametrize(
    "changed",
    [
        TEXT + "=", TEXT + "A", TEXT + "!", TEXT + "\n", " " + TEXT, TEXT[:-1], TEXT[1:],
        "." + TEXT,
        TEXT.replace(".", ".."), TEXT.partition(".")[0], TEXT.partition(".")[0] + ".", ".", "",
        "." + TEXT.partition(".")[2], TEXT + "." + TEXT, "é" + TEXT, "\ud800", "x" * 10_000,
        TEXT + "A" * LONGEST,
    ],
    ids=lambda text: repr(text[:12] + text[-3:]),
)  # fmt: skip
def test_a_token_cut_or_made_longer_is_forged(changed: str) -> None:
    assert NEW.read(changed, "demo", NOON) is Drop.FORGED_TOKEN


@given(st.text(max_size=300))
def test_made_up_text_is_no_token(text: str) -> None:
    assert NEW.read(text, "demo", NOON) is Drop.FORGED_TOKEN


def test_the_end_of_one_token_does_not_fit_another() -> None:
    other = NEW.sign(Token("demo", "d" * 32, 8, {}, "n", NOON + 9))
    mixed = TEXT.partition(".")[0] + "." + other.partition(".")[2]
    assert NEW.read(mixed, "demo", NOON) is Drop.FORGED_TOKEN


def test_what_itsdangerous_signs_is_read_and_what_we_sign_it_reads() -> None:
    """Other programs of the house may check a token with it."""
    signer = Signer("new key", salt="consent", key_derivation="hmac", digest_method=sha256)
    said = TEXT.partition(".")[0].encode()
    assert signer.sign(said).decode() == TEXT
    assert signer.unsign(TEXT) == said


def test_what_is_signed_but_is_no_consent_is_forged() -> None:
    signed = NEW._signer.sign(cookie({"state": "refused", "site": "demo"})).decode()
    assert NEW.read(signed, "demo", NOON) is Drop.FORGED_TOKEN


def test_a_token_of_another_site_is_foreign() -> None:
    assert NEW.read(TEXT, "veldkamp", NOON) is Drop.FOREIGN_TOKEN


def test_a_token_ends_at_its_second() -> None:
    assert NEW.read(TEXT, "demo", TOKEN.valid_until - 1) == TOKEN
    assert NEW.read(TEXT, "demo", TOKEN.valid_until) is Drop.EXPIRED
    assert NEW.read(TEXT, "demo", TOKEN.valid_until + 1) is Drop.EXPIRED


def test_after_a_key_was_added_older_tokens_still_count() -> None:
    assert NEW.read(OLD.sign(TOKEN), "demo", NOON) == TOKEN


def test_the_newest_key_signs() -> None:
    assert OLD.read(TEXT, "demo", NOON) is Drop.FORGED_TOKEN


def test_after_a_key_was_removed_its_tokens_are_forged() -> None:
    assert TokenSigner(["new key"]).read(OLD.sign(TOKEN), "demo", NOON) is Drop.FORGED_TOKEN


def test_a_refusal_holds_no_identifier() -> None:
    said = json.loads(base64.urlsafe_b64decode(refusal("refused", "n1", NOON, NOON + 9) + "=="))
    assert set(said) == {"state", "notice", "date", "until"}
    assert said["date"] == "2027-01-15"
    assert said["until"] % DAY == 0


@given(st.integers(0, DAY - 1), st.integers(0, DAY - 1))
def test_two_who_refuse_on_a_day_have_the_same_cookie(one: int, other: int) -> None:
    midnight = NOON // DAY * DAY
    first, second = (
        refusal("refused", "n1", now, after_months(now, 6))
        for now in (midnight + one, midnight + other)
    )
    assert first == second


@given(st.integers(NOON, NOON + 400 * DAY), st.integers(1, 13))
def test_a_refusal_lasts_no_shorter_than_a_consent(now: int, months: int) -> None:
    """R15, R16: rounding to whole days must not bring the banner back early."""
    until = after_months(now, months)
    text = refusal("refused", "n1", now, until)
    said = read_refusal(text, until - 1)
    assert said
    assert (said.state, said.notice) == ("refused", "n1")
    assert read_refusal(text, until + DAY) is None


def test_a_withdrawal_is_remembered_as_one() -> None:
    text = refusal("withdrawn", "n1", NOON, NOON + 9)
    until = (NOON // DAY + 1) * DAY
    assert read_refusal(text, NOON) == Refusal("withdrawn", "n1", until, "2027-01-15")


@pytest.mark.parametrize(
    "text",
    [
        "", "x", "=", "é", "\ud800", TEXT, "A" * (LONGEST + 1), "A" * 40,
        cookie({"state": "given", "notice": "n", "until": NOON + 9}),
        cookie({"state": "refused", "notice": "n"}),
        cookie({"state": "refused", "notice": 7, "until": NOON + 9}),
        cookie({"state": "refused", "notice": "n", "until": "morgen"}),
        cookie({"state": "refused", "notice": "n", "until": NOON}),
        cookie(["refused"]), cookie("refused"), cookie(None),
        base64.urlsafe_b64encode(b'{"state":"refused","notice":"\xff","until":9999999999}').decode(),
        base64.urlsafe_b64encode(b'{"x":' + b"[" * 1_400).decode(),
    ],
    ids=lambda text: ascii(text[:16]),
)  # fmt: skip
def test_what_is_no_refusal_says_nothing(text: str) -> None:
    assert read_refusal(text, NOON) is None


@given(st.binary(max_size=200))
def test_whatever_stands_in_the_cookie_breaks_nothing(raw: bytes) -> None:
    assert read_refusal(base64.urlsafe_b64encode(raw).decode(), NOON) is None


def test_the_token_of_the_longest_site_is_read_and_fits_a_cookie() -> None:
    """Else who accepts everything there could not even withdraw."""
    shape = inspect.type_info(Site)
    assert isinstance(shape, inspect.StructType)
    [purposes] = [field.type for field in shape.fields if field.name == "purposes"]
    assert isinstance(purposes, inspect.VarTupleType)
    ids = ["analytics", *(f"p{n:02}".ljust(40, "x") for n in range(1, purposes.max_length or 0))]
    for one in ids:
        msgspec.convert(one, Identifier)
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(ids[-1] + "x", Identifier)
    site = "s".ljust(40, "x")
    until = after_months(2**33, LONGEST_MONTHS)
    long = Token(site, "c" * 32, 2**63 - 1, dict.fromkeys(ids, False), "n" * 64, until, "K" * 12)
    text = NEW.sign(long)
    assert len(text) == 2316
    assert len(f"gw_consent={text}") <= 4096  # what browsers keep (RFC 6265 bis, 5.7)
    assert len(text) <= LONGEST
    assert NEW.read(text, site, NOON) == long
