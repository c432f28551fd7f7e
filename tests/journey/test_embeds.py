"""The ways to put the banner on a page, and what it gives that page's own code."""

from __future__ import annotations

import asyncio
import json
import re
import subprocess
import urllib.request
from pathlib import Path

import pytest
from playwright.async_api import Browser, Route, expect

from gateway.web.release import integrity, release
from tests.journey.pages.own import ASKS, CLASSIC, STANDS, visit
from tests.serving import Served

pytestmark = pytest.mark.browser

_BANNER = Path(__file__).parents[2] / "static" / "banner"
_PINNED = (
    f'<script src="/demo/banner/{release().name}/banner.js" '
    f'integrity="{integrity(release().pinned())}" crossorigin></script>'
)
EMBEDS = {
    "classic": CLASSIC,
    "waiting": '<script src="/demo/banner.js"></script>',
    "deferred": '<script src="/demo/banner.js" defer></script>',
    "module": '<script type="module" src="/demo/banner.js"></script>',
    "imported": """<script type="module">import gateway from "/demo/banner.mjs";
        window.imported = gateway === window.gateway;</script>""",
    "imported late": """<script type="module">const { gateway } = await import("/demo/banner.mjs");
        window.imported = gateway === window.gateway;</script>""",
    "pinned": _PINNED,
    "twice": CLASSIC + CLASSIC,
    "twice, two ways": CLASSIC + _PINNED,
}


@pytest.mark.parametrize("way", EMBEDS)
async def test_every_embed_goes_the_same_way(way: str, served: Served, chromium: Browser) -> None:
    own = await visit(chromium, served, embed=EMBEDS[way])
    page = own.page
    await expect(page.locator("#gw-banner")).to_have_count(1)
    await expect(page.locator(ASKS)).to_have_text("Alles accepteren")
    await own.settings()
    await page.keyboard.press("Escape")
    await own.press("accept")
    assert await own.choices() == {"analytics": True, "marketing": True}
    assert own.asked("/event") == ["/demo/event"]
    await own.open()
    await expect(page.locator(ASKS)).to_have_count(0)
    await own.settings()
    await own.press("withdraw")
    assert await own.choices() == {"analytics": False, "marketing": False}
    assert own.asked("/shown") == ["/demo/shown"]
    if way.startswith("imported"):
        assert await page.evaluate("window.imported")
    assert await own.violations() == []


async def _tampered(route: Route) -> None:
    answer = await route.fetch()
    body = await answer.text()
    # It would run as well as the other one.
    await route.fulfill(response=answer, body=body + "\n")


@pytest.mark.parametrize("file", ["choosing.js", "banner.js"])
async def test_a_pinned_page_runs_nothing_that_changed_on_the_way(
    file: str, served: Served, chromium: Browser
) -> None:
    own = await visit(chromium, served, embed=_PINNED, opens=False)
    await own.context.route(f"**/{file}", _tampered)
    await own.page.goto(own.base + "/proef")
    await asyncio.sleep(1)
    await expect(own.page.locator("#gw-banner")).to_have_count(0)
    assert own.asked(file) != []
    assert own.asked("/texts/nl/first.json") == []
    # An embed that is not pinned runs it.
    plain = await visit(chromium, served, opens=False)
    await plain.context.route(f"**/{file}", _tampered)
    await plain.open()
    await expect(plain.page.locator(ASKS)).to_be_visible()


async def test_a_pinned_page_hears_of_new_settings_and_keeps_its_own_code(
    served: Served, chromium: Browser
) -> None:
    """The gateway has a new release and a new look; the page says what it always said."""
    own = await visit(chromium, served, embed=_PINNED, opens=False)

    async def newer(route: Route) -> None:
        said = json.loads(await (await route.fetch()).text())
        await route.fulfill(json={**said, "release": "0123456789ab", "layout": "corner"})

    await own.context.route("**/banner.json", newer)
    await own.open()
    await expect(own.page.locator("#gw-banner")).to_have_class(re.compile("gw-corner"))
    await own.press("accept")
    assert own.asked("/0123456789ab/") == []
    assert own.asked(f"/{release().name}/choosing.js") != []


