"""Every store behind the same fixtures: a new one is one more line in FACTORIES."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from msgspec.structs import replace

from gateway.rules.records import Choice, ConsentRecord, Event
from gateway.rules.visitor import visitor_of
from gateway.stores.base import (
    Append,
    ConsentStore,
    DeliveryStore,
    ErasureStore,
    EventStore,
    FigureStore,
    NoticeStore,
    ReportStore,
    RetentionStore,
    StaffStore,
)
from gateway.stores.sqlite.consents import SqliteConsents
from gateway.stores.sqlite.database import Database
from gateway.stores.sqlite.deliveries import SqliteDeliveries
from gateway.stores.sqlite.erasure import SqliteErasure
from gateway.stores.sqlite.events import SqliteEvents
from gateway.stores.sqlite.figures import SqliteFigures
from gateway.stores.sqlite.notices import SqliteNotices
from gateway.stores.sqlite.reports import SqliteReports
from gateway.stores.sqlite.retention import SqliteRetention
from gateway.stores.sqlite.staff import SqliteStaff
from tests.made import an_event
from tests.rules.building import NOON, a_notice


@dataclass(frozen=True, slots=True)
class Stores:
    """All that one process keeps."""

    consents: ConsentStore
    notices: NoticeStore
    events: EventStore
    figures: FigureStore
    staff: StaffStore
    retention: RetentionStore
    erasure: ErasureStore
    deliveries: DeliveryStore
    reports: ReportStore


Opener = Callable[[Path], AbstractAsyncContextManager[Stores]]


def over(database: Database) -> Stores:
    """The stores of one SQLite database."""
    return Stores(
        SqliteConsents(database),
        SqliteNotices(database),
        SqliteEvents(database),
        SqliteFigures(database),
        SqliteStaff(database),
        SqliteRetention(database),
        SqliteErasure(database),
        SqliteDeliveries(database),
        SqliteReports(database),
    )


@asynccontextmanager
async def sqlite(folder: Path) -> AsyncIterator[Stores]:
    database = Database(folder / "gateway.sqlite")
    await database.open()
    try:
        yield over(database)
    finally:
        await database.close()


FACTORIES: dict[str, Opener] = {"sqlite": sqlite}


@pytest.fixture(params=list(FACTORIES))
def opener(request: pytest.FixtureRequest) -> Opener:
    return FACTORIES[request.param]


@pytest.fixture
async def stores(opener: Opener, tmp_path: Path) -> AsyncIterator[Stores]:
    """An empty store in which one notice was published."""
    async with opener(tmp_path) as made:
        await made.notices.publish(a_notice(), NOON)
        yield made


@pytest.fixture
async def sister(opener: Opener, tmp_path: Path, stores: Stores) -> AsyncIterator[Stores]:
    """The same data, opened by another process's worth of connections."""
    del stores
    async with opener(tmp_path) as made:
        yield made


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    """A SQLite database in which one notice was published."""
    made = Database(tmp_path / "gateway.sqlite", busy_ms=100)
    await made.open()
    await SqliteNotices(made).publish(a_notice(), NOON)
    yield made
    await made.close()


async def append(stores: Stores, *items: Append) -> list[ConsentRecord]:
    """Choices that are all recorded, or give way to one that is."""
    records = await stores.consents.append(items)
    assert None not in records
    return [record for record in records if record is not None]


def appended(choice: Choice, *, day: int = 740_000, salt: str = "salt") -> Append:
    """A choice on its way into the log."""
    id_ = choice.consent_id
    visitor = None if id_ is None else visitor_of(b"key", choice.site, id_)
    return Append(choice, visitor, day, salt)


def a_view(consent_id: str = "c1", **changes: object) -> Event:
    """A page view of the visitor with this consent."""
    site = str(changes.get("site", "demo"))
    visitor = visitor_of(b"key", site, consent_id)
    values = {"minute": NOON // 60, "visitor": visitor, **changes}
    return replace(an_event(), **values)
