"""Errors as `application/problem+json` (RFC 9457): what happened and what to do."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

import msgspec
from starlette.responses import Response


class Problem(Exception):
    """A refusal with its HTTP status; raise it anywhere below the router."""

    def __init__(
        self, status: int, detail: str, *, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.headers = dict(headers or {})

    def response(self) -> Response:
        """The answer that tells it."""
        body = {
            "type": "about:blank",
            "title": HTTPStatus(self.status).phrase,
            "status": self.status,
            "detail": self.detail,
        }
        return Response(
            msgspec.json.encode(body),
            self.status,
            {"cache-control": "no-store", **self.headers},
            "application/problem+json",
        )


class TooMany(Problem):
    """429: nothing was looked at. Whose requests were too many is not told (P2)."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(
            status=429,
            detail="There were too many requests just now, and nothing was stored of this one. "
            f"Send it again in {retry_after} s.",
            headers={"retry-after": str(retry_after)},
        )


def unknown_site() -> Problem:
    """404: the name is not repeated, it may be anything."""
    return Problem(404, "There is no such site here. Check the address in the embed line.")


def too_large(limit: int) -> Problem:
    """413 with the bound."""
    return Problem(413, f"The body is larger than {limit} bytes. Send less at a time.")


def bad_body(sentence: str) -> Problem:
    """400 with what the reader found."""
    return Problem(400, f"The body cannot be used: {sentence}.")


def wrong_origin() -> Problem:
    """403 for a write that another website started."""
    return Problem(
        403,
        "This request comes from an origin that is not one of the site's. "
        "Add it to `origins` in the site's file if it should be.",
    )


def busy(retry_after: int) -> Problem:
    """503: nothing was stored, and the same request may succeed soon."""
    return Problem(
        503,
        f"The gateway cannot store this now. Send it again in {retry_after} s.",
        headers={"retry-after": str(retry_after)},
    )
