"""Somebody at a Firefox: what they do, and what their browser sent and stored meanwhile."""

from __future__ import annotations

import base64
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Self

from tests.firefox.bidi import Bidi, Event, Value

_STORED = """async () => ({
    cookie: document.cookie,
    local: Object.keys(localStorage),
    session: Object.keys(sessionStorage),
    databases: (await indexedDB.databases()).map((database) => database.name),
    caches: await caches.keys(),
})"""

# What a mouse could press: shown, at rest, and with nothing of the page in front of it.
_AT_HAND = """async (selector) => {
    const shown = [...document.querySelectorAll(selector)].find((one) => one.checkVisibility());
    if (!shown) return null;
    shown.scrollIntoView({ block: "nearest", behavior: "instant" });
    const place = () => {
        const { x, y, width, height } = shown.getBoundingClientRect();
        return [x + width / 2, y + height / 2];
    };
    const before = place();
    await new Promise(requestAnimationFrame);
    const [x, y] = place();
    const still = x === before[0] && y === before[1];
    return still && shown.contains(document.elementFromPoint(x, y)) ? shown : null;
}"""

_SETTLED = """() => document.readyState === "complete"
    && !!window.gateway && !!document.querySelector("#gw-banner, #gw-reopen")"""

_KEYS = {"Tab": "\ue004", "Enter": "\ue007", "Escape": "\ue00c", "Shift": "\ue008"}

_OVERDUE_SECONDS = 15.0
_POLL_SECONDS = 0.03
_MOMENT_SECONDS = 0.3
_DESKTOP = {"width": 1280, "height": 800}


