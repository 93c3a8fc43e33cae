"""Attributes in three scopes: in memory with their entity, written only when they change."""

from __future__ import annotations

import pytest

from engine.message import DEVICE, Entity
from engine.store import Store

from .given import a_device, reopened


def values(store: Store, entity: Entity, scope: str) -> dict[str, object]:
    attributes = store.attributes.cached(entity)
    assert attributes is not None
    return {key: stamped.value for key, stamped in attributes[scope].items()}


async def test_scopes_are_apart_and_last(store: Store, database_url: str) -> None:
    device = a_device(store, "d")
    store.attributes.save(device, "client", {"fw": "1.0"})
    store.attributes.save(device, "server", {"fw": 2})
    store = await reopened(store, database_url)

    found = await store.entities.find("default", DEVICE, "d")

    assert found is not None
    assert [values(store, found, scope) for scope in ("client", "shared", "server")] == [
        {"fw": "1.0"},
        {},
        {"fw": 2},
    ]
    await store.close()


async def test_equal_values_are_left_alone_unless_asked(store: Store) -> None:
    device = a_device(store)
    assert store.attributes.save(device, "client", {"a": 1, "b": [1]}) == ["a", "b"]
    await store.writer.durable()

    writes = store.writer.writes
    assert store.attributes.save(device, "client", {"a": 1, "b": [1]}) == []
    assert store.writer.writes == writes
    assert store.attributes.save(device, "client", {"a": 1}, only_changed=False) == ["a"]
    assert store.attributes.save(device, "client", {"a": True, "b": [1.0]}) == ["a", "b"]
    assert store.attributes.save(device, "client", {"a": 1.0, "b": [True]}) == ["a", "b"]


async def test_an_equal_value_that_is_not_yet_durable_counts_as_written(store: Store) -> None:
    device = a_device(store)
    store.attributes.save(device, "client", {"a": 1})

    assert store.attributes.save(device, "client", {"a": 1}) == ["a"]


async def test_deleting_names_what_was_there(store: Store, database_url: str) -> None:
    device = a_device(store, "d")
    store.attributes.save(device, "shared", {"a": 1, "b": 2, "c": 3})
    await store.writer.durable()
    store.attributes.save(device, "shared", {"d": 4})

    assert store.attributes.delete(device, "shared", ["a", "d", "a", "none"]) == ["a", "d"]
    assert store.attributes.delete(device, "shared", ["b"]) == ["b"]
    assert store.attributes.save(device, "shared", {"b": 5}) == ["b"]

    assert values(store, device, "shared") == {"b": 5, "c": 3}
    store = await reopened(store, database_url)
    found = await store.entities.find("default", DEVICE, "d")
    assert found is not None
    assert values(store, found, "shared") == {"b": 5, "c": 3}
    await store.close()


async def test_an_unknown_scope_is_refused(sqlite_store: Store) -> None:
    with pytest.raises(ValueError, match="client, shared, server"):
        sqlite_store.attributes.save(a_device(sqlite_store), "global", {"a": 1})
