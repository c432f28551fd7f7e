"""User agents: forty that browsers, televisions, crawlers and programs really send."""

from __future__ import annotations

import gc
import re
import time
from types import CellType, FrameType

import pytest
import user_agents

from gateway.lookup import Lookup, agents
from gateway.rules.records import Device

_KIT = "AppleWebKit/537.36 (KHTML, like Gecko)"
_IOS_KIT = "AppleWebKit/605.1.15 (KHTML, like Gecko)"
_IPHONE = f"Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) {_IOS_KIT}"
_WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64"
_MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)"
_BOT = f"{_KIT[:-1]}; compatible;"

# user agent, browser, major version, system, kind
REAL = {
    "iphone safari": (
        f"{_IPHONE} Version/18.5 Mobile/15E148 Safari/604.1",
        ("Mobile Safari", "18", "iOS", "phone"),
    ),
    "iphone chrome": (
        f"{_IPHONE} CriOS/138.0.7204.119 Mobile/15E148 Safari/604.1",
        ("Chrome Mobile iOS", "138", "iOS", "phone"),
    ),
    "iphone firefox": (
        f"{_IPHONE} FxiOS/140.0 Mobile/15E148 Safari/605.1.15",
        ("Firefox iOS", "140", "iOS", "phone"),
    ),
    "iphone facebook": (
        f"{_IPHONE} Mobile/15E148 [FBAN/FBIOS;FBAV/450.0.0.38.108;FBBV/564431005;FBDV/iPhone14,5]",
        ("Facebook", "450", "iOS", "phone"),
    ),
    "android chrome": (
        f"Mozilla/5.0 (Linux; Android 10; K) {_KIT} Chrome/138.0.0.0 Mobile Safari/537.36",
        ("Chrome Mobile", "138", "Android", "phone"),
    ),
    "android pixel": (
        f"Mozilla/5.0 (Linux; Android 13; Pixel 7) {_KIT} Chrome/117.0.0.0 Mobile Safari/537.36",
        ("Chrome Mobile", "117", "Android", "phone"),
    ),
    "samsung": (
        f"Mozilla/5.0 (Linux; Android 14; SM-S921B) {_KIT} SamsungBrowser/25.0 Chrome/121.0.0.0 "
        "Mobile Safari/537.36",
        ("Samsung Internet", "25", "Android", "phone"),
    ),
    "android firefox": (
        "Mozilla/5.0 (Android 14; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0",
        ("Firefox Mobile", "140", "Android", "phone"),
    ),
    "android edge": (
        f"Mozilla/5.0 (Linux; Android 10; HD1913) {_KIT} Chrome/138.0.7204.63 Mobile Safari/537.36 "
        "EdgA/138.0.3351.65",
        ("Edge Mobile", "138", "Android", "phone"),
    ),
    "android webview": (
        f"Mozilla/5.0 (Linux; Android 14; SM-A546B Build/UP1A.231005.007; wv) {_KIT} Version/4.0 "
        "Chrome/125.0.6422.113 Mobile Safari/537.36",
        ("Chrome Mobile WebView", "125", "Android", "phone"),
    ),
    "opera mini": (
        "Opera/9.80 (Android; Opera Mini/36.2.2254/119.132; U; id) Presto/2.12.423 Version/12.16",
        ("Opera Mini", "36", "Android", "phone"),
    ),
    "ipad safari": (
        f"Mozilla/5.0 (iPad; CPU OS 16_6 like Mac OS X) {_IOS_KIT} Version/16.6 Mobile/15E148 "
        "Safari/604.1",
        ("Mobile Safari", "16", "iOS", "tablet"),
    ),
    "android tablet": (
        f"Mozilla/5.0 (Linux; Android 11; Lenovo TB-J606F) {_KIT} Chrome/124.0.0.0 Safari/537.36",
        ("Chrome", "124", "Android", "tablet"),
    ),
    "tablet webview": (
        f"Mozilla/5.0 (Linux; Android 12; SM-X906C Build/QP1A.190711.020; wv) {_KIT} Version/4.0 "
        "Chrome/80.0.3987.119 Safari/537.36",
        ("Chrome Mobile WebView", "80", "Android", "tablet"),
    ),
    "fire tablet": (
        f"Mozilla/5.0 (Linux; Android 9; KFMAWI) {_KIT} Silk/119.2.4 like Chrome/119.0.6045.194 "
        "Safari/537.36",
        ("Amazon Silk", "119", "Android", "tablet"),
    ),
    "windows chrome": (
        f"{_WINDOWS}) {_KIT} Chrome/138.0.0.0 Safari/537.36",
        ("Chrome", "138", "Windows", "desktop"),
    ),
    "windows edge": (
        f"{_WINDOWS}) {_KIT} Chrome/138.0.0.0 Safari/537.36 Edg/138.0.0.0",
        ("Edge", "138", "Windows", "desktop"),
    ),
    "windows firefox": (
        f"{_WINDOWS}; rv:140.0) Gecko/20100101 Firefox/140.0",
        ("Firefox", "140", "Windows", "desktop"),
    ),
    "windows opera": (
        f"{_WINDOWS}) {_KIT} Chrome/138.0.0.0 Safari/537.36 OPR/121.0.0.0",
        ("Opera", "121", "Windows", "desktop"),
    ),
    "windows explorer": (
        "Mozilla/5.0 (Windows NT 10.0; WOW64; Trident/7.0; rv:11.0) like Gecko",
        ("IE", "11", "Windows", "desktop"),
    ),
    "mac safari": (
        f"{_MAC} {_IOS_KIT} Version/18.5 Safari/605.1.15",
        ("Safari", "18", "macOS", "desktop"),
    ),
    "mac chrome": (
        f"{_MAC} {_KIT} Chrome/138.0.0.0 Safari/537.36",
        ("Chrome", "138", "macOS", "desktop"),
    ),
    "linux firefox": (
        "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
        ("Firefox", "140", "Linux", "desktop"),
    ),
    "ubuntu firefox": (
        "Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:139.0) Gecko/20100101 Firefox/139.0",
        ("Firefox", "139", "Ubuntu", "desktop"),
    ),
    "chromebook": (
        f"Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) {_KIT} Chrome/138.0.0.0 Safari/537.36",
        ("Chrome", "138", "Chrome OS", "desktop"),
    ),
    "samsung tv": (
        f"Mozilla/5.0 (SMART-TV; Linux; Tizen 6.0) {_KIT} SamsungBrowser/2.2 Chrome/76.0.3809.146 "
        "TV Safari/537.36",
        ("Samsung Internet", "2", "Tizen", "tv"),
    ),
    "lg tv": (
        f"Mozilla/5.0 (Web0S; Linux/SmartTV) {_KIT} Chrome/94.0.4606.128 Safari/537.36 "
        "WebAppManager",
        ("Chrome", "94", "webOS", "tv"),
    ),
    "sony tv": (
        f"Mozilla/5.0 (Linux; Android 10; BRAVIA 4K VH2 Build/QTG3.200305.006.S291) {_KIT} "
        "Chrome/96.0.4664.45 Safari/537.36",
        ("Chrome", "96", "Android", "tv"),
    ),
    "fire tv": (
        f"Mozilla/5.0 (Linux; Android 9; AFTKA) {_KIT} Silk/112.7.1 like Chrome/112.0.5615.213 "
        "Safari/537.36",
        ("Amazon Silk", "112", "Android", "tv"),
    ),
    "apple tv": ("AppleTV11,1/11.1", ("", "", "tvOS", "tv")),
    "googlebot": (
        "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
        ("Googlebot", "2", "", "bot"),
    ),
    "googlebot as a phone": (
        f"Mozilla/5.0 (Linux; Android 6.0.1; Nexus 5X Build/MMB29P) {_KIT} Chrome/138.0.7204.92 "
        "Mobile Safari/537.36 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
        ("Googlebot", "2", "Android", "bot"),
    ),
    "bingbot": (
        "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)",
        ("bingbot", "2", "", "bot"),
    ),
    "gptbot": (
        f"Mozilla/5.0 {_BOT} GPTBot/1.2; +https://openai.com/gptbot)",
        ("GPTBot", "1", "", "bot"),
    ),
    "bytespider as a phone": (
        f"Mozilla/5.0 (Linux; Android 5.0) {_KIT} Mobile Safari/537.36 (compatible; Bytespider; "
        "spider-feedback@bytedance.com)",
        ("Bytespider", "", "Android", "bot"),
    ),
    "facebook preview": (
        "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
        ("FacebookBot", "1", "", "bot"),
    ),
    "playstation": (
        f"Mozilla/5.0 (PlayStation; PlayStation 5/6.50) {_IOS_KIT} Version/15.4 Safari/605.1.15",
        ("Safari", "15", "", "other"),
    ),
    "curl": ("curl/8.5.0", ("curl", "8", "", "other")),
    "python": ("python-requests/2.32.3", ("Python Requests", "2", "", "other")),
    "empty": ("", ("", "", "", "other")),
    "blank": (" \t ", ("", "", "", "other")),
    "nonsense": ("\x00\x1b[31m\ud800🦊", ("", "", "", "other")),
}