class Visitor:
    """One visitor with a browser profile of their own, who was never here before."""

    def __init__(self, firefox: Bidi, base: str, pictures: Path) -> None:
        self._firefox = firefox
        self._base = base
        self._pictures = pictures
        self._since = len(firefox.events)
        self._profile = firefox.send("browser.createUserContext")["userContext"]
        self._tab = firefox.send("browsingContext.create", type="tab", userContext=self._profile)[
            "context"
        ]
        firefox.send("browsingContext.setViewport", context=self._tab, viewport=_DESKTOP)

    def leave(self) -> None:
        """Close all that is theirs; nothing of it is left for the next one."""
        self._firefox.send("browser.removeUserContext", userContext=self._profile)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.leave()

    def read(self, path: str) -> None:
        """Open a page and let it settle."""
        self._firefox.send(
            "browsingContext.navigate", context=self._tab, url=self._base + path, wait="complete"
        )
        self.settle()

    def settle(self) -> None:
        """Wait until the banner has run, and a moment more for what must not be sent."""
        self.wait(_SETTLED)
        until = time.monotonic() + _MOMENT_SECONDS
        while (left := until - time.monotonic()) > 0:
            self._firefox.listen(left)

    def page(self, function: str, *arguments: Value) -> Any:
        """What a function gives back that runs in the page."""
        return self._firefox.call(self._tab, function, arguments)

    def wait(self, function: str, *arguments: Value) -> Any:
        """What a function of the page gives back, once that is something."""
        return self._until(lambda: self.page(function, *arguments), f"{function} {arguments}")

    def shows(self, selector: str) -> bool:
        """Whether there is such an element, and it can be seen."""
        return bool(
            self.page(
                "(s) => [...document.querySelectorAll(s)].some((one) => one.checkVisibility())",
                selector,
            )
        )

    def await_shown(self, selector: str) -> None:
        """Wait until such an element can be seen."""
        self._until(lambda: self.shows(selector), f"{selector} to be seen")

    def await_gone(self, selector: str) -> None:
        """Wait until no such element can be seen."""
        self._until(lambda: not self.shows(selector), f"{selector} to go")

    def text(self, selector: str) -> str:
        """The words of the first such element, as they are shown."""
        return str(self.wait("(s) => document.querySelector(s)?.innerText", selector))

    def click(self, selector: str) -> None:
        """Press and release the mouse on the first such element that is at hand."""
        element = self.wait(_AT_HAND, selector)
        self._act(
            "pointer",
            {"type": "pointerMove", "x": 0, "y": 0, "origin": {"type": "element", **_as(element)}},
            {"type": "pointerDown", "button": 0},
            {"type": "pointerUp", "button": 0},
        )

    def choose(self, action: str) -> None:
        """Press a button of the banner or the preferences once, and wait until that is kept."""
        heard = len(self._firefox.events)
        self.click(f"[data-gw-action={action}]")
        self._until(
            lambda: any(
                _path(event).endswith(("/consent", "/withdraw"))
                for event in self._events("network.responseCompleted", heard)
            ),
            f"an answer to {action}",
        )
        self.await_gone("#gw-banner [data-gw-action=accept]")
        self.settle()

    def reopen(self) -> None:
        """Open the preferences from the page's own footer."""
        self.click("footer [data-gw-action=open]")
        self.await_shown("dialog#gw-preferences[open]")

    def key(self, *names: str) -> None:
        """Press keys together, the last one last: `key("Shift", "Tab")`."""
        held = [_KEYS.get(name, name) for name in names]
        self._act(
            "key",
            *({"type": "keyDown", "value": one} for one in held),
            *({"type": "keyUp", "value": one} for one in reversed(held)),
        )

    def scroll(self, pixels: int) -> None:
        """Turn the wheel over the middle of the page."""
        at = {"x": _DESKTOP["width"] // 2, "y": _DESKTOP["height"] // 3}
        self._act("wheel", {"type": "scroll", **at, "deltaX": 0, "deltaY": pixels})

    def focused(self, selector: str) -> bool:
        """Whether the keyboard is on such an element."""
        return bool(self.page("(s) => document.activeElement.matches(s)", selector))

    def state(self) -> Any:
        """The choice that stands, as the page's own code is told."""
        return self.page("() => window.gateway.get().state")

    def stored(self) -> Any:
        """All that the browser keeps for this site, besides the cookies of the profile."""
        return self.page(_STORED)

    def cookies(self) -> dict[str, str]:
        """Cookies of every site in this profile."""
        kept = self._firefox.send(
            "storage.getCookies", partition={"type": "storageKey", "userContext": self._profile}
        )
        return {one["name"]: one["value"]["value"] for one in kept["cookies"]}

    def sent(self, ending: str, method: str = "") -> int:
        """How many requests went to an address with this ending, by one method or by any."""
        return sum(
            _path(event).endswith(ending) and method in ("", event.said["request"]["method"])
            for event in self._events("network.beforeRequestSent", self._since)
        )

    def strangers(self) -> set[str]:
        """Addresses asked that are not the site's own."""
        asked = {_url(event) for event in self._events("network.beforeRequestSent", self._since)}
        return {url for url in asked if not url.startswith((self._base, "data:", "blob:"))}

    def frames(self) -> list[str]:
        """Addresses of what is loaded in the frames of the page."""
        tree = self._firefox.send("browsingContext.getTree", root=self._tab)["contexts"]
        return [str(frame["url"]) for frame in tree[0]["children"]]

    def complaints(self) -> list[str]:
        """What the page's console holds of errors and warnings."""
        entries = self._events("log.entryAdded", self._since)
        return [str(one.said["text"]) for one in entries if one.said["level"] in ("error", "warn")]

    def picture(self, name: str) -> Path:
        """Keep what is on the screen, for somebody to look at."""
        shot = self._firefox.send("browsingContext.captureScreenshot", context=self._tab)
        path = self._pictures / f"{name}.png"
        path.write_bytes(base64.b64decode(shot["data"]))
        return path

    def _until(self, found: Callable[[], Any], what: str) -> Any:
        deadline = time.monotonic() + _OVERDUE_SECONDS
        while not (one := found()):
            if time.monotonic() > deadline:
                raise AssertionError(f"waited for {what}; see {self.picture('overdue')}")
            self._firefox.listen(_POLL_SECONDS)
        return one

    def _events(self, name: str, since: int) -> Iterator[Event]:
        """Theirs, and those nobody is named for: a beacon may outlive its page."""
        for event in self._firefox.events[since:]:
            if event.name == name and event.profile in (self._profile, None):
                yield event

    def _act(self, kind: str, *steps: dict[str, Any]) -> None:
        source = {"type": kind, "id": kind, "actions": list(steps)}
        self._firefox.send("input.performActions", context=self._tab, actions=[source])


def _as(element: Any) -> dict[str, Any]:
    return {"element": element}


def _url(event: Event) -> str:
    return str(event.said["request"]["url"])


def _path(event: Event) -> str:
    return _url(event).partition("?")[0]
