"""What a site owner says the tracker looks at, and what a page is told of it."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from gateway.rules.tracker import DOWNLOADS, Tracker, options


def _read(**said: object) -> Tracker:
    return msgspec.convert(said, Tracker)


def test_nothing_said_is_everything_counted_but_fragments() -> None:
    assert _read() == Tracker()
    assert options(Tracker()) == {
        "downloads": "|".join(DOWNLOADS), "outbound": 1, "forms": 1, "engagement": 1,
    }  # fmt: skip


def test_the_script_takes_the_same_for_downloads() -> None:
    source = Path("gateway/web/assets/banner/material.js").read_text("utf-8")
    assert f'"{"|".join(DOWNLOADS)}"' in source


def test_each_can_be_left_out() -> None:
    said = {"hash": True, "outbound": False, "forms": False, "engagement": False}
    told = options(_read(**said, downloads=[]))
    assert told == {"hash": 1, "downloads": ""}


@pytest.mark.parametrize(
    "said",
    [
        pytest.param({"clicks": True}, id="unknown key"),
        pytest.param({"hash": "yes"}, id="no boolean"),
        pytest.param({"downloads": [".pdf"]}, id="with a dot"),
        pytest.param({"downloads": ["PDF"]}, id="in capitals"),
        pytest.param({"downloads": [""]}, id="empty"),
        pytest.param({"downloads": ["a" * 11]}, id="no extension is that long"),
        pytest.param({"downloads": ["a"] * 61}, id="too many"),
        pytest.param({"downloads": "pdf"}, id="text"),
    ],
)
def test_what_cannot_be_meant_is_refused(said: dict[str, object]) -> None:
    with pytest.raises(msgspec.ValidationError):
        _read(**said)