@pytest.fixture(scope="module")
def lookup(tmp_path_factory: pytest.TempPathFactory) -> Lookup:
    return Lookup(tmp_path_factory.mktemp("geo"))


@pytest.mark.parametrize(("text", "wanted"), REAL.values(), ids=REAL.keys())
def test_a_user_agent_is_reduced_to_family_major_system_and_kind(
    lookup: Lookup, text: str, wanted: tuple[str, str, str, str]
) -> None:
    assert lookup.device(text) == Device(*wanted)
    assert lookup.device(text) == Device(*wanted), "from memory"


# The newer takes UTF-8 only, so it is given no halves of pairs.
@pytest.mark.parametrize(
    "text", [text.replace("\ud800", "") for text, _ in REAL.values() if text.strip()]
)
def test_the_newer_matcher_finds_what_user_agents_itself_does(text: str) -> None:
    ours, theirs = agents._Agent(text), user_agents.parse(text)
    assert (ours.browser, ours.os, ours.device) == (theirs.browser, theirs.os, theirs.device)


@pytest.mark.parametrize(
    "text",
    [
        f"Mozilla/5.0 (compatible; {'Jan-Jansen-jan.example.org-' * 9}Bot/1.0)",
        "Mozilla/5.0 (X11; Linux x86_64) Firefox/123456789012345",
        "Visitor-4711-Browser/99999999999 (+https://example.org/4711)",
    ],
)
def test_nobody_can_write_an_identifier_into_the_statistics(lookup: Lookup, text: str) -> None:
    """Some patterns copy the sender's own words: they stay short, and a version stays a number."""
    found = lookup.device(text)
    assert len(found.browser) <= 40
    assert len(found.system) <= 40
    assert found.browser_major == "" or len(found.browser_major) <= 4


