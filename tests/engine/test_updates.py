"""Updates of shared attributes: told once they are durable, all of a commit at once."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from engine.errors import UnavailableError
from engine.message import DEVICE, Entity
from engine.store import Store
from engine.updates import Update, Updates

Told = list[dict[str, Any]]
COMMIT = ("commit",)


class World:
    """A device in a real store, and all updates that were told of it."""

    def __init__(self, store: Store, entity: Entity) -> None:
        self.store = store
        self.entity = entity
        self.updates = store.attributes.updates = Updates(store.writer)
        self.told, self.leave = self.listen(entity)

    def listen(self, entity: Entity) -> tuple[Told, Any]:
        """All updates of an entity from now on, and what ends it."""
        told: Told = []

        def wake(update: Update) -> bool:
            told.append(update.flat())
            return True

        return told, self.updates.wait(entity, wake)

    def save(self, *values: Any) -> None:
        """Write attributes."""
        self.store.attributes.save(self.entity, *values)

    def delete(self, *keys: Any) -> None:
        """Remove attributes."""
        self.store.attributes.delete(self.entity, *keys)

    async def commit(self) -> None:
        """Wait until all is durable."""
        await self.store.writer.durable()


@pytest.fixture
async def world(sqlite_url: str) -> AsyncIterator[World]:
    store = await Store.open(sqlite_url)
    entity = store.entities.create("default", DEVICE, "lamp", "")
    await store.writer.durable()
    yield World(store, entity)
    await store.close()


A1, A2, B2 = ("save", "shared", {"a": 1}), ("save", "shared", {"a": 2}), ("save", "shared", {"b": 2})
GONE = ("delete", "shared", ["a", "b"])
STORIES: dict[str, tuple[list[tuple[Any, ...]], Told]] = {
    "a write": ([A1], [{"a": 1}]),
    "other scopes": ([("save", "client", {"a": 1}), ("save", "server", {"a": 1})], []),
    "two writes in one commit": ([A1, B2], [{"a": 1, "b": 2}]),
    "two commits": ([A1, COMMIT, A2], [{"a": 1}, {"a": 2}]),
    "the same value": ([A1, COMMIT, A1], [{"a": 1}]),
    "a deletion": ([A1, COMMIT, GONE], [{"a": 1}, {"deleted": ["a"]}]),
    "a deletion of what was not there": ([GONE], []),
    "written, then deleted": ([A1, GONE], [{"deleted": ["a"]}]),
    "deleted, then written": ([A1, COMMIT, GONE, A2], [{"a": 1}, {"a": 2}]),
    "some written, some deleted": ([A1, COMMIT, GONE, B2], [{"a": 1}, {"b": 2, "deleted": ["a"]}]),
}


@pytest.mark.parametrize(("acts", "told"), STORIES.values(), ids=STORIES)
async def test_what_is_told(world: World, acts: list[tuple[Any, ...]], told: Told) -> None:
    for act, *arguments in acts:
        if act == "commit":
            await world.commit()
        else:
            getattr(world, act)(*arguments)
    await world.commit()
    assert world.told == told


async def test_nothing_is_told_before_it_is_durable(world: World) -> None:
    world.save("shared", {"a": 1})
    assert world.told == []
    await world.commit()
    assert world.told == [{"a": 1}]


async def test_who_comes_between_the_write_and_the_commit_hears_of_it(world: World) -> None:
    world.save("shared", {"a": 1})
    late, _ = world.listen(world.entity)
    await world.commit()
    assert late == [{"a": 1}]


async def test_a_commit_that_fails_is_not_told(world: World, tmp_path: Path) -> None:
    other = sqlite3.connect(tmp_path / "tidegate.db", isolation_level=None)
    other.execute("ALTER TABLE attribute RENAME TO gone")
    world.save("shared", {"a": 1})
    with pytest.raises(UnavailableError):
        await world.commit()
    other.execute("ALTER TABLE gone RENAME TO attribute")
    other.close()
    world.save("shared", {"b": 2})
    await world.commit()
    assert world.told == [{"b": 2}]


async def test_who_has_left_hears_nothing(world: World) -> None:
    world.leave()
    world.save("shared", {"a": 1})
    await world.commit()
    assert (world.told, len(world.updates)) == ([], 0)


async def test_other_devices_are_none_of_its_business(world: World) -> None:
    other = world.store.entities.create("default", DEVICE, "door", "")
    world.store.attributes.save(other, "shared", {"a": 1})
    await world.commit()
    assert world.told == []
