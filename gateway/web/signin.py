"""Signing in and out over HTTP, and the check that guards every staff page."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from gateway.access import SESSION_SECONDS, Access
from gateway.stores.base import User
from gateway.web.guard import check_own_write
from gateway.web.pages import Pages, language_of, words
from gateway.web.problem import Problem, too_large
from gateway.web.wire import Networks, TooLarge, head, read_body

COOKIE = "gw_staff"
_LARGEST_FORM = 8 * 1024


@dataclass(frozen=True, slots=True)
class SignIn:
    """`/login`, `/login/link` and `/logout`."""

    access: Access
    pages: Pages
    trusted: Networks

    def routes(self) -> list[Route]:
        """The routes of signing in and out."""
        return [
            Route("/login", self.form, methods=["GET"]),
            Route("/login", self.enter, methods=["POST"]),
            Route("/login/link", self.follow, methods=["GET"]),
            Route("/logout", self.leave, methods=["POST"]),
        ]

    def front(self) -> Route:
        """The address of the gateway itself, which leads staff to their figures."""
        return Route("/", self.figures, methods=["GET"])

    async def figures(self, _: Request) -> Response:
        """To the dashboard."""
        return RedirectResponse("/dashboard", 303)

    async def user(self, request: Request) -> User | None:
        """Who is signed in, or None."""
        key = request.cookies.get(COOKIE)
        return await self.access.who(key, int(time.time())) if key else None

    def ask(self, request: Request) -> Response:
        """Send somebody who is not signed in to the form, and back here afterwards."""
        return RedirectResponse(f"/login?next={quote(request.url.path)}", 303)

    async def form(self, request: Request) -> Response:
        """The form."""
        return self._form(request, request.query_params.get("next", ""), None)

    async def enter(self, request: Request) -> Response:
        """Name and password: a session, or the form again with what went wrong."""
        check_own_write(head(request.scope, self.trusted))
        fields = await _fields(request)
        key = await self.access.sign_in(
            fields.get("name", ""), fields.get("password", ""), int(time.time())
        )
        if key is None:
            problem = words(language_of(request))["errors"]["wrong_login"]
            return self._form(request, fields.get("next", ""), problem, status=403)
        return self._enter(request, key, fields.get("next", ""))

    async def follow(self, request: Request) -> Response:
        """A one-time link, as `gateway user link` prints it. A look without taking (HEAD) does
        not use it up."""
        if request.method == "HEAD":
            return Response()
        key = await self.access.redeem(request.query_params.get("key", ""), int(time.time()))
        if key is None:
            t = words(language_of(request))
            return self.pages.render(
                request,
                "staff/message.html",
                status=403,
                title=t["errors"]["link_expired_title"],
                text=t["errors"]["link_expired"],
                link={"href": "/login", "label": t["errors"]["to_login"]},
            )
        return self._enter(request, key, request.query_params.get("next", ""))

    async def leave(self, request: Request) -> Response:
        """End the session here and in the store."""
        check_own_write(head(request.scope, self.trusted))
        key = request.cookies.get(COOKIE, "")
        if await self.access.who(key, int(time.time())):  # only a holder gets to write
            await self.access.sign_out(key)
        response = RedirectResponse("/login", 303)
        response.delete_cookie(COOKIE)
        return response

    def _form(
        self, request: Request, onward: str, problem: str | None, *, status: int = 200
    ) -> Response:
        return self.pages.render(
            request,
            "staff/login.html",
            status=status,
            problem=problem,
            next=_local(onward),
            user=None,
        )

    def _enter(self, request: Request, key: str, onward: str) -> Response:
        response = RedirectResponse(_local(onward), 303)
        response.set_cookie(
            COOKIE,
            key,
            max_age=SESSION_SECONDS,
            httponly=True,
            samesite="lax",
            secure=head(request.scope, self.trusted).scheme == "https",
        )
        return response


async def _fields(request: Request) -> Mapping[str, str]:
    try:
        body = await read_body(request.scope, request.receive, _LARGEST_FORM)
    except TooLarge as problem:
        raise too_large(problem.limit) from None
    try:
        return dict(parse_qsl(body.decode("utf-8"), keep_blank_values=True, max_num_fields=20))
    except ValueError:
        raise Problem(400, "The form cannot be read. Go back and send it again.") from None


def _local(path: str) -> str:
    """A path on this host; anything that could lead elsewhere becomes the dashboard."""
    safe = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable()
    return path if safe else "/dashboard"
