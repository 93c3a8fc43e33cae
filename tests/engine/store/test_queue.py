"""Queued messages and dead letters survive in the order they were put."""

from __future__ import annotations

from typing import Any

import pytest

from engine.ids import new_id
from engine.message import Entity, message
from engine.records import DeadLetter, Queued
from engine.store import Store

from .given import a_device, contents


def queued(device: Entity, data: Any = None, **options: Any) -> Queued:
    original = message("TEST", device, data, {"k": "v\0"}, parent="p")
    return Queued(id=original.id, tenant="default", message=original, **options)


def letter(device: Entity, **options: Any) -> DeadLetter:
    original = message("TEST", device, {"n": 2**70})
    return DeadLetter(id=new_id(), tenant="default", message=original, **{"created_ts": 1} | options)


def same(some: list[Any], others: list[Any]) -> bool:
    return list(map(contents, some)) == list(map(contents, others))


async def test_messages_come_back_exactly_and_in_order(store: Store) -> None:
    device = a_device(store)
    items = [
        queued(device, {"n": n, "big": 2**80, "text": "\0"}, chain="c", node="n", due_ts=10 - n)
        for n in range(5)
    ]
    for item in items:
        store.queue.put(item)
    await store.writer.durable()

    assert same(await store.queue.due(10), items)
    assert same(await store.queue.due(2, after=items[1].id), items[2:4])
    assert same(await store.queue.due(10, before_ts=7), items[3:])
    assert await store.queue.count() == 5
    assert (await store.queue.due(1))[0].message.originator.memory is None


async def test_a_message_can_go_in_the_transaction_that_brought_it(store: Store) -> None:
    device = a_device(store)
    gone, later = queued(device), queued(device)
    store.queue.put(gone)
    store.queue.put(later)
    store.queue.postpone(later.id, 2, 99, "no\0 answer")
    store.queue.remove(gone.id)
    await store.writer.durable()

    (left,) = await store.queue.due(10)
    assert (left.id, left.attempts, left.due_ts, left.error) == (later.id, 2, 99, "no\ufffd answer")

    store.queue.remove(later.id)
    await store.writer.durable()
    assert await store.queue.count() == 0


async def test_data_that_is_not_json_is_refused_before_it_can_harm_others(sqlite_store: Store) -> None:
    device = a_device(sqlite_store)
    for data in ({"a": float("nan")}, "\ud800", {1: 2}):
        with pytest.raises(ValueError):
            sqlite_store.queue.put(queued(device, data))


async def test_dead_letters_are_read_found_and_removed(store: Store) -> None:
    device = a_device(store)
    letters = [
        letter(device, error=f"Boom {n}", created_ts=n, node_name="save", attempts=n) for n in range(4)
    ]
    for item in letters:
        store.queue.bury(item)
    await store.writer.durable()

    first = await store.queue.dead_page("default", limit=3)
    assert same(first.items, letters[:0:-1])
    assert same((await store.queue.dead_page("default", limit=3, cursor=first.next)).items, letters[:1])
    assert same((await store.queue.dead_page("default", q="boom 2")).items, [letters[2]])
    assert contents(await store.queue.dead_get("default", letters[0].id)) == contents(letters[0])
    assert await store.queue.dead_get("other", letters[0].id) is None

    assert await store.queue.dead_remove("default", letters[0].id)
    assert not await store.queue.dead_remove("default", letters[0].id)
    assert await store.queue.dead_purge(3) == 2
    assert [item.id for item in (await store.queue.dead_page("default")).items] == [letters[3].id]
