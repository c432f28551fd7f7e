"""P1 where it is hardest: minds change while events are under way at several workers.

The order of commits stands in no row, so it is taken from both sides. From outside: no event whose
request began after the answer to a withdrawal is kept, and from that answer on the visitor's rows
are no more than they were, each read by another process than wrote them. From inside: every row
names a record of that visitor that allowed it, and the one that stood whenever the times of
requests and answers leave no doubt which.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest

from tests.endurance.browsing import Browsing
from tests.endurance.endured import Endured
from tests.endurance.talking import letters, notice_of

VISITORS, SHORT_VISITORS = 1_000, 150
TOGETHER = 16
_PATIENCE = 50
"""Tenths of a second that are waited for a request after a withdrawal."""
_RECORDS = """
SELECT consent_id, seq, state, coalesce(choices ->> 'analytics', 0) FROM consents
WHERE consent_id IS NOT NULL ORDER BY seq"""

Records = dict[str, list[tuple[int, str, int]]]


@pytest.fixture
def workers(tmp_path: Path) -> Iterator[tuple[Endured, Endured]]:
    """Two gateways with the same configuration, secrets and database."""
    first, second = Endured(tmp_path / "one"), Endured(tmp_path / "two")
    second.share(first)
    # A token of one is good at the other; so are pages of the one that write to the other.
    with first, second:
        yield first, second


async def _everybody(
    workers: tuple[Endured, Endured],
    visitors: int,
    seed: int,
    visit: Callable[[Browsing], Awaitable[None]],
) -> None:
    """Visitors come and go, some at a time."""
    dice = random.Random(seed)
    notice = await notice_of(workers[0].port)
    waiting = iter(range(visitors))

    async def queue() -> None:
        for n in waiting:
            await visit(Browsing(letters(n), workers, notice, random.Random(dice.random())))

    async with asyncio.TaskGroup() as group:
        for _ in range(TOGETHER):
            group.create_task(queue())


def _records(workers: tuple[Endured, Endured]) -> Records:
    found: Records = {}
    for consent_id, *record in workers[0].rows(_RECORDS):
        found.setdefault(consent_id, []).append((record[0], record[1], record[2]))
    return found


@pytest.mark.parametrize("seed", [5])
async def test_no_event_lands_after_its_visitor_withdrew(
    seed: int, workers: tuple[Endured, Endured], long: bool
) -> None:
    seen: list[tuple[Browsing, int]] = []

    async def visit(visitor: Browsing) -> None:
        await visitor.accept()
        async with visitor.browsing():
            await asyncio.sleep(visitor.dice.random() * 0.2)
            ended = await visitor.withdraw()
            for _ in range(_PATIENCE):  # somebody who goes on reading, however slow the machine
                await asyncio.sleep(0.1)
                if any(one.begun > ended.answered for one in visitor.events):
                    break
        early = [one for one in visitor.events if one.ended < ended.sent]
        late = [one for one in visitor.events if one.begun > ended.answered]
        assert all(one.kept for one in early), visitor.name
        assert late, visitor.name
        assert not any(one.kept for one in late), visitor.name
        seen.append((visitor, ended.stored))

    await _everybody(workers, VISITORS if long else SHORT_VISITORS, seed, visit)
    stored, records = dict(workers[0].stored()), _records(workers)
    kept = [one.path for visitor, _ in seen for one in visitor.events if one.kept]
    assert sorted(stored) == sorted(kept)
    for visitor, at_once in seen:
        own = [one.path for one in visitor.events if one.kept]
        assert len(own) == at_once, f"{visitor.name}: stored after the withdrawal"
        (given, *allowed), (ended, *over) = records[visitor.consent_id]
        assert (allowed, over, given < ended) == (["given", 1], ["withdrawn", 0], True)
        assert {stored[path] for path in own} <= {given}, visitor.name
    crossed = [v for v, _ in seen if any(not one.kept for one in v.events)]
    assert len(crossed) == len(seen)
    assert "add up" in await asyncio.to_thread(workers[0].run, "verify")


@pytest.mark.parametrize("seed", [6])
async def test_events_name_the_choice_that_stood_when_it_is_switched_off_and_on(
    seed: int, workers: tuple[Endured, Endured], long: bool
) -> None:
    """The token in hand is that of the first yes all the time: the door lets every one in, and the
    transaction decides."""
    seen: list[tuple[Browsing, float, float, float, float]] = []

    async def visit(visitor: Browsing) -> None:
        await visitor.accept()
        async with visitor.browsing():
            await asyncio.sleep(visitor.dice.random() * 0.1)
            off = await visitor.save(analytics=False)
            await asyncio.sleep(visitor.dice.random() * 0.1)
            assert await visitor.stored() == off.stored, f"{visitor.name}: stored while it was off"
            on = await visitor.save(analytics=True)
            await asyncio.sleep(0.1)
        seen.append((visitor, off.sent, off.answered, on.sent, on.answered))

    await _everybody(workers, (VISITORS if long else SHORT_VISITORS) // 3, seed, visit)
    stored, records = dict(workers[0].stored()), _records(workers)
    for visitor, off_sent, off_answered, on_sent, on_answered in seen:
        first, off, last = records[visitor.consent_id]
        assert [allowed for _, _, allowed in (first, off, last)] == [1, 0, 1], visitor.name
        for one in visitor.events:
            named = stored.get(one.path)
            assert (named is not None) == one.kept, visitor.name
            assert named in (None, first[0], last[0]), visitor.name
            if one.ended < off_sent:
                assert named == first[0], visitor.name
            if off_answered < one.begun and one.ended < on_sent:
                assert named is None, visitor.name
            if one.begun > on_answered:
                assert named == last[0], visitor.name
    assert len(stored) == sum(one.kept for visitor, *_ in seen for one in visitor.events)
