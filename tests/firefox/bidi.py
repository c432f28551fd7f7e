"""WebDriver BiDi (W3C), as much of it as the tests speak: commands, their answers, and events."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from websockets.sync.client import ClientConnection, connect

EVENTS = (
    "browsingContext.contextCreated",
    "log.entryAdded",
    "network.beforeRequestSent",
    "network.fetchError",
    "network.responseCompleted",
)
_ANSWER_SECONDS = 60.0

Value = None | bool | int | float | str | list["Value"] | dict[str, "Value"]


class BidiError(Exception):
    """The browser refused a command, or the page's script threw."""


@dataclass(frozen=True, slots=True)
class Event:
    """What the browser told by itself. `profile` is the user context it happened in, if any."""

    name: str
    profile: str | None
    said: Mapping[str, Any]


@contextmanager
def session(address: str) -> Iterator[Bidi]:
    """Speak to the browser that listens there; it ends with the session."""
    # A picture of a page is more than the megabyte that is allowed by default.
    with connect(f"{address}/session", max_size=2**26, proxy=None) as wire:
        opened = Bidi(wire)
        # A page that puts up a prompt is a finding, so none is answered.
        always = {"unhandledPromptBehavior": {"default": "ignore"}}
        opened.send("session.new", capabilities={"alwaysMatch": always})
        opened.send("session.subscribe", events=list(EVENTS))
        yield opened
        opened.send("browser.close")


class Bidi:
    """One session with one browser. Not for several threads."""

    def __init__(self, wire: ClientConnection) -> None:
        self._wire = wire
        self._number = 0
        self._profiles: dict[str, str] = {}
        self.events: list[Event] = []

    def send(self, command: str, **parameters: Any) -> dict[str, Any]:
        """Have the browser do something; its result. Raises BidiError when it will not."""
        self._number += 1
        number = self._number
        asked = {"id": number, "method": command, "params": parameters}
        self._wire.send(json.dumps(asked))
        deadline = time.monotonic() + _ANSWER_SECONDS
        while True:
            said = self._read(deadline - time.monotonic())
            if said.get("id") == number:
                break
        if said["type"] == "error":
            raise BidiError(f"{command}: {said['error']}: {said['message']}")
        result: dict[str, Any] = said["result"]
        return result

    def listen(self, seconds: float) -> None:
        """Take in the next event, if one comes in time."""
        try:
            self._read(seconds)
        except TimeoutError:
            return

    def call(self, context: str, function: str, arguments: Sequence[Value] = ()) -> Any:
        """What a function of the page gives back, awaited, as plain values.

        An element comes back as the reference that stands for it (`sharedId`).
        """
        answer = self.send(
            "script.callFunction",
            functionDeclaration=function,
            arguments=[_sent(argument) for argument in arguments],
            target={"context": context},
            awaitPromise=True,
            userActivation=False,
        )
        if answer["type"] == "exception":
            raise BidiError(f"{answer['exceptionDetails']['text']} in {function}")
        return _received(answer["result"])

    def _read(self, seconds: float) -> dict[str, Any]:
        said: dict[str, Any] = json.loads(self._wire.recv(max(seconds, 0)))
        if said["type"] == "event":
            self._heard(said["method"], said["params"])
        return said

    def _heard(self, name: str, said: dict[str, Any]) -> None:
        context = said.get("context") or said.get("source", {}).get("context")
        # An event names the frame it happened in, not whose that is.
        if name == "browsingContext.contextCreated":
            self._profiles[context] = said["userContext"]
        self.events.append(Event(name, self._profiles.get(context), said))


def _sent(value: Value) -> dict[str, Any]:
    if value is None:
        return {"type": "null"}
    if isinstance(value, bool):
        return {"type": "boolean", "value": value}
    if isinstance(value, (int, float)):
        return {"type": "number", "value": value}
    if isinstance(value, str):
        return {"type": "string", "value": value}
    if isinstance(value, list):
        return {"type": "array", "value": [_sent(one) for one in value]}
    if "sharedId" in value:
        return value
    return {"type": "object", "value": [[key, _sent(one)] for key, one in value.items()]}


def _received(value: Mapping[str, Any]) -> Any:
    match value["type"]:
        case "undefined" | "null":
            return None
        case "array" | "nodelist":
            return [_received(one) for one in value["value"]]
        case "object":
            return {key: _received(one) for key, one in value["value"]}
        case "node":
            return {"sharedId": value["sharedId"]}
        case _:
            return value["value"]
