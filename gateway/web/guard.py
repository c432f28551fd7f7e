"""Which pages may write, and which may read an answer.

Origin and Sec-Fetch-Site in place of tokens: a browser sends them and a page cannot forge them.
A caller that sends neither is no browser, so no visitor's cookie is at stake.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from msgspec.structs import replace

from gateway.web.problem import wrong_origin
from gateway.web.wire import Head


def check_site_write(head: Head, origins: Collection[str]) -> None:
    """Let a site's own pages and the gateway's own pages write. Raises Problem 403."""
    if head.origin is not None:
        if head.origin not in origins and not _is_own(head):
            raise wrong_origin()
    elif head.fetch_site not in (None, "same-origin", "none"):
        raise wrong_origin()


def vouched(head: Head, origins: Collection[str]) -> Head:
    """As `check_site_write`, for what a signed token in the body vouches for, which no other page
    has: pages that keep their origin to themselves write too, without the cookies that came along.
    Raises Problem 403.

    Firefox sends `Origin: null` with a beacon from a page whose referrer policy is `no-referrer` or
    `same-origin`, and a beacon cannot ask for another (Firefox 140).
    """
    if head.origin == "null":
        return replace(head, cookies={})
    check_site_write(head, origins)
    return head


def check_page_write(head: Head, origins: Collection[str]) -> None:
    """Let only the site's own pages write: what no program has a use for. Raises Problem 403."""
    if head.origin not in origins:
        raise wrong_origin()


def check_own_write(head: Head) -> None:
    """Let only the gateway's own pages write: staff forms. Raises Problem 403."""
    check_site_write(head, ())


def cors(head: Head, origins: Collection[str]) -> Mapping[str, str]:
    """The headers that let a site's page read the answer, with its cookie."""
    return readable_by(head.origin if head.origin in origins else None)


def readable_by(origin: str | None) -> Mapping[str, str]:
    """The same for an origin that is known to be the site's, or none."""
    if origin is None:
        return {"vary": "origin"}
    return {
        "access-control-allow-origin": origin,
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
