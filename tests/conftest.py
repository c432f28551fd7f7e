"""What most tests start from: the shipped configuration, a running gateway, a visitor."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import hypothesis
import pytest

from gateway import config as configuration
from gateway.config import Config
from gateway.web.app import Gateway
from tests.visiting import ORIGIN, PEER

SHIPPED = Path(__file__).parent.parent / "config"

# Tests run side by side, and a test that waits for its turn is not a slow one.
hypothesis.settings.register_profile("beside", hypothesis.settings(), deadline=None)
hypothesis.settings.load_profile("beside")


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--long`: tests of endurance in full, as `scripts/bench --long` runs them."""
    parser.addoption("--long", action="store_true", help="tests of endurance in their full form")


@pytest.fixture(autouse=True)
def _own_data(monkeypatch: pytest.MonkeyPatch) -> None:
    """The operator's environment does not reach into tests."""
    monkeypatch.delenv("GATEWAY_DATA", raising=False)


@pytest.fixture
def config_folder(tmp_path: Path) -> Path:
    """A copy of the shipped configuration that may be changed; its data lies beside it."""
    folder = tmp_path / "config"
    shutil.copytree(SHIPPED, folder)
    return folder


@pytest.fixture
def config(config_folder: Path) -> Config:
    """The shipped configuration over an empty data folder."""
    return configuration.load(config_folder / "gateway.toml")


@pytest.fixture
async def gateway(config: Config) -> AsyncIterator[Gateway]:
    """A whole gateway, running on a real database file."""
    made = Gateway(config)
    async with made.running():
        yield made


@pytest.fixture
async def client(gateway: Gateway) -> AsyncIterator[httpx.AsyncClient]:
    """Speaks HTTP to the gateway from an address that is no proxy."""
    transport = httpx.ASGITransport(gateway.asgi, client=(PEER, 4711))
    async with httpx.AsyncClient(transport=transport, base_url=ORIGIN) as made:
        yield made


@pytest.fixture
async def monitor(gateway: Gateway) -> AsyncIterator[httpx.AsyncClient]:
    """Speaks HTTP to the gateway from the machine it runs on."""
    transport = httpx.ASGITransport(gateway.asgi, client=("127.0.0.1", 4711))
    async with httpx.AsyncClient(transport=transport, base_url=ORIGIN) as made:
        yield made
