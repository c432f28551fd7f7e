"""How a site tells another framework than Google's what was chosen: the adapters that
docs/embedding.md shows, with frameworks that behave as the real ones do."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser, Route

from tests.journey.person import Person
from tests.serving import Served

pytestmark = pytest.mark.browser

_MATOMO = """<script>
  var _paq = (window._paq = window._paq || []);
  _paq.push(["requireConsent"]);
  _paq.push(["trackPageView"]);
  document.addEventListener("gateway:consent", function (event) {
    var allowed = event.detail.choices.analytics;
    _paq.push([function () { this[allowed ? "setConsentGiven" : "requireConsent"](); }]);
  });
</script>
<script type="text/plain" data-consent="analytics" src="https://stats.example/matomo.js"></script>
"""

_META = """<script>
  document.addEventListener("gateway:consent", function (event) {
    if (window.fbq) fbq("consent", event.detail.choices.marketing ? "grant" : "revoke");
  });
</script>
<script type="text/plain" data-consent="marketing">
  window.fbq = function () { fbq.queue.push([].slice.call(arguments).join(" ")); };
  fbq.queue = [];
  fbq("init", "123");
  fbq("track", "PageView");
</script>
<script type="text/plain" data-consent="marketing" src="https://ads.example/fbevents.js"></script>
"""

# Of a queue, matomo.js obeys these two by name first, in this order, whichever was said last; a
# visit it may not tell of yet waits for the consent.
_FAKE_MATOMO = """
window.heard = [];
window.sent = 0;
let consent = true, waiting = 0;
const tracker = {
    requireConsent() { consent = false; heard.push("requireConsent"); },
    setConsentGiven() { consent = true; heard.push("given"); sent += waiting; waiting = 0; },
    trackPageView() { consent ? sent++ : waiting++; },
};
const apply = ([what]) =>
    typeof what === "string" ? tracker[what]() : what.call(tracker);
const named = (name) => _paq.filter(([what]) => what === name);
const first = [...named("requireConsent"), ...named("setConsentGiven")];
const rest = _paq.filter((one) => !first.includes(one));
[...first, ...rest].forEach(apply);
_paq = { push: apply };
"""

_PAGE = """<!doctype html><html lang="nl"><head><meta charset="utf-8"><title>Winkel</title>
<script src="/demo/banner.js" async></script>{head}</head>
<body><main><h1>Winkel</h1></main></body></html>"""

_FAKE = {
    "https://stats.example/matomo.js": _FAKE_MATOMO,
    "https://ads.example/fbevents.js": "window.started = fbq.queue.slice();",
}


@pytest.fixture
async def visitor(served: Served, chromium: Browser) -> Person:
    """Somebody new, and the servers of both frameworks."""
    person = await Person.arrive(chromium, served.base)

    async def answer(route: Route) -> None:
        body = _FAKE[route.request.url]
        await route.fulfill(body=body, content_type="text/javascript")

    for address in _FAKE:
        await person.context.route(address, answer)
    return person


async def _shop(person: Person, head: str) -> None:
    async def show(route: Route) -> None:
        await route.fulfill(body=_PAGE.format(head=head), content_type="text/html")

    await person.context.route(f"{person.base}/winkel", show)
    await person.read("/winkel")


async def test_matomo_finds_the_consent_in_its_queue_when_it_starts(visitor: Person) -> None:
    """The event comes before held-back elements are released, on every page."""
    await _shop(visitor, _MATOMO)
    assert not visitor.sent("/matomo.js")
    await visitor.press("reject")
    assert not visitor.sent("/matomo.js")
    await visitor.page.evaluate("gateway.accept()")
    await visitor.page.wait_for_function("window.heard")
    # The refusal stands in the queue as well: what was said last holds.
    said = ["requireConsent", "requireConsent", "given"]
    assert await visitor.page.evaluate("[heard, sent]") == [said, 1]

    await visitor.read("/winkel")
    await visitor.page.wait_for_function("window.heard")
    assert await visitor.page.evaluate("[heard, sent]") == [["requireConsent", "given"], 1]

    # Withdrawn, in the same page view: what the page's own code still tracks is not sent.
    await visitor.page.evaluate("gateway.withdraw()")
    await visitor.page.evaluate('_paq.push(["trackPageView"])')
    assert await visitor.page.evaluate("[heard.at(-1), sent]") == ["requireConsent", 1]
    await visitor.read("/winkel")
    assert visitor.sent("/matomo.js") == 2


async def test_meta_starts_after_consent_only_and_hears_of_the_withdrawal(
    visitor: Person,
) -> None:
    await _shop(visitor, _META)
    assert not visitor.sent("/fbevents.js")
    assert await visitor.page.evaluate("'fbq' in window") is False
    await visitor.press("accept")
    await visitor.page.wait_for_function("window.started")
    assert await visitor.page.evaluate("started") == ["init 123", "track PageView"]
    await visitor.page.evaluate("gateway.withdraw()")
    assert await visitor.page.evaluate("fbq.queue.at(-1)") == "consent revoke"
    await visitor.page.evaluate("gateway.accept()")
    assert await visitor.page.evaluate("fbq.queue.at(-1)") == "consent grant"
    assert visitor.sent("/fbevents.js") == 1
