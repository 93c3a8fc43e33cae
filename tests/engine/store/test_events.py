"""Events: newest first, cut to size, and capped in a way that says so."""

from __future__ import annotations

from typing import Any

import pytest

from engine.ids import now_ms
from engine.records import Event
from engine.store import Store, StoreSettings
from engine.store.events import HOUR_MS, MAX_TEXT


def an_event(n: int = 0, **options: Any) -> Event:
    return Event(
        **{"tenant": "default", "source": "node", "ts": n, "kind": "In", "text": f"event {n}"} | options
    )


@pytest.fixture
def one_hour(monkeypatch: pytest.MonkeyPatch) -> int:
    """A time at which the clock stands still: no new hour begins in the middle of a test."""
    now = now_ms()
    monkeypatch.setattr("engine.store.events.now_ms", lambda: now)
    return now


async def test_events_are_filtered_and_paged(store: Store) -> None:
    events = [an_event(n, entity_id=f"d{n % 2}", level="error" if n == 3 else "info") for n in range(6)]
    other = an_event(9, source="converter", payload="Hello\0", metadata={"a": "b"}, error="e", trace_id="t")
    for event in (*events, other):
        assert store.events.record(event)
    await store.writer.durable()

    async def ids(**filters: Any) -> list[int]:
        return [event.ts for event in (await store.events.page("default", **filters)).items]

    assert await ids() == [9, 5, 4, 3, 2, 1, 0]
    assert await ids(source="converter") == [9]
    assert await ids(entity="d1") == [5, 3, 1]
    assert await ids(level="error") == [3]
    assert await ids(start=2, end=4) == [3, 2]
    assert await ids(q="EVENT 4") == [4]
    assert await ids(q="hello") == [9]
    assert (await store.events.page("other")).items == []
    first = await store.events.page("default", limit=4)
    assert await ids(limit=4, cursor=first.next) == [2, 1, 0]
    assert first.items[1] == events[5]
    assert first.items[0].payload == "Hello\ufffd"
    assert await store.events.purge(5) == 5
    assert await ids() == [9, 5]


async def test_long_texts_are_cut_with_a_mark(sqlite_store: Store) -> None:
    sqlite_store.events.record(an_event(text="x" * 5000, payload="y" * MAX_TEXT))
    await sqlite_store.writer.durable()

    (event,) = (await sqlite_store.events.page("default")).items
    assert len(event.text) == MAX_TEXT
    assert event.text.endswith("x ... (5000 characters)")
    assert event.payload == "y" * MAX_TEXT


async def test_the_last_event_before_the_cap_says_so(sqlite_url: str, one_hour: int) -> None:
    store = await Store.open(sqlite_url, StoreSettings(events_per_hour=3))
    kept = [store.events.record(an_event(n)) for n in range(10)]
    assert store.events.record(an_event(source="device"))
    await store.writer.durable()

    page = await store.events.page("default", source="node")

    assert kept == [True] * 3 + [False] * 7
    assert store.events.dropped("default", "node") == 7
    assert store.events.dropped("default", "device") == 0
    assert page.items[0].kind == "Capped"
    assert "dropped until" in page.items[0].text
    assert len(page.items) == 4
    await store.close()


async def test_a_restart_does_not_lift_the_cap(database_url: str, one_hour: int) -> None:
    settings, now = StoreSettings(events_per_hour=3), one_hour
    store = await Store.open(database_url, settings)
    assert store.events.record(an_event(now - 2 * HOUR_MS))  # recorded now, about what was long ago
    assert store.events.record(an_event(now))
    assert store.events.record(an_event(now, source="device"))
    await store.close()

    store = await Store.open(database_url, settings)
    assert [store.events.record(an_event(now)) for _ in range(3)] == [True, True, False]
    assert [store.events.record(an_event(now, source="device")) for _ in range(3)] == [True, True, False]
    await store.close()

    store = await Store.open(database_url, settings)
    assert not store.events.record(an_event(now))
    page = await store.events.page("default", source="node")
    assert [event.kind for event in page.items].count("Capped") == 1
    await store.close()


async def test_no_cap_at_zero(sqlite_url: str) -> None:
    store = await Store.open(sqlite_url, StoreSettings(events_per_hour=0))
    assert all(store.events.record(an_event(n)) for n in range(100))
    await store.close()


async def test_a_node_is_told_from_its_twin_in_another_chain(store: Store) -> None:
    for n, chain in enumerate(("a", "b", "")):
        assert store.events.record(an_event(n, entity_id="hot", chain=chain))
    assert store.events.record(an_event(9, source="device", entity_id="hot"))
    await store.writer.durable()

    async def found(chain: str) -> list[tuple[int, str]]:
        page = await store.events.page("default", entity="hot", chain=chain)
        return [(event.ts, event.chain) for event in page.items]

    # Of what chain an old event is, nobody knows: it is shown with each
    assert await found("a") == [(2, ""), (0, "a")]
    assert await found("b") == [(2, ""), (1, "b")]
