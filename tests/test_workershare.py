"""Counts of several workers: one sum, whoever is asked and whoever died."""

from __future__ import annotations

import stat
from collections.abc import Callable
from pathlib import Path

from gateway.workershare import Alone, Share, Told, share_of


class _Clock:
    """Time that passes when a test says so."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


def _worker(folder: Path, run: str = "4711", now: Callable[[], float] | None = None) -> Share:
    return Share(folder, 1, run, now or _Clock())


def _other(folder: Path, run: str = "4711", now: Callable[[], float] | None = None) -> Share:
    return Share(folder, 2, run, now or _Clock())


def test_one_process_answers_for_itself_and_writes_nothing(tmp_path: Path) -> None:
    alone = share_of(tmp_path, {})
    own = Told({"a": 1}, 2)
    alone.tell(own)
    assert isinstance(alone, Alone)
    assert alone.all(own) == own
    assert list(tmp_path.iterdir()) == []


def test_a_worker_knows_its_place_from_what_it_was_started_with(tmp_path: Path) -> None:
    first = share_of(tmp_path, {"GATEWAY_WORKER": "1", "GATEWAY_PARENT": "4711"})
    second = share_of(tmp_path, {"GATEWAY_WORKER": "2", "GATEWAY_PARENT": "4711"})
    first.tell(Told({"a": 1}, 0))
    assert second.all(Told({"a": 2}, 0)).counts == {"a": 3}


def test_the_sum_is_the_same_whoever_is_asked(tmp_path: Path) -> None:
    one, two = _worker(tmp_path), _other(tmp_path)
    two.tell(Told({"a": 10, "b": 1}, 3))
    assert one.all(Told({"a": 5}, 1)) == Told({"a": 15, "b": 1}, 4)
    assert two.all(Told({"a": 10, "b": 1}, 3)) == Told({"a": 15, "b": 1}, 4)


def test_what_was_shown_is_never_shown_lower_when_a_worker_dies(tmp_path: Path) -> None:
    """Killed between two of its turns: being asked is a turn too."""
    one, two = _worker(tmp_path), _other(tmp_path)
    one.tell(Told({"a": 5}, 0))
    assert one.all(Told({"a": 9}, 0)).counts == {"a": 9}
    assert two.all(Told({}, 0)).counts == {"a": 9}
    again = _worker(tmp_path)
    assert two.all(Told({}, 0)).counts == {"a": 9}
    assert again.all(Told({"a": 1}, 0)).counts == {"a": 10}
    again.tell(Told({"a": 2}, 0))
    assert two.all(Told({}, 0)).counts == {"a": 11}


def test_a_service_that_was_started_anew_begins_at_zero(tmp_path: Path) -> None:
    _worker(tmp_path).tell(Told({"a": 5}, 0))
    _other(tmp_path).tell(Told({"a": 5}, 0))
    assert _worker(tmp_path, run="815").all(Told({"a": 1}, 0)).counts == {"a": 1}


def test_who_is_silent_has_no_queue_and_keeps_its_counts(tmp_path: Path) -> None:
    clock = _Clock()
    one, two = _worker(tmp_path, now=clock), _other(tmp_path, now=clock)
    two.tell(Told({"a": 1}, 7))
    assert one.all(Told({}, 1)).queue == 8
    clock.now += 6
    assert one.all(Told({}, 1)) == Told({"a": 1}, 1)


def test_the_files_are_for_the_service_alone(tmp_path: Path) -> None:
    folder = tmp_path / "data" / "workers"
    _worker(folder).tell(Told({"a": 1}, 0))
    [file] = folder.iterdir()
    assert (file.name, stat.S_IMODE(file.stat().st_mode)) == ("1.json", 0o600)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_file_that_cannot_be_read_or_written_keeps_nobody_from_answering(tmp_path: Path) -> None:
    (tmp_path / "2.json").write_text("half a", "utf-8")
    (tmp_path / "1.new").mkdir()
    assert _worker(tmp_path).all(Told({"a": 1}, 2)) == Told({"a": 1}, 2)
