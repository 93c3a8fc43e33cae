"""Notifications, small values, tenants."""

from __future__ import annotations

import pytest

from engine.errors import MissingError
from engine.store import Store
from engine.store.cells import texts_of
from engine.values import Value, encode_text

from .given import reopened


@pytest.mark.parametrize(
    "values",
    [
        [],
        [1],
        [1.5, True, None],
        ["a,b"],
        ["a", ","],
        [[1, 2]],
        [[1], {"k": "v"}],
        [{"a": 1, "b": 2}, 7],
        [2**70, ""],
    ],
    ids=str,
)
def test_texts_of_many_values_are_those_of_each(values: list[Value]) -> None:
    assert texts_of(values) == [encode_text(value) for value in values]


async def test_notifications_are_read(store: Store) -> None:
    ids = [store.notifications.put("default", "note", f"n{n}\0") for n in range(3)]
    await store.writer.durable()
    assert await store.notifications.unread("default") == 3

    await store.notifications.mark_read("default", ids[:1])

    assert await store.notifications.unread("default") == 2
    page = await store.notifications.page("default")
    assert [(row.id, row.read) for row in page.items] == [(ids[2], False), (ids[1], False), (ids[0], True)]
    assert len((await store.notifications.page("default", unread=True)).items) == 2
    await store.notifications.mark_read("default")
    assert await store.notifications.unread("default") == 0
    assert await store.notifications.purge(2**53) == 3


async def test_small_values_are_seen_before_and_after_they_are_stored(
    store: Store, database_url: str
) -> None:
    store.values.put("default", "node/1/a", {"n": 2**70})
    store.values.put("default", "node/1/b", None)
    store.values.put("default", "node/2", "\0")
    assert await store.values.get("default", "node/1/a") == {"n": 2**70}
    await store.writer.durable()
    store.values.remove("default", "node/1/b")

    assert await store.values.scan("default", "node/1/") == {"node/1/a": {"n": 2**70}}

    store = await reopened(store, database_url)
    assert await store.values.scan("default", "node/") == {"node/1/a": {"n": 2**70}, "node/2": "\0"}
    assert await store.values.get("other", "node/2", 5) == 5
    await store.close()


async def test_tenants(store: Store) -> None:
    other = await store.tenants.create("Another", id="another")

    assert [tenant.id for tenant in await store.tenants.all()] == ["another", "default"]
    assert (await store.tenants.entity(other.id)).name == "Another"
    with pytest.raises(MissingError):
        await store.tenants.entity("none")
