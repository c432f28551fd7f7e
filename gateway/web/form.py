"""A bounded form of a page of ours as a checked value."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qsl

import msgspec
from starlette.requests import Request

from gateway.web.problem import Problem, too_large
from gateway.web.wire import TooLarge, read_body

_LARGEST = 4 * 1024
_MOST_FIELDS = 40
"""A site has at most 30 purposes, each a box of the preference page."""


async def fields(request: Request) -> Mapping[str, str]:
    """The fields of a form, or of a JSON object of texts. Raises Problem 400 or 413."""
    try:
        body = (await read_body(request.scope, request.receive, _LARGEST)).decode()
        if body.lstrip().startswith("{"):
            return msgspec.json.decode(body, type=dict[str, str])
        return dict(parse_qsl(body, keep_blank_values=True, max_num_fields=_MOST_FIELDS))
    except TooLarge as problem:
        raise too_large(problem.limit) from None
    except (ValueError, RecursionError):
        raise Problem(400, "The form cannot be read. Go back and send it again.") from None
