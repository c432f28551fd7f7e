"""A bounded JSON body as a checked value, whatever content type it was sent as: a page sends
text/plain so that the browser need not ask first."""

from __future__ import annotations

from typing import TypeVar

import msgspec
from msgspec import Struct
from starlette.requests import Request

from gateway.web.problem import bad_body, too_large
from gateway.web.wire import TooLarge, read_body

Body = TypeVar("Body", bound=Struct)


async def decode(
    request: Request, shape: type[Body], limit: int, empty: Body | None = None
) -> Body:
    """The body as `shape`; `empty` stands for no body at all. Raises Problem 400 or 413."""
    try:
        raw = await read_body(request.scope, request.receive, limit)
        if not raw and empty is not None:
            return empty
        return msgspec.json.decode(raw, type=shape)
    except TooLarge as problem:
        raise too_large(problem.limit) from None
    except RecursionError:
        raise bad_body("it is nested too deeply") from None
    except (msgspec.MsgspecError, UnicodeDecodeError) as problem:
        raise bad_body(str(problem)) from None
