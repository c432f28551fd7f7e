"""The preference page over HTTP: what it says, and that its choices are those of the banner."""

from __future__ import annotations

import re

import httpx
import pytest
from msgspec import structs

from gateway.config import Config
from gateway.rules.site import Purpose
from gateway.web.app import Gateway
from tests.preferring import DUTCH, PATH, post, serving, ticks
from tests.visiting import HEADERS, ORIGIN, choose, count, rows, view

RECORD = "SELECT state, choices, notice, language, action, jurisdiction FROM consents ORDER BY seq"


async def test_the_page_tells_the_whole_notice_and_sets_nothing(client: httpx.AsyncClient) -> None:
    """P8, R7-R9, R12: who, why, each purpose, who gets it and how long, and nothing ticked."""
    page = await client.get(PATH, headers=DUTCH)
    assert page.status_code == 200
    assert "set-cookie" not in page.headers
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["content-security-policy"].startswith("default-src 'none'")
    assert page.headers["content-language"] == "nl"
    for said in (
        "Deze website is van Noorderlicht Werk B.V.</p>",
        "als u dat goed vindt, voor:",
        "Tellen hoe deze site wordt gebruikt.",
        "Filmhuis Voorbeeld",
        ">Nederland<",
        "third_party",
        "30 dagen",
        "Wij bewaren de gegevens 395 dagen.",
        "De wet verplicht ons",
        "privacy@noorderlicht.example",
        "Autoriteit Persoonsgegevens",
        f'href="{ORIGIN}/privacy"',
        "U hebt nog niets gekozen.",
    ):
        assert said in page.text
    assert ticks(page) == {"analytics": False, "marketing": False}
    assert "<script" not in page.text
    assert 'value="withdraw"' not in page.text
    assert "Global Privacy Control" not in page.text
    assert "{" not in page.text.partition("<main>")[2]


@pytest.mark.parametrize(
    ("action", "boxes", "choices"),
    [
        ("accept", (), {"analytics": True, "marketing": True}),
        ("accept", ("analytics",), {"analytics": True, "marketing": True}),
        ("reject", (), {"analytics": False, "marketing": False}),
        ("reject", ("analytics", "marketing"), {"analytics": False, "marketing": False}),
        ("save", ("analytics",), {"analytics": True, "marketing": False}),
        ("save", (), {"analytics": False, "marketing": False}),
    ],
)
async def test_a_choice_is_recorded_as_the_banner_records_it(
    action: str,
    boxes: tuple[str, ...],
    choices: dict[str, bool],
    gateway: Gateway,
    client: httpx.AsyncClient,
) -> None:
    answer = await post(client, action, *boxes)
    assert answer.status_code == 303
    assert answer.headers["location"] == f"{PATH}?language=nl&said=saved#said"
    by_form = client.cookies["gw_consent"]
    client.cookies.clear()
    await choose(client, action, choices=choices, layer="preferences")
    form, script = await rows(gateway, RECORD)
    assert form == script
    assert await rows(gateway, "SELECT layer, method FROM consents ORDER BY seq") == [
        ("preferences", "page"),
        ("preferences", "button"),
    ]
    if not any(choices.values()):
        assert by_form == client.cookies["gw_consent"]  # a no is everybody's of that day (P7)
    assert await count(gateway, "standing") == 2 * any(choices.values())


async def test_what_was_chosen_is_ticked_dated_and_can_be_proved(
    gateway: Gateway, client: httpx.AsyncClient
) -> None:
    """R17, R19: the same receipt, and a withdrawal in one press."""
    answer = await post(client, "save", "analytics")
    page = await client.get(answer.headers["location"], headers=DUTCH)
    assert ticks(page) == {"analytics": True, "marketing": False}
    assert "Uw keuze is bewaard." in page.text
    assert re.search(r"Uw keuze van \d+ \w+ \d{4} geldt tot \d+ \w+ \d{4}\.", page.text)
    said = (await client.get("/demo/consent", headers=HEADERS)).json()
    [path] = re.findall(r'href="(/demo/receipts/[^"]+)"', page.text)
    assert said["receipt"].replace("-", "").endswith(path.replace("-", ""))
    assert (await client.get(path)).json()["receipt"]
    assert (await view(client)).json()["kept"] == 1
    assert 'value="withdraw"' in page.text

    token = client.cookies["gw_consent"]
    assert (await post(client, "withdraw")).status_code == 303
    assert "." not in client.cookies["gw_consent"]
    page = await client.get(PATH, headers=DUTCH)
    assert ticks(page) == {"analytics": False, "marketing": False}
    assert "Uw keuze van " in page.text
    assert 'value="withdraw"' not in page.text
    assert (await view(client, token=token)).json()["dropped"] == {"withdrawn": 1}
    assert await rows(gateway, "SELECT state, action, method FROM consents ORDER BY seq") == [
        ("given", "save", "page"),
        ("withdrawn", "withdraw", "page"),
    ]