def test_a_pinned_file_never_changes_and_says_so(served: Served) -> None:
    address = f"{served.base}/demo/banner/{release().name}/banner.js"
    with urllib.request.urlopen(address) as answer:  # noqa: S310 - our own gateway
        assert "immutable" in answer.headers["cache-control"]
        assert answer.headers["access-control-allow-origin"] == "*"
        assert integrity(answer.read().decode()) == integrity(release().pinned())


async def test_the_page_is_told_and_can_act(served: Served, chromium: Browser) -> None:
    own = await visit(chromium, served)
    page = own.page
    said = await page.evaluate(
        """async () => {
            const heard = [];
            const stop = gateway.on("consent", ({ state }) => heard.push(state));
            const first = await gateway.ready;
            const given = await gateway.accept();
            const told = [await gateway.track("proef", { kind: "x" }), await gateway.missing()];
            await gateway.open();
            const opened = document.querySelector("#gw-preferences").open;
            const saved = await gateway.save({ marketing: true });
            stop();
            const gone = await gateway.withdraw();
            const refused = await gateway.reject();
            return { heard, first, given, told, opened, saved, gone, refused, now: gateway.get() };
        }"""
    )
    assert said["first"]["state"] == "none"
    assert said["given"]["choices"] == {"analytics": True, "marketing": True}
    assert re.fullmatch(r"[\w-]{20,}", said["given"]["consent_id"])
    assert re.fullmatch(r"[0-9a-f]{64}", said["given"]["notice"])
    assert re.fullmatch(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ", said["given"]["valid_until"])
    assert said["opened"] is True
    assert said["saved"]["choices"] == {"analytics": False, "marketing": True}
    assert said["gone"]["state"] == "withdrawn"
    assert said["refused"] == said["now"]
    assert (said["refused"]["state"], said["refused"]["consent_id"]) == ("refused", None)
    # Not of what came after `stop`.
    assert said["heard"] == ["given", "given"]


async def test_before_it_has_begun_nothing_stands_and_nothing_is_lost(
    served: Served, chromium: Browser
) -> None:
    """A script right behind the embed: the body is not there yet."""
    early = """<script>
        window.early = [typeof gateway.get, gateway.get().state];
        gateway.on("consent", ({ state }) => window.early.push(state));
        gateway.accept().then(({ state }) => window.early.push("kept " + state));
    </script>"""
    own = await visit(chromium, served, embed=EMBEDS["waiting"] + early)
    await expect(own.page.locator(STANDS)).to_be_visible()
    assert await own.page.evaluate("window.early") == ["function", "none", "given", "kept given"]


@pytest.mark.parametrize("act", ["accept()", "reject()", "save({})", "withdraw()"])
async def test_a_choice_that_cannot_be_kept_is_a_rejected_promise_and_is_said(
    act: str, served: Served, chromium: Browser
) -> None:
    own = await visit(chromium, served)
    for path in ("consent", "withdraw"):
        await own.context.route(f"**/demo/{path}", lambda route: route.abort())
    outcome = f"() => gateway.{act}.then(() => 'kept', () => 'rejected')"
    assert await own.page.evaluate(outcome) == "rejected"
    await expect(own.page.locator("#gw-banner [role=status]")).to_contain_text("opnieuw")
    assert (await own.page.evaluate("gateway.get().state")) == "none"


@pytest.mark.parametrize("what", ["choosing.js", "first.json"])
async def test_what_cannot_be_fetched_is_tried_again(
    what: str, served: Served, chromium: Browser
) -> None:
    """A page without a banner is a page; the next press finds the network back."""
    own = await visit(chromium, served, opens=False)
    await own.context.route(f"**/{what}*", lambda route: route.abort())
    await own.page.goto(own.base + "/proef")
    await own.page.wait_for_load_state("networkidle")
    button = own.page.locator("footer [data-gw-action=open]")
    if what == "choosing.js":
        outcome = "() => gateway.open().then(() => 'kept', () => 'rejected')"
        assert await own.page.evaluate(outcome) == "rejected"
        # Who presses a button gets the page that needs no scripts.
        async with own.context.expect_page() as opened:
            await button.click()
        await expect(await opened.value).to_have_url(f"{own.base}/demo/preferences")
    await own.context.unroute(f"**/{what}*")
    await asyncio.sleep(1.1)  # nobody asks what is down all the time
    await button.click()
    await expect(own.page.locator("dialog[open]")).to_be_visible()
    await own.press("accept")


async def test_the_page_can_have_another_language_spoken(served: Served, chromium: Browser) -> None:
    own = await visit(chromium, served)
    await own.page.evaluate("gateway.speak('en')")
    await expect(own.page.locator(ASKS)).to_have_text("Accept all")
    await own.page.evaluate("gateway.speak()")
    await expect(own.page.locator(ASKS)).to_have_text("Alles accepteren")


_SAMPLE = """import gateway, { type Gateway, type Summary } from "./gateway";

const shown: Summary = await gateway.ready;
const allowed: boolean | undefined = shown.choices["analytics"];
const stop: () => void = gateway.on("consent", ({ state, choices }) => {
  if (state === "given" && choices["marketing"]) void gateway.track("film", { kind: "x", at: 1 });
});
const made: Promise<Summary>[] = [gateway.accept(), gateway.reject(), gateway.withdraw()];
await gateway.save({ analytics: true });
await gateway.open();
await gateway.speak("nl");
document.addEventListener("gateway:consent", ({ detail }) => detail.consent_id?.length);
const same: Gateway | undefined = window.gateway;
%s
export { allowed, made, same, stop };
"""


@pytest.mark.parametrize(
    ("line", "fits"),
    [
        ("", True),
        ("await gateway.save({ analytics: 'yes' });", False),
        ("gateway.on('choice', () => {});", False),
        ("gateway.get().state = 'given';", False),
        ("await gateway.track('x', { y: {} });", False),
    ],
    ids=["right", "choices", "event", "read-only", "props"],
)
def test_the_types_are_those_of_what_is_served(line: str, fits: bool, tmp_path: Path) -> None:
    compiler = _BANNER / "node_modules/typescript/bin/tsc"
    assert compiler.exists(), "no TypeScript: scripts/banner installs it"
    types = release_types()
    (tmp_path / "gateway.d.ts").write_text(types, "utf-8")
    (tmp_path / "page.ts").write_text(_SAMPLE % line, "utf-8")
    options = ["--strict", "--noEmit", "--target", "es2022", "--module", "esnext"]
    more = ["--moduleResolution", "bundler", "--ignoreConfig", str(tmp_path / "page.ts")]
    done = subprocess.run(
        ["node", str(compiler), *options, *more], capture_output=True, text=True, check=False
    )
    assert (done.returncode == 0) is fits, done.stdout


def release_types() -> str:
    """The types file, as the package carries it: the same as its source."""
    built = Path(__file__).parents[2] / "gateway/web/assets/banner/gateway.d.ts"
    assert built.read_text("utf-8") == (_BANNER / "gateway.d.ts").read_text("utf-8")
    return built.read_text("utf-8")


async def test_the_types_name_all_that_there_is(served: Served, chromium: Browser) -> None:
    own = await visit(chromium, served)
    inside = re.search(r"interface Gateway \{(.*?)^\}", release_types(), re.S | re.M)
    assert inside
    declared = set(re.findall(r"^  (?:readonly )?(\w+)[(:]", inside[1], re.M))
    assert set(await own.page.evaluate("Object.keys(window.gateway)")) == declared
