"""Pictures of one page in Chromium: the banner's two layers, as a visitor meets them."""

from __future__ import annotations

import base64
import html
import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from gateway.errors import GatewayError
from gateway.shots.devtools import DevTools, ProtocolError
from gateway.shots.process import running

Layer = Literal["first", "preferences"]
LAYERS: tuple[Layer, ...] = ("first", "preferences")

_ORIGIN = "https://page.invalid"
"""Never a real host (RFC 2606): all it is asked for is answered here."""
_PAUSE = 0.05

# Shown, in the right language (R11), and no longer on its way in.
_THERE = """(() => {{
  const layer = document.querySelector({selector});
  return document.readyState === "complete" && !!layer && layer.getClientRects().length > 0
    && layer.closest("#gw-banner").lang === {language}
    && document.getAnimations().every((one) => one.playState === "finished");
}})()"""
# Where the middle of a button is. Opened by a click and not by script: that is how visitors do it,
# and after a script the browser draws the focus of a keyboard.
_MIDDLE = """(() => {{
  const {{ x, y, width, height }} = document.querySelector({selector}).getBoundingClientRect();
  return [x + width / 2, y + height / 2];
}})()"""
_SETTINGS = "#gw-banner [data-gw-action=settings]"
_SELECTORS: Mapping[Layer, str] = {
    "first": "#gw-banner .gw-bar",
    "preferences": "#gw-banner dialog[open]",
}


@dataclass(frozen=True, slots=True)
class Viewport:
    """A screen, in CSS pixels, and how many of its own pixels go into one of them."""

    name: str
    width: int
    height: int
    scale: int
    mobile: bool


PHONE = Viewport("phone", 390, 844, 2, mobile=True)
DESKTOP = Viewport("desktop", 1280, 800, 1, mobile=False)
VIEWPORTS = (PHONE, DESKTOP)


@dataclass(frozen=True, slots=True)
class Subject:
    """What is pictured: a notice of a site, and the very files that show it to visitors, by their
    address after that of the site."""

    site: str
    notice: str
    languages: tuple[str, ...]
    files: Mapping[str, bytes]


class Camera:
    """A Chromium that takes pictures of one subject."""

    def __init__(self, tools: DevTools, subject: Subject, patience: float) -> None:
        self._tools = tools
        self._subject = subject
        self._patience = patience
        self._language = ""
        tools.heard = self._heard
        self.browser = str(tools.call("Browser.getVersion")["product"])

    def take(self, language: str, viewport: Viewport) -> Iterator[tuple[Layer, bytes]]:
        """Both layers on one screen, as PNG."""
        self._language = language
        with self._page(viewport) as session:
            for layer in LAYERS:
                if layer == "preferences":
                    self._click(session, _SETTINGS)
                self._await(session, layer)
                picture = self._tools.call("Page.captureScreenshot", session, format="png")
                yield layer, base64.b64decode(picture["data"])

    @contextmanager
    def _page(self, viewport: Viewport) -> Iterator[str]:
        call = self._tools.call
        target = call("Target.createTarget", url="about:blank")["targetId"]
        session = str(call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"])
        call("Page.enable", session)
        call(
            "Emulation.setDeviceMetricsOverride",
            session,
            width=viewport.width,
            height=viewport.height,
            deviceScaleFactor=viewport.scale,
            mobile=viewport.mobile,
        )
        call("Emulation.setTouchEmulationEnabled", session, enabled=viewport.mobile)
        call("Emulation.setScrollbarsHidden", session, hidden=viewport.mobile)
        features = {"prefers-color-scheme": "light", "prefers-reduced-motion": "reduce"}
        call(
            "Emulation.setEmulatedMedia",
            session,
            features=[{"name": name, "value": value} for name, value in features.items()],
        )
        call("Fetch.enable", session, patterns=[{"urlPattern": "*"}])
        call("Page.navigate", session, url=f"{_ORIGIN}/")
        yield session
        call("Target.closeTarget", targetId=target)

    def _await(self, session: str, layer: Layer) -> None:
        shown = _THERE.format(
            selector=json.dumps(_SELECTORS[layer]), language=json.dumps(self._language)
        )
        deadline = time.monotonic() + self._patience
        while not self._evaluate(session, shown):
            if time.monotonic() > deadline:
                raise GatewayError(
                    f"the banner ({layer}, {self._language}) did not appear in Chromium",
                    hint="see that it appears on the site itself, and that Chromium is up to date",
                )
            time.sleep(_PAUSE)

    def _click(self, session: str, selector: str) -> None:
        middle = self._evaluate(session, _MIDDLE.format(selector=json.dumps(selector)))
        x, y = middle if isinstance(middle, list) else (0, 0)
        mouse = {"x": x, "y": y, "button": "left", "clickCount": 1}
        for kind in ("mousePressed", "mouseReleased"):
            self._tools.call("Input.dispatchMouseEvent", session, type=kind, **mouse)
        # Away again, or the button that comes to lie there is drawn as pointed at.
        self._tools.call("Input.dispatchMouseEvent", session, type="mouseMoved", x=0, y=0)

    def _evaluate(self, session: str, script: str) -> object:
        try:
            done = self._tools.call(
                "Runtime.evaluate", session, expression=script, returnByValue=True
            )
        except ProtocolError:  # the page is just being replaced by the one asked for
            return None
        return done["result"].get("value")

    def _heard(self, message: Mapping[str, Any]) -> None:
        if message["method"] != "Fetch.requestPaused":
            return
        path = str(message["params"]["request"]["url"]).removeprefix(_ORIGIN)
        kind, body = self._answer(path)
        self._tools.tell(
            "Fetch.fulfillRequest",
            message["sessionId"],
            requestId=message["params"]["requestId"],
            responseCode=200 if body else 204,
            responseHeaders=[{"name": "content-type", "value": f"{kind}; charset=utf-8"}],
            body=base64.b64encode(body).decode(),
        )

    def _answer(self, path: str) -> tuple[str, bytes]:
        if path == "/":
            return "text/html", _blank(self._language, self._subject.site)
        asked = path.partition("?")[0].removeprefix(f"/{self._subject.site}/")
        if body := self._subject.files.get(asked):
            return "application/json" if asked.endswith(".json") else "text/javascript", body
        return "text/plain", b""  # a showing to a camera is counted nowhere


@contextmanager
def camera(program: Path, subject: Subject, patience: float) -> Iterator[Camera]:
    """Start Chromium for one subject; `patience` is for each of its answers, in seconds."""
    with running(program) as pipes:
        yield Camera(DevTools(pipes, patience), subject, patience)


def _blank(language: str, site: str) -> bytes:
    """An empty page with the one line that every page of the site has."""
    return (
        f'<!doctype html><html lang="{html.escape(language)}"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>{html.escape(site)}</title><script src="/{site}/banner.js" async></script>'
    ).encode()
