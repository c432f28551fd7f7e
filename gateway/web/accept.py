"""What form of an answer a caller asks for."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.requests import Request

_PAGE = ("text/html", "application/xhtml+xml")
_DATA = ("application/json", "application/*", "*/*")


def wants_page(request: Request) -> bool:
    """Whether HTML is asked for before JSON, or before whatever there is: browsers do."""
    accepted = [one for one in _weighed(request, "accept") if one[0] > 0]
    for _, kind in sorted(accepted, key=lambda one: -one[0]):
        if kind in _PAGE:
            return True
        if kind in _DATA:
            return False
    return False


def encoding_for(request: Request, offered: Sequence[str]) -> str:
    """The first of these that is accepted, whatever its weight: they are in the order of their
    sizes. "" when none is, as with `br;q=0`."""
    weights = {kind: weight for weight, kind in _weighed(request, "accept-encoding")}
    others = weights.get("*", 0.0)
    return next((one for one in offered if weights.get(one, others) > 0), "")


def _weighed(request: Request, header: str) -> list[tuple[float, str]]:
    found: list[tuple[float, str]] = []
    for part in request.headers.get(header, "").split(","):
        kind, *settings = (piece.strip().lower() for piece in part.split(";"))
        weight = next((piece[2:] for piece in settings if piece.startswith("q=")), "1")
        try:
            found.append((float(weight), kind))
        except ValueError:
            continue
    return found