@pytest.mark.parametrize(
    "part", ["; ", "A", " x ", "1.", "Linux; U; Android 1; a; ", "Android 9; ;", "(", "bot-", "a/"]
)
def test_a_hostile_user_agent_costs_no_more_than_its_first_512_characters(
    lookup: Lookup, part: str
) -> None:
    """8 ms was the worst that was measured; the limit is wide, for a slow machine."""
    start = time.process_time()
    found = lookup.device(part * 200_000)
    assert time.process_time() - start < 0.5
    assert found == lookup.device((part * 512)[: agents.LONGEST])


BUILDS = ["0.0.0", "0.7204.119", "1.2", "9999.9.999999", "0.1.2.3.4"]


@pytest.mark.parametrize("build", BUILDS)
@pytest.mark.parametrize("text", [text for text, _ in REAL.values() if " Chrome/" in text])
def test_whatever_the_build_of_a_chrome_it_is_reduced_alike(text: str, build: str) -> None:
    """One parse serves them all: of 217,000 strings made from every pattern of ua-parser, and of
    every build from 0 to 9999, none was judged otherwise."""
    other = re.sub(r"(?<= Chrome/)(\d+)\.[\d.]+", rf"\1.{build}", text)
    assert agents.reduce(agents.likened(other)) == agents.reduce(other)


def test_builds_share_what_was_found_and_versions_do_not(lookup: Lookup) -> None:
    pattern = f"{_WINDOWS}) {_KIT} Chrome/{{}} Safari/537.36"
    one, same, other = (
        lookup.device(pattern.format(version))
        for version in ("138.0.7204.119", "138.0.6999.120", "139.0.7204.119")
    )
    assert one is same
    assert (one.browser_major, other.browser_major) == ("138", "139")


@pytest.mark.parametrize(
    "text",
    [
        f"{_WINDOWS}) {_KIT} Safari/537.36",
        f"{_WINDOWS}) {_KIT} Chrome/138 Safari/537.36",
        f"{_WINDOWS}) {_KIT} Chrome/138.. Safari/537.36",
        f"{_WINDOWS}) {_KIT} Chrome/138.0.x Safari/537.36",
        f"{_WINDOWS}) {_KIT} Chrome/138.٣ Safari/537.36",
        "program Chrome/138.1 Safari/537.36",
        f"{_WINDOWS}) Chrome/138.1 program/7 CFNetwork/1240",
    ],
    ids=["no Chrome", "no build", "no number", "a word", "other digits", "no browser", "copied"],
)
def test_only_a_well_formed_build_is_passed_over(text: str) -> None:
    assert agents.likened(text) == text


def test_no_user_agent_stays_in_memory(lookup: Lookup) -> None:
    """P2 holds for a core dump too: what is kept is the answer, under a number."""
    sent = "".join(["Mozilla/5.0 (X11; Linux x86_64; rv:140.0) ", "4711-visitor", " Firefox/140.0"])
    assert lookup.device(sent).browser == "Firefox"
    own = FrameType | CellType  # of this test
    assert [thing for thing in gc.get_referrers(sent) if not isinstance(thing, own)] == []
    # The collector does not visit keys that are strings: they are looked for one by one.
    keyed = [d for d in gc.get_objects() if isinstance(d, dict) and any(k is sent for k in list(d))]
    assert keyed == []
