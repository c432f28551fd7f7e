"""What form of an answer a caller asks for."""

from __future__ import annotations

from starlette.requests import Request

_PAGE = ("text/html", "application/xhtml+xml")
_DATA = ("application/json", "application/*", "*/*")


def wants_page(request: Request) -> bool:
    """Whether HTML is asked for before JSON, or before whatever there is: browsers do."""
    for _, kind in sorted(_accepted(request), key=lambda one: -one[0]):
        if kind in _PAGE:
            return True
        if kind in _DATA:
            return False
    return False


def _accepted(request: Request) -> list[tuple[float, str]]:
    found: list[tuple[float, str]] = []
    for part in request.headers.get("accept", "").split(","):
        kind, *settings = (piece.strip().lower() for piece in part.split(";"))
        weight = next((piece[2:] for piece in settings if piece.startswith("q=")), "1")
        try:
            found.append((float(weight), kind))
        except ValueError:
            continue
    return [one for one in found if one[0] > 0]
