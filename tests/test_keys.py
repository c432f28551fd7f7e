"""The gateway's secrets: made once, for its own eyes, and never replaced unasked."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from gateway import keys
from gateway.errors import GatewayError
from gateway.rules.seal import Seal, holds

KEY = "ab" * 32


def write(folder: Path, said: object) -> Path:
    path = folder / "secrets.json"
    path.write_text(said if isinstance(said, str) else json.dumps(said), "utf-8")
    path.chmod(0o600)
    return path


def test_the_first_run_makes_secrets_only_their_owner_can_read(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        made = keys.load(tmp_path / "new" / "data")
    finally:
        os.umask(before)
    path = tmp_path / "new" / "data" / "secrets.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert [file.name for file in path.parent.iterdir()] == ["secrets.json"]
    assert len(made.visitor) == 32
    assert [len(bytes.fromhex(key)) for key in made.tokens] == [32]


def test_every_later_run_reads_the_same_secrets(tmp_path: Path) -> None:
    first = keys.load(tmp_path)
    text = (tmp_path / "secrets.json").read_bytes()
    assert keys.load(tmp_path) == first
    assert (tmp_path / "secrets.json").read_bytes() == text


def test_two_gateways_have_different_secrets(tmp_path: Path) -> None:
    one, other = keys.load(tmp_path / "a"), keys.load(tmp_path / "b")
    assert one.visitor != other.visitor
    assert one.tokens != other.tokens


def test_many_first_runs_at_once_agree_on_one_set_of_secrets(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        made = set(pool.map(keys.load, [tmp_path] * 16))
    assert len(made) == 1
    assert [file.name for file in tmp_path.iterdir()] == ["secrets.json"]


def test_a_first_run_that_broke_off_is_in_nobody_s_way(tmp_path: Path) -> None:
    (tmp_path / f"secrets.{os.getpid()}.new").write_text("{")
    assert keys.load(tmp_path) == keys.load(tmp_path)


def test_keys_can_be_rotated_by_adding_one(tmp_path: Path) -> None:
    both, visitor = [KEY, "cd" * 32], bytes.fromhex(KEY)
    write(tmp_path, {"tokens": both, "visitor": KEY, "seals": both})
    seals = (visitor, bytes.fromhex("cd" * 32))
    assert keys.load(tmp_path) == keys.Keys(tuple(both), visitor, seals)


def test_a_rotated_token_key_signs_and_the_older_ones_still_hold(tmp_path: Path) -> None:
    before = keys.load(tmp_path)
    keys.rotate_tokens(tmp_path)
    after = keys.load(tmp_path)
    assert after.tokens[:-1] == before.tokens
    assert after.tokens[-1] not in before.tokens
    assert (after.visitor, after.seals) == (before.visitor, before.seals)


def test_of_a_rotated_seal_only_the_public_half_stays(tmp_path: Path) -> None:
    before = keys.load(tmp_path)
    head = Seal(before.seals).sign("demo", 1, "0" * 64, 0)
    keys.rotate_seals(tmp_path)
    keys.rotate_seals(tmp_path)
    after = keys.load(tmp_path)
    stored = (tmp_path / "secrets.json").read_text("utf-8")
    assert before.seals[0].hex() not in stored
    assert len(after.retired) == 2
    seal = Seal(after.seals, after.retired)
    assert holds(head, seal.public)
    assert seal.sign("demo", 1, "0" * 64, 0).key != head.key
    assert stat.S_IMODE((tmp_path / "secrets.json").stat().st_mode) == 0o600
    assert [file.name for file in tmp_path.iterdir()] == ["secrets.json"]


@pytest.mark.parametrize("rotate", [keys.rotate_tokens, keys.rotate_seals])
def test_damaged_secrets_are_not_rotated(rotate: Callable[[Path], None], tmp_path: Path) -> None:
    path = write(tmp_path, {"tokens": [KEY], "visitor": KEY, "seals": [KEY], "retired": ["ab"]})
    before = path.read_bytes()
    with pytest.raises(GatewayError, match="is damaged"):
        rotate(tmp_path)
    assert path.read_bytes() == before


@pytest.mark.parametrize("mode", [0o604, 0o640, 0o644, 0o660, 0o610, 0o601, 0o777])
def test_secrets_that_others_can_read_are_refused(tmp_path: Path, mode: int) -> None:
    keys.load(tmp_path)
    path = tmp_path / "secrets.json"
    path.chmod(mode)
    with pytest.raises(GatewayError, match="others can read") as refusal:
        keys.load(tmp_path)
    assert refusal.value.hint == f"chmod 600 {path}"
    path.chmod(0o600)
    assert keys.load(tmp_path).tokens


@pytest.mark.parametrize(
    "said",
    [
        pytest.param("", id="empty"),
        pytest.param('{"tokens": ["', id="cut off"),
        pytest.param([], id="a list"),
        pytest.param({}, id="nothing in it"),
        pytest.param({"tokens": [KEY]}, id="no visitor key"),
        pytest.param({"visitor": KEY}, id="no token keys"),
        pytest.param({"tokens": [], "visitor": KEY}, id="no token key"),
        pytest.param({"tokens": KEY, "visitor": KEY}, id="token key is no list"),
        pytest.param({"tokens": [""], "visitor": KEY}, id="empty token key"),
        pytest.param({"tokens": [KEY, KEY[:-2]], "visitor": KEY}, id="short token key"),
        pytest.param({"tokens": [7], "visitor": KEY}, id="token key is a number"),
        pytest.param({"tokens": [KEY], "visitor": ""}, id="empty visitor key"),
        pytest.param({"tokens": [KEY], "visitor": KEY[:-2]}, id="short visitor key"),
        pytest.param({"tokens": [KEY], "visitor": "zz" * 32}, id="visitor key is no hex"),
        pytest.param({"tokens": [KEY], "visitor": None}, id="visitor key is null"),
    ],
)
def test_damaged_secrets_are_refused_and_left_as_they_are(tmp_path: Path, said: object) -> None:
    """A new visitor key would make every returning visitor a new one."""
    path = write(tmp_path, said)
    before = path.read_bytes()
    with pytest.raises(GatewayError, match="is damaged") as refusal:
        keys.load(tmp_path)
    assert "restore it from a backup" in refusal.value.hint
    assert KEY not in str(refusal.value)
    assert path.read_bytes() == before
