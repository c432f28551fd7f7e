"""Which pages may write, and which may read an answer.

Origin and Sec-Fetch-Site in place of tokens: a browser sends them and a page cannot forge them.
A caller that sends neither is no browser, so no visitor's cookie is at stake.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from gateway.web.problem import wrong_origin
from gateway.web.wire import Head


def check_site_write(head: Head, origins: Collection[str]) -> None:
    """Let a site's own pages and the gateway's own pages write. Raises Problem 403."""
    if head.origin is not None:
        if head.origin not in origins and not _is_own(head):
            raise wrong_origin()
    elif head.fetch_site not in (None, "same-origin", "none"):
        raise wrong_origin()


def check_own_write(head: Head) -> None:
    """Let only the gateway's own pages write: staff forms. Raises Problem 403."""
    check_site_write(head, ())


def cors(head: Head, origins: Collection[str]) -> Mapping[str, str]:
    """The headers that let a site's page read the answer, with its cookie."""
    if head.origin is None or head.origin not in origins:
        return {"vary": "origin"}
    return {
        "access-control-allow-origin": head.origin,
        "access-control-allow-credentials": "true",
        "vary": "origin",
    }


def preflight(head: Head, origins: Collection[str]) -> Mapping[str, str]:
    """What a browser may send after asking; remembered for a day."""
    return {
        **cors(head, origins),
        "access-control-allow-methods": "GET, POST",
        "access-control-allow-headers": "authorization, content-type",
        "access-control-max-age": "86400",
    }


def _is_own(head: Head) -> bool:
    return head.origin == f"{head.scheme}://{head.host}"
