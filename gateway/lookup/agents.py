"""What a user-agent string is reduced to: family, major version, system and class of device.

The only importer of user_agents. Nothing here keeps a string it was given.
"""

from __future__ import annotations

import re

import ua_parser
from user_agents import parsers

from gateway.rules.records import Device
from gateway.sources import robots

# Real strings end before 400 characters; the time a parse takes grows with the length, and the
# sender chooses it: the worst 512 we made took 8 ms with the plain matcher, 4,096 took 95 ms.
LONGEST = 512
# Some patterns of ua-parser copy a product name out of the string: bounded, so that nobody can
# write a sentence, or an identifier of his own, into our statistics.
_FAMILY = 40
_MAJOR = re.compile(r"[0-9]{1,4}", re.ASCII)

_SYSTEMS = {"Mac OS X": "macOS", "ATV OS X": "tvOS", "Web0S": "webOS", "Other": ""}

# user_agents knows no televisions: it calls those with Android tablets, others nothing at all.
_TELEVISION = re.compile(
    r"smart-?tv|hbbtv|web0s|netcast|(?:apple|google|android|philips|opera) ?tv|bravia"
    r"|\baft[a-z]{1,4}\b|crkey|\broku|vidaa|viera|\btv safari",
    re.IGNORECASE,
)
# Each of them has one of these, and a look for these takes a twentieth of the time.
_TELEVISION_MARKS = ("tv", "web0s", "bravia", "aft", "crkey", "roku", "vidaa", "viera", "netcast")
_CRAWLER = ("bot", "spider", "crawler")
_ROBOTS = robots()

_BROWSERS = "Mozilla/5.0 ("
_BUILD = re.compile(r"[0-9]+(?:\.[0-9]+)+")
_COPIED = "CFNetwork"  # what stands before this becomes the name of the program, whatever it is
# What the digits of a build become: all of its length stays, for some patterns count characters.
_ZEROS = str.maketrans("123456789", "000000000")

# `user_agents.parse` always takes ua-parser's old matcher (0.7 to 0.9 ms a string). The newer
# interface takes the fastest that is installed: 14 us with `ua-parser[regex]`, else 1 ms. A
# resolver without ua-parser's own cache, which would keep 2,000 full strings in memory.
_parser = ua_parser.Parser(ua_parser.BestAvailableResolver(ua_parser.load_lazy_builtins()))


class _Agent(parsers.UserAgent):  # type: ignore[misc]  # user_agents ships no types
    """user_agents' judgement of what ua-parser's newer interface finds."""

    def __init__(self, text: str) -> None:
        found = _parser.parse(text).with_defaults()
        browser, system, device = found.user_agent, found.os, found.device
        self.ua_string = text
        self.browser = parsers.parse_browser(
            browser.family, browser.major, browser.minor, browser.patch
        )
        self.os = parsers.parse_operating_system(
            system.family, system.major, system.minor, system.patch, system.patch_minor
        )
        self.device = parsers.parse_device(device.family, device.brand, device.model)


def likened(text: str) -> str:
    """A user agent that `reduce` makes the same of, and that other builds of a Chrome share.

    Millions of strings differ in the build alone. No pattern looks at its digits, only at how many
    there are; of the version it is the first part that is kept.
    """
    before, mark, after = text.partition(" Chrome/")
    version, blank, rest = after.partition(" ")
    if not (_BUILD.fullmatch(version) and text.startswith(_BROWSERS)) or _COPIED in text:
        return text
    major, _, build = version.partition(".")
    return f"{before}{mark}{major}.{build.translate(_ZEROS)}{blank}{rest}"


NOTHING = Device("", "", "", "other")


def reduce(text: str) -> Device:
    """The device behind a user-agent string; an empty one is of kind "other"."""
    # The matcher takes UTF-8, which a half of a pair of surrogates has no place in.
    text = text[:LONGEST].encode("utf-8", "replace").decode("utf-8")
    if not text.strip():
        return NOTHING
    agent = _Agent(text)
    browser: str = agent.browser.family
    major = str(agent.browser.version[0]) if agent.browser.version else ""
    system: str = agent.os.family
    return Device(
        browser="" if browser == "Other" else _plain(browser),
        browser_major=major if _MAJOR.fullmatch(major) else "",
        system=_SYSTEMS.get(system, _plain(system)),
        kind=_kind(agent),
    )


def _kind(agent: _Agent) -> str:
    family: str = agent.browser.family
    # A crawler that poses as an Android phone keeps the phone as its device (Bytespider does).
    low = agent.ua_string.lower()
    if agent.is_bot or family.lower().endswith(_CRAWLER) or any(mark in low for mark in _ROBOTS):
        return "bot"
    if _is_television(low):
        return "tv"
    # Every WebView counts as mobile in user_agents, also one on a tablet.
    if agent.is_tablet and (not agent.is_mobile or family == "Chrome Mobile WebView"):
        return "tablet"
    if agent.is_mobile:
        return "phone"
    return "desktop" if agent.is_pc else "other"


def _is_television(low: str) -> bool:
    return any(mark in low for mark in _TELEVISION_MARKS) and bool(_TELEVISION.search(low))


def _plain(name: str) -> str:
    name = name[:_FAMILY]
    return (name if name.isprintable() else "".join(filter(str.isprintable, name))).strip()