async def test_a_second_choice_is_about_the_same_consent(
    gateway: Gateway, client: httpx.AsyncClient
) -> None:
    for action in ("accept", "save", "reject"):
        await post(client, action, "marketing")
    assert await rows(gateway, "SELECT state, action FROM consents ORDER BY seq") == [
        ("given", "accept"),
        ("given", "save"),
        ("withdrawn", "reject"),
    ]
    assert len(await rows(gateway, "SELECT DISTINCT consent_id FROM consents")) == 1


async def test_a_refusal_leaves_no_identifier(gateway: Gateway, client: httpx.AsyncClient) -> None:
    """P7: not in the cookie, the address, the page or the log."""
    answer = await post(client, "reject")
    page = await client.get(answer.headers["location"], headers=DUTCH)
    assert "Uw keuze van " in page.text
    assert "/demo/receipts/" not in page.text
    assert await rows(gateway, "SELECT consent_id, salt, person FROM consents") == [
        (None, None, None)
    ]
    assert await count(gateway, "standing") == 0


async def test_a_withdrawal_with_nothing_to_withdraw_is_remembered_as_a_no(
    gateway: Gateway, client: httpx.AsyncClient
) -> None:
    """R16: not asked again at once; and an earlier no stays as it is."""
    for cookie in (None, "gone", "refused"):
        client.cookies.clear()
        if cookie == "gone":
            await post(client, "accept")
            token = client.cookies["gw_consent"]
            async with gateway.database.writing() as db:
                await db.execute("DELETE FROM standing")
            assert client.cookies["gw_consent"] == token
        elif cookie == "refused":
            await post(client, "reject")
        answer = await post(client, "withdraw")
        assert answer.status_code == 303
        assert "." not in client.cookies["gw_consent"]
        assert ("set-cookie" in answer.headers) == (cookie != "refused")
        page = await client.get(PATH, headers=DUTCH)
        assert "geldt tot" in page.text
    assert await rows(gateway, "SELECT state FROM consents ORDER BY seq") == [
        ("given",),
        ("refused",),
    ]


async def test_a_consent_withdrawn_on_another_device_is_shown_as_ended(
    client: httpx.AsyncClient,
) -> None:
    token = (await choose(client)).json()["token"]
    await client.post("/demo/withdraw", json={"token": token}, headers=HEADERS)
    client.cookies.clear()
    client.cookies.set("gw_consent", token)
    page = await client.get(PATH, headers=DUTCH)
    assert ticks(page) == {"analytics": False, "marketing": False}
    assert "Uw keuze van " in page.text
    assert 'value="withdraw"' not in page.text


async def test_global_privacy_control_is_told_until_there_is_a_choice(
    client: httpx.AsyncClient,
) -> None:
    """R29."""
    asked = {**DUTCH, "sec-gpc": "1"}
    assert "Global Privacy Control" in (await client.get(PATH, headers=asked)).text
    await post(client, "accept")
    assert "Global Privacy Control" not in (await client.get(PATH, headers=asked)).text


async def test_a_site_that_asks_for_nothing_shows_what_is_always_on(config: Config) -> None:
    necessary: tuple[Purpose, ...] = tuple(
        one for one in config.sites[0].purposes if one.basis != "consent"
    )
    async with serving(config, structs.replace(config.sites[0], purposes=necessary)) as (_, client):
        page = await client.get(PATH, headers=DUTCH)
    assert "Altijd aan" in page.text
    assert "data-gw-action" not in page.text
