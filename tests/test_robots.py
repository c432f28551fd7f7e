"""Robots: programs that visit by themselves are told apart from people, by what they say they are.

User agents as these programs sent them; the browsers are those of other tests too.
"""

from __future__ import annotations

import pytest

from gateway.lookup.agents import reduce
from tests.agents import AGENTS

_KIT = "AppleWebKit/537.36 (KHTML, like Gecko)"
_LINUX = f"Mozilla/5.0 (X11; Linux x86_64) {_KIT}"
_WINDOWS = f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {_KIT}"
_BOT = f"Mozilla/5.0 {_KIT[:-1]}; compatible;"
_PHONE = "Mozilla/5.0 (Linux; Android 16; Pixel 9)"
_IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko)"
)

ROBOTS = {
    "PhantomJS": "Mozilla/5.0 (Unknown; Linux x86_64) AppleWebKit/538.1 (KHTML, like Gecko) "
    "PhantomJS/2.1.1 Safari/538.1",
    "Lighthouse": "Mozilla/5.0 (Linux; Android 11; moto g power (2022)) "
    f"{_KIT} Chrome/142.0.0.0 Mobile Safari/537.36 Chrome-Lighthouse",
    "GTmetrix": f"{_LINUX} Chrome/142.0.0.0 Safari/537.36 GTmetrix",
    "Pingdom": f"{_LINUX} Chrome/61.0.3163.100 Safari/537.36 PingdomPageSpeed/1.0 "
    "(pingbot/2.0; +http://www.pingdom.com/)",
    "UptimeRobot": "Mozilla/5.0+(compatible; UptimeRobot/2.0; http://www.uptimerobot.com/)",
    "Site24x7": "Site24x7",
    "a scanner of cookies": f"{_WINDOWS} Chrome/131.0.0.0 Safari/537.36 CookieHubScan/3.0",
    "Ahrefs": "Mozilla/5.0 (compatible; AhrefsBot/7.0; +http://ahrefs.com/robot/)",
    "Semrush": "Mozilla/5.0 (compatible; SemrushBot/7~bl; +http://www.semrush.com/bot.html)",
    "Google": f"{_LINUX} (compatible; GoogleOther) Chrome/142.0.0.0 Safari/537.36",
    "OpenAI": f"{_BOT} GPTBot/1.2; +https://openai.com/gptbot)",
    "OpenAI for a user": f"{_BOT} ChatGPT-User/1.0; +https://openai.com/bot",
    "Anthropic": f"{_BOT} ClaudeBot/1.0; +claudebot@anthropic.com)",
    "Anthropic for a user": f"{_BOT} Claude-User/1.0; +Claude-User@anthropic.com)",
    "Perplexity": f"{_BOT} PerplexityBot/1.0; +https://perplexity.ai/perplexitybot)",
    "Common Crawl": "CCBot/2.0 (https://commoncrawl.org/faq/)",
    "ByteDance": "Mozilla/5.0 (compatible; Bytespider; spider-feedback@bytedance.com)",
    "Amazon": "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/600.2.5 (KHTML, like "
    "Gecko) Version/8.0.2 Safari/600.2.5 (Amazonbot/0.1; "
    "+https://developer.amazon.com/support/amazonbot)",
    "Manus": f"{_WINDOWS} Chrome/132.0.0.0 Safari/537.36; Manus-User/1.0",
    "Nikto": f"{_LINUX} Nikto/2.5.0 (Evasions:None) (Test:Port Check)",
    "one with an address": "Mozilla/5.0 (compatible; whatever; +https://voorbeeld.nl/over)",
}

PEOPLE = {
    "a phone called Cubot": "Mozilla/5.0 (Linux; Android 12; CUBOT_X30) "
    f"{_KIT} Chrome/142.0.0.0 Mobile Safari/537.36",
    "in Facebook": f"{_IPHONE} Mobile/15E148 [FBAN/FBIOS;FBAV/450.0.0.38.108;FBDV/iPhone14,5]",
    "in Instagram": f"{_PHONE} {_KIT} Version/4.0 Chrome/142.0.0.0 Mobile Safari/537.36 "
    "Instagram 400.0.0.0 Android",
    "in LinkedIn": f"{_IPHONE} Mobile/15E148 [LinkedInApp]/9.31.3480",
    "in the app of Google": f"{_IPHONE} GSA/390.0.812345678 Mobile/15E148 Safari/604.1",
    "with DuckDuckGo": f"{_PHONE} {_KIT} Chrome/142.0.0.0 Mobile DuckDuckGo/5 Safari/537.36",
    "with Ecosia": f"{_PHONE} {_KIT} Chrome/142.0.0.0 Mobile Safari/537.36 "
    "(Ecosia android@142.0.0.0)",
    "an app for phones": "okhttp/4.12.0",
    "an app for iPhones": "Vacatures/12 CFNetwork/1568.100.1 Darwin/24.0.0",
    "a back end": "python-httpx/0.28.1",
    "a test that clicks": f"{_LINUX} HeadlessChrome/142.0.0.0 Safari/537.36",
    "nobody says": "",
}


@pytest.mark.parametrize("text", ROBOTS.values(), ids=ROBOTS.keys())
def test_a_program_is_a_robot(text: str) -> None:
    assert reduce(text).kind == "bot"


@pytest.mark.parametrize("text", PEOPLE.values(), ids=PEOPLE.keys())
def test_what_people_use_is_none(text: str) -> None:
    assert reduce(text).kind != "bot"


@pytest.mark.parametrize(("text", "kind"), AGENTS)
def test_browsers_keep_their_class(text: str, kind: str) -> None:
    assert reduce(text).kind == kind
