"""The code on a receipt: it names a consent to who holds it, and to nobody else."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.rules.receipt import ALPHABET, LENGTH, code_of, digest_of, read, shown

KEY = bytes(32)

ids = st.text(max_size=40)


@given(ids, ids)
def test_the_same_consent_has_the_same_code_and_every_code_can_be_read(site: str, id_: str) -> None:
    code = code_of(KEY, site, id_)
    assert code == code_of(KEY, site, id_)
    assert len(code) == LENGTH
    assert set(code) <= set(ALPHABET)
    assert read(code) == read(shown(code)) == code


def test_another_consent_site_or_key_gives_another_code() -> None:
    codes = {
        code_of(key, site, id_)
        for key in (KEY, bytes([1] * 32))
        for site in ("demo", "veldkamp")
        for id_ in (f"{n:032x}" for n in range(500))
    }
    assert len(codes) == 2 * 2 * 500


def test_a_code_uses_all_letters_of_the_alphabet_alike() -> None:
    """60 bits: nobody guesses one over a network."""
    letters = "".join(code_of(KEY, "demo", str(n)) for n in range(2_000))
    assert min(letters.count(letter) for letter in ALPHABET) > len(letters) / len(ALPHABET) * 0.8


@pytest.mark.parametrize(
    "typed",
    ["K7QM-2XWP-9TRD", "k7qm2xwp9trd", " K7QM 2XWP 9TRD\n", "K7-QM-2X-WP-9T-RD"],
)
def test_a_code_is_read_however_it_is_typed(typed: str) -> None:
    assert read(typed) == "K7QM2XWP9TRD"


def test_letters_that_look_like_digits_are_taken_for_them() -> None:
    assert read("OOOO-IIII-LLLL") == "000011111111"


@pytest.mark.parametrize(
    "typed",
    ["", "K7QM-2XWP", "K7QM-2XWP-9TRDX", "K7QM-2XWP-9TRU", "../../etc/pa", "K7QM-2XWP-9TR\0"],
)
def test_what_is_no_code_is_none(typed: str) -> None:
    assert read(typed) is None


def test_what_is_kept_of_a_code_is_its_digest() -> None:
    code = "K7QM2XWP9TRD"
    assert shown(code) == "K7QM-2XWP-9TRD"
    assert digest_of(code) == hashlib.sha256(b"K7QM2XWP9TRD").hexdigest()
