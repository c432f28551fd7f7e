"""Pictures of a notice as visitors met it, on a phone and on a desktop (R25), and the list that
says what each of them is and which SHA-256 it has.

Values in, files out: it is given the script that visitors get and asks no site for anything.
"""

from __future__ import annotations

import hashlib
import json
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from gateway.errors import GatewayError
from gateway.rules.moment import iso
from gateway.shots.camera import LAYERS, VIEWPORTS, Layer, Subject, Viewport, camera
from gateway.shots.process import find

__all__ = ["LIST", "Shots", "Subject", "find", "kept", "shoot"]

LIST = "shots.json"
PATIENCE = 20.0
"""Seconds for one answer of Chromium: a first start on a cold disk took six."""


@dataclass(frozen=True, slots=True)
class Shots:
    """What lies in a folder: how many pictures, by which browser, and when the last was taken."""

    pictures: int
    browser: str
    taken: str


@dataclass(frozen=True, slots=True)
class _Picture:
    language: str
    viewport: Viewport
    layer: Layer
    png: bytes
    taken: int

    @property
    def file(self) -> str:
        return _file(self.language, self.viewport, self.layer)


def shoot(subject: Subject, folder: Path, program: Path, patience: float = PATIENCE) -> Shots:
    """Take a picture of each layer in each language on each screen, in place of those there were.

    Nothing is written before all are taken. Raises GatewayError when Chromium does not do its
    part or the folder cannot be written.
    """
    with camera(program, subject, patience) as taking:
        pictures = [
            _Picture(language, viewport, layer, png, int(time.time()))
            for language in subject.languages
            for viewport in VIEWPORTS
            for layer, png in taking.take(language, viewport)
        ]
        browser = taking.browser
    said = {
        "site": subject.site,
        "notice": subject.notice,
        "browser": browser,
        "pictures": [_listed(picture) for picture in pictures],
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for picture in pictures:
            _write(folder / picture.file, picture.png)
        _write(folder / LIST, f"{json.dumps(said, indent=2)}\n".encode())
    except OSError as problem:
        raise GatewayError(
            f"{folder} cannot be written: {problem.strerror}", hint="name another folder with --out"
        ) from None
    return _summary(said)


def kept(subject: Subject, folder: Path) -> Shots | None:
    """The pictures that lie in a folder; None when none were taken.

    Raises GatewayError when they are of another notice, or one is gone or was changed.
    """
    try:
        said = json.loads((folder / LIST).read_bytes())
        digests = {one["file"]: one["sha256"] for one in said["pictures"]}
        summary, notice = _summary(said), said["notice"]
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError, KeyError, TypeError, IndexError):
        raise _unsound(folder, f"{LIST} cannot be read") from None
    if notice != subject.notice:
        raise _unsound(folder, "they are of another notice")
    for file in _files(subject):
        if file not in digests or not (folder / file).is_file():
            raise _unsound(folder, f"{file} is missing")
        if hashlib.sha256((folder / file).read_bytes()).hexdigest() != digests[file]:
            raise _unsound(folder, f"{file} was changed")
    return summary


def _files(subject: Subject) -> list[str]:
    return [
        _file(language, viewport, layer)
        for language in subject.languages
        for viewport in VIEWPORTS
        for layer in LAYERS
    ]


def _file(language: str, viewport: Viewport, layer: Layer) -> str:
    return f"{language}-{viewport.name}-{layer}.png"


def _listed(picture: _Picture) -> dict[str, object]:
    return {
        "file": picture.file,
        "sha256": hashlib.sha256(picture.png).hexdigest(),
        "language": picture.language,
        "layer": picture.layer,
        "viewport": asdict(picture.viewport),
        "taken": iso(picture.taken),
    }


def _summary(said: dict[str, Any]) -> Shots:
    pictures = said["pictures"]
    return Shots(len(pictures), said["browser"], pictures[-1]["taken"])


def _unsound(folder: Path, what: str) -> GatewayError:
    return GatewayError(
        f"the pictures in {folder}: {what}",
        hint="bring them back from a backup, or take new ones with --again",
    )


def _write(path: Path, content: bytes) -> None:
    # Never half a picture under its name, whatever happens meanwhile.
    part = path.with_name(f".{path.name}.part")
    part.write_bytes(content)
    part.replace(path)
