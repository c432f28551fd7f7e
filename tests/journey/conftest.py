"""A real Chromium in front of a gateway that runs as an operator runs it."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, async_playwright

from tests.serving import Served

CHROME = (
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 "
    "Safari/537.36"
)
# Without these a headless Chromium asks for updates and experiments at every start.
QUIET = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-gpu",
    "--disable-quic",
    "--no-sandbox",
    # A browser without a screen says so, and its events are dropped as a robot's: be a visitor's.
    f"--user-agent={CHROME}",
]


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    with Served(tmp_path, demo=True) as running:
        yield running


@pytest.fixture
async def chromium(running: Browser) -> AsyncIterator[Browser]:
    """A browser in which nobody has been: what a test opens goes with it."""
    yield running
    for context in running.contexts:
        await context.close()


@pytest.fixture(scope="session")
async def running() -> AsyncIterator[Browser]:
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    assert path, "no Chromium: scripts/test installs Debian's, or install the package chromium"
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=QUIET)
        yield browser
        await browser.close()
